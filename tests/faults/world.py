"""What campaigns share: a server for each variant, killed now and then, and the process that runs commands."""

import asyncio
import contextlib
import hashlib
import random
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.project import MODEL, PRICE
from tests.faults.proxy import Address
from tests.faults.runners import Runners, open_runners

_STARTED = re.compile(r"serving http://127\.0\.0\.1:(\d+)")
BALANCE = "1000"


@dataclass
class Server:
    """A ``runner serve`` that comes back on the same port with the same data after it was killed.

    Attributes:
        kills: How often it was killed.
    """

    folder: Path
    keys: tuple[str, ...]
    port: int = 0
    kills: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def address(self) -> Address:
        return ("127.0.0.1", self.port)

    @property
    def database(self) -> Path:
        return self.folder / "data" / "server.db"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    async def start(self) -> None:
        """Start it and wait until it listens."""
        self.folder.mkdir(exist_ok=True, parents=True)
        keys = self.folder / "keys"
        keys.write_text("".join(f"{key} {organization(key)}\n" for key in self.keys))
        keys.chmod(0o600)
        told = self.folder / "server.out"
        command = [sys.executable, "-m", "runner", "serve", "--port", str(self.port), "--workers", "1"]
        command += ["--data", str(self.folder / "data"), "--api-key-file", str(keys)]
        command += ["--price", f"{MODEL}={PRICE}", "--balance", BALANCE, "--callback-allow", "127.0.0.1"]
        with self.log.open("ab") as errors, told.open("wb") as output:
            self._process = subprocess.Popen(command, cwd=self.folder, stdout=output, stderr=errors)  # noqa: ASYNC220
        while (started := _STARTED.search(told.read_text())) is None:
            assert self._process.poll() is None, self.log.read_text()[-2000:]
            await asyncio.sleep(0.05)
        self.port = int(started[1])

    async def be_killed_now_and_then(self, dice: random.Random, every_s: float) -> None:
        """Go down as by a power cut, and come back, again and again."""
        while True:
            await asyncio.sleep(dice.uniform(0.5, 1.5) * every_s)
            self.end(signal.SIGKILL)
            self.kills += 1
            await self.start()

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it by a signal."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait()
            self._process = None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a campaign takes place in.

    Attributes:
        folder: Campaigns make their own in it.
        servers: By variant.
    """

    folder: Path
    runners: Runners
    servers: dict[str, Server]


def key_of(variant: str, seed: int) -> str:
    """Give the key of a campaign, which has an organization of its own."""
    return f"rf_live_{hashlib.sha256(f'{variant} {seed}'.encode()).hexdigest()[:32]}"


def organization(key: str) -> str:
    """Name the organization of a key."""
    return f"campaign-{key[-12:]}"


@contextlib.asynccontextmanager
async def open_world(
    folder: Path, seeds: dict[str, list[int]], *, seed: int, kill_servers_every_s: float | None
) -> AsyncIterator[World]:
    """Start the servers and what runs commands.

    Args:
        folder: For everything.
        seeds: Of the campaigns, by variant.
        seed: Of the times at which servers are killed.
        kill_servers_every_s: About how often each is; None for never.
    """
    servers = {
        name: Server(folder / f"server-{name}", tuple(key_of(name, one) for one in ones))
        for name, ones in seeds.items()
    }
    async with open_runners() as runners:
        try:
            await asyncio.gather(*(server.start() for server in servers.values()))
            killers = [
                asyncio.create_task(
                    server.be_killed_now_and_then(random.Random(f"{seed} {name}"), kill_servers_every_s)
                )
                for name, server in servers.items()
                if kill_servers_every_s is not None
            ]
            try:
                yield World(folder=folder, runners=runners, servers=servers)
            finally:
                for killer in killers:
                    killer.cancel()
                await asyncio.gather(*killers, return_exceptions=True)
        finally:
            for server in servers.values():
                server.end()
