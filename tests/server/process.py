"""A server in a process of its own, as a person starts it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

_STARTED = re.compile(r"serving (http://\S+)")
_TERMINAL = frozenset({"succeeded", "failed", "canceled"})


@dataclass
class Server:
    """A running ``runner serve``."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]
    key: str | None = None

    def client(self, key: str | None = None, timeout_s: float = 30.0) -> httpx2.Client:
        """Make a client with the server's key, or another one."""
        given = key or self.key
        headers = {} if given is None else {"Authorization": f"Bearer {given}"}
        return httpx2.Client(base_url=self.url, headers=headers, timeout=timeout_s, trust_env=False)

    def log_text(self) -> str:
        """Give all that the server logged so far."""
        return self.log.read_text()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def serving(
    folder: Path,
    *options: str,
    key: str | None = None,
    others: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
    port: int = 0,
) -> Iterator[Server]:
    """Start a server on the loopback, and end it with SIGTERM.

    Args:
        folder: Of its data and log; used again, it is the same server after a restart.
        options: Further words of the command line; there is one worker unless they say
            otherwise, since each takes a second to start.
        key: What it lets in; without one, everybody.
        others: Keys of other organizations.
        environment: Further variables.
        port: The system's choice where it is 0.
    """
    folder.mkdir(exist_ok=True)
    if key is not None:
        path = folder / "keys"
        path.write_text("\n".join((key, *others)))
        path.chmod(0o600)
        options = ("--api-key-file", str(path), *options)
    command = [sys.executable, "-m", "runner", "serve", "--port", str(port), "--data", str(folder / "data")]
    command += ["--workers", "1", *options]
    log, told = folder / "server.log", folder / "server.out"
    with log.open("ab") as errors, told.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=errors, cwd=folder, env={**os.environ, **(environment or {})}
        )
    try:
        yield Server(_url(told, log, process), log, process, key)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=60)


def wait_for_run(client: httpx2.Client, run_id: str, seconds: float = 120.0) -> dict[str, object]:
    """Ask until a run has ended."""
    until = time.monotonic() + seconds
    while True:
        run: dict[str, object] = client.get(f"/v1/runs/{run_id}").raise_for_status().json()
        if run["status_code"] in _TERMINAL:
            return run
        assert time.monotonic() < until, f"the run is {run['status_code']} after {seconds} s"
        time.sleep(0.05)


def _url(told: Path, log: Path, process: subprocess.Popen[bytes], seconds: float = 60.0) -> str:
    until = time.monotonic() + seconds
    while True:
        started = _STARTED.search(told.read_text())
        if started is not None:
            return started[1]
        assert process.poll() is None, f"the server ended: {log.read_text()}"
        assert time.monotonic() < until, f"the server did not start in {seconds} s"
        time.sleep(0.05)
