"""What campaigns share: a server for each variant, killed now and then, and the process that runs commands."""

import asyncio
import contextlib
import hashlib
import itertools
import random
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import httpx2

from tests.faults.faults import FAULTS, Endpoint, Fault
from tests.faults.project import MODEL, PRICE, make_project
from tests.faults.runners import Runners, open_runners
from tests.faults.variants import VARIANTS

Address: TypeAlias = tuple[str, int]

_STARTED = re.compile(r"serving http://127\.0\.0\.1:(\d+)")
BALANCE = "1000"


@dataclass
class Server:
    """A ``runner serve`` that comes back on the same port with the same data after it was killed.

    Attributes:
        creates_between_kills: After how many requests that make a run it is killed, at least and at most.
        kills: How often it was killed.
    """

    folder: Path
    keys: tuple[str, ...]
    seed: str
    creates_between_kills: tuple[int, int] = (40, 160)
    port: int = 0
    kills: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _coming_back: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self._creates_left = self._dice.randint(*self.creates_between_kills)

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

    def note_create(self) -> None:
        """Take note of a request that makes a run, and now and then go down soon after it."""
        self._creates_left -= 1
        if self._creates_left == 0:
            self._creates_left = self._dice.randint(*self.creates_between_kills)
            asyncio.get_running_loop().call_later(self._dice.uniform(0, 0.3), self._go_down)

    def _go_down(self) -> None:
        if self._process is not None and (self._coming_back is None or self._coming_back.done()):
            self.end(signal.SIGKILL)
            self.kills += 1
            self._coming_back = asyncio.create_task(self.start())

    async def stay(self) -> None:
        """Be there, if it was killed just now."""
        if self._coming_back is not None:
            await self._coming_back

    async def callback_secret(self, key: str) -> str:
        """Make the secret that callbacks of an organization are signed with."""
        while True:
            async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", trust_env=False) as client:
                with contextlib.suppress(httpx2.TransportError):  # it may be down just now
                    made = await client.post(
                        "/v1/callback-secrets", headers={"Authorization": f"Bearer {key}"}, json={}
                    )
                    return str(made.raise_for_status().json()["plain_secret"])
            await asyncio.sleep(0.2)

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
        ports: That nobody listens on; below those that the system gives out itself.
        decks: Of faults, where campaigns together are to meet each.
    """

    folder: Path
    runners: Runners
    servers: dict[str, Server]
    ports: Iterator[int]
    decks: Mapping[Endpoint, Iterator[Fault]] | None = None


def free_ports() -> Iterator[int]:
    """Find ports of the loopback that can be listened on, each once."""
    for port in itertools.cycle(range(20_000, 32_000)):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                tried.bind(("127.0.0.1", port))
                yield port


def key_of(variant: str, seed: int) -> str:
    """Give the key of a campaign, which has an organization of its own."""
    return f"rf_live_{hashlib.sha256(f'{variant} {seed}'.encode()).hexdigest()[:32]}"


def organization(key: str) -> str:
    """Name the organization of a key."""
    return f"campaign-{key[-12:]}"


async def _warm_up(root: Path, runners: Runners) -> None:
    """Run the model once, because it is compiled when a machine first uses it; a killed server would begin anew."""
    make_project(root, VARIANTS["honors"], "http://127.0.0.1:1", seed="warm", cap=None, photos=1)
    ended = await runners.run(["run", "walls.yaml", "--provider", "local"], root, root / "log", environment={})
    assert ended.code == 0, ended.text()


@contextlib.asynccontextmanager
async def open_world(
    folder: Path, seeds: Mapping[str, Sequence[int]], *, meets_all: bool = False
) -> AsyncIterator[World]:
    """Start the servers and what runs commands.

    Args:
        folder: For everything.
        seeds: Of the campaigns, by variant.
        meets_all: Whether campaigns together are to meet each fault, instead of what each draws for itself.
    """
    decks = {endpoint: itertools.cycle(faults) for endpoint, faults in FAULTS.items()} if meets_all else None
    servers = {
        name: Server(folder / f"server-{name}", tuple(key_of(name, one) for one in ones), seed=f"{name} {ones[0]}")
        for name, ones in seeds.items()
    }
    async with open_runners() as runners:
        try:
            await _warm_up(folder / "warm", runners)
            await asyncio.gather(*(server.start() for server in servers.values()))
            yield World(folder=folder, runners=runners, servers=servers, ports=free_ports(), decks=decks)
        finally:
            await asyncio.gather(*(server.stay() for server in servers.values()))
            for server in servers.values():
                server.end()
