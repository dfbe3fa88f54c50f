"""Runs the command line in forks of one process that has imported it all: ``python -m tests.faults.forks``.

Orders come as lines of JSON; for each, a line says which process carries it out, and a later one how that ended. A
child is the runner as it is, but for two things: it dies where its order says so, and its worker processes are forks
made beforehand, because starting Python ten thousand times would be most of the work.
"""

import importlib
import json
import multiprocessing
import os
import pkgutil
import resource
import select
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import runner
from runner.providers import worker_process
from runner.providers.shelf import KEPT_BYTES
from runner.providers.transport import certificates
from runner.providers.worker_process import Allowance
from tests.faults.kills import Kill, arm

_LEFT_OUT = ("runner.server", "runner.engines", "runner.__main__", "runner.app.serve")
_LATE = (
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.PpmImagePlugin",
    "anyio._backends._asyncio",
    "encodings.idna",
    "httpcore2",
    "httpx2",
    "jinja2.sandbox",
    "rich.console",
    "simplejpeg",
)
"""What the runner imports only once it needs it."""

_WORKERS = 2


def main() -> None:
    """Take orders until there are no more."""
    _import_all()
    _Forks().serve()


class _Forks:
    def __init__(self) -> None:
        self._orders: dict[int, str] = {}
        self._bell, self._ring = os.pipe()
        os.set_blocking(self._ring, False)

    def serve(self) -> None:
        signal.set_wakeup_fd(self._ring, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            self._take_orders()
        finally:
            for process in self._orders:
                os.kill(process, signal.SIGKILL)

    def _take_orders(self) -> None:
        waiting = b""
        _tell(ready=os.getpid())
        while True:
            ready, _, _ = select.select([0, self._bell], [], [])
            if self._bell in ready:
                os.read(self._bell, 4096)
                self._bury()
            if 0 in ready:
                came = os.read(0, 65536)
                if not came:
                    return
                *lines, waiting = (waiting + came).split(b"\n")
                for line in lines:
                    self._fork(json.loads(line))

    def _fork(self, order: dict[str, Any]) -> None:
        process = os.fork()
        if process == 0:
            _carry_out(order)
        self._orders[process] = order["id"]
        _tell(id=order["id"], process=process)

    def _bury(self) -> None:
        while self._orders:
            process, status, used = os.wait4(-1, os.WNOHANG)
            if process == 0:
                return
            name = self._orders.pop(process)
            _tell(id=name, ended=os.waitstatus_to_exitcode(status), cpu_s=used.ru_utime + used.ru_stime)


def _tell(**words: object) -> None:
    os.write(1, json.dumps(words).encode() + b"\n")


def _carry_out(order: dict[str, Any]) -> None:
    """Be the runner."""
    code = 70
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        os.setpgid(0, 0)
        _redirect(Path(order["log"]))
        os.chdir(order["folder"])
        os.environ.update(order["environment"])
        _fork_workers()
        if order["kill"] is not None:
            arm(Kill(*order["kill"]), Path(order["log"]).with_suffix(".killed"))
        from runner.cli.main import run_command

        code = run_command(order["arguments"])
    except BaseException:  # noqa: BLE001 - nobody else would tell
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _redirect(log: Path) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for given, standard in ((nothing, 0), (written, 1), (written, 2)):
        os.dup2(given, standard)
    for given in (nothing, written):
        os.close(given)


def _fork_workers() -> None:
    """Keep workers ready; the first that are asked for are these."""
    spares = [_fork_worker() for _ in range(_WORKERS)]
    spawn = worker_process._spawn

    def take(allowance: Allowance) -> tuple[BaseProcess, Connection]:
        return spares.pop() if spares else spawn(allowance)

    worker_process._spawn = take


def _fork_worker() -> tuple[BaseProcess, Connection]:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(ours, theirs), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def _work(not_ours: Connection, ours: Connection) -> None:
    not_ours.close()
    worker_process.serve(ours, Allowance(threads=1, kept_bytes=KEPT_BYTES))


def _import_all() -> None:
    for found in pkgutil.walk_packages(runner.__path__, "runner."):
        if not found.name.startswith(_LEFT_OUT):
            importlib.import_module(found.name)
    for name in _LATE:
        importlib.import_module(name)
    certificates()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
