"""Starts runner commands, by the process that forks them."""

import asyncio
import contextlib
import itertools
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.faults.kills import Kill

_LONGEST_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended.

    Attributes:
        code: Its exit code; below 0 where a signal ended it.
        log: All that it printed.
        killed_at: The instant it died at, where that was its own doing.
        is_stuck: Whether it had to be ended because it did not.
    """

    code: int
    cpu_s: float
    log: Path
    killed_at: str | None
    is_stuck: bool = False

    def text(self) -> str:
        return self.log.read_text(errors="replace")


@dataclass
class Command:
    """A command under way; ``process`` is None until it has begun, and once it has ended."""

    process: int | None = None

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process, signal.SIGKILL)


class Runners:
    """Runs commands, many at once; see ``open_runners``."""

    def __init__(self, orders: asyncio.StreamWriter, told: asyncio.StreamReader) -> None:
        self._orders = orders
        self._told = told
        self._numbers = itertools.count()
        self._begun: dict[str, Command] = {}
        self._ended: dict[str, asyncio.Future[dict[str, float]]] = {}

    async def run(
        self,
        arguments: list[str],
        folder: Path,
        log: Path,
        *,
        environment: Mapping[str, str],
        kill: Kill | None = None,
        command: Command | None = None,
    ) -> Ended:
        """Run a command to its end, whichever that is.

        Args:
            arguments: After the word ``runner``.
            folder: Where it runs.
            log: Takes what it prints.
            environment: Further variables.
            kill: When it dies.
            command: Filled in while it goes on, for whoever wants to kill it.
        """
        name = str(next(self._numbers))
        self._begun[name] = command or Command()
        ended = self._ended[name] = asyncio.get_running_loop().create_future()
        order = {
            "id": name,
            "arguments": arguments,
            "folder": str(folder),
            "log": str(log),
            "environment": dict(environment),
            "kill": None if kill is None else (kill.what, kill.side, kill.number),
        }
        self._orders.write(json.dumps(order).encode() + b"\n")
        await self._orders.drain()
        is_stuck = False
        try:
            words = await asyncio.wait_for(asyncio.shield(ended), _LONGEST_S)
        except TimeoutError:
            is_stuck = True
            self._begun[name].kill()
            words = await ended
        killed = log.with_suffix(".killed")
        return Ended(
            code=int(words["ended"]),
            cpu_s=words["cpu_s"],
            log=log,
            killed_at=json.loads(killed.read_text()) if killed.exists() else None,
            is_stuck=is_stuck,
        )

    async def listen(self) -> None:
        """Take in what is told of the commands, until there are no more."""
        while line := await self._told.readline():
            words = json.loads(line)
            if "process" in words:
                self._begun[words["id"]].process = words["process"]
            elif "ended" in words:
                self._begun.pop(words["id"]).process = None
                self._ended.pop(words["id"]).set_result(words)


@contextlib.asynccontextmanager
async def open_runners() -> AsyncIterator[Runners]:
    """Start the process that forks commands; it ends with all of them."""
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    others = {name: value for name, value in os.environ.items() if not name.startswith("RUNFLOW_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.faults.forks",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=others | one_thread | {"NO_COLOR": "1"},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    ready = await process.stdout.readline()
    assert b"ready" in ready, "the process that forks commands did not start"
    runners = Runners(process.stdin, process.stdout)
    listening = asyncio.create_task(runners.listen())
    try:
        yield runners
    finally:
        process.stdin.close()
        await process.wait()
        listening.cancel()
