"""One campaign: a project of twenty purchases, everything that can go wrong, and what came of it."""

import asyncio
import contextlib
import random
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from tests.faults.evidence import read_ledger, read_runs
from tests.faults.faults import Dice, Endpoint
from tests.faults.invariants import Case, broken
from tests.faults.kills import Kill, draw_kill
from tests.faults.project import make_project
from tests.faults.proxy import CALLBACKS, Proxy
from tests.faults.runners import Command, Ended
from tests.faults.variants import Variant
from tests.faults.world import World, key_of, organization

RUN = ["run", "walls.yaml", "--yes"]
RESUME = ["resume"]
REBUY = ["resume", "--rebuy-in-doubt"]

_CAP = "11"
"""What twenty actions cost: not a cent more."""

_STORMY = (1, 3)
_MOST_CALM = 12
_RATES = (0.1, 0.2, 0.35, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a campaign.

    Attributes:
        thrown: Faults by endpoint and name.
        kills: Of the runner, by instant.
        created: Runs that the server has.
        doubted: Actions that were in doubt when nothing more could be learned.
        rebought: Actions that were bought again because somebody asked for it.
        collected: Actions that were under way when their process was killed, and were collected later.
        broken: Which invariants do not hold.
    """

    variant: str
    seed: int
    thrown: Counter[tuple[Endpoint, str]]
    kills: Counter[str]
    server_kills: int
    commands: int
    actions: int
    finished: int
    created: int
    duplicates: int
    lost: int
    doubted: int
    rebought: int
    collected: int
    cpu_s: float
    wall_s: float
    broken: tuple[str, ...]


@dataclass
class _Story:
    """A campaign while it goes on."""

    seed: int
    variant: Variant
    world: World
    folder: Path
    dice: random.Random
    faults: Dice
    kills: Counter[str] = field(default_factory=Counter)
    commands: int = 0
    cpu_s: float = 0.0
    orphans: set[str] = field(default_factory=set)
    rebought: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    command: Command = field(default_factory=Command)
    callbacks: tuple[str, ...] = ()
    callback_secret: str | None = None

    @property
    def root(self) -> Path:
        return self.folder / "project"

    @property
    def key(self) -> str:
        return key_of(self.variant.name, self.seed)

    @property
    def secrets(self) -> set[str]:
        return {self.key} if self.callback_secret is None else {self.key, self.callback_secret}

    def kill(self) -> None:
        """End the runner from outside, as a power cut would."""
        self.command.kill()

    async def run(self, arguments: list[str], kill: Kill | None = None) -> Ended:
        """Run a command, and note how it ended."""
        self.commands += 1
        self.command = Command()
        ended = await self.world.runners.run(
            [*arguments, *self.callbacks],
            self.root,
            self.folder / f"{self.commands:02}-{arguments[0]}.log",
            environment=self._environment(),
            kill=kill,
            command=self.command,
        )
        self.cpu_s += ended.cpu_s
        if ended.is_stuck:
            self.problems.append(f"'runner {' '.join(arguments)}' did not end")
        if ended.code == -9:
            self.kills[ended.killed_at or "from outside"] += 1
            self.orphans |= read_ledger(self.root).under_way
        elif ended.code not in {0, 1, 3, 5} and not (ended.code == 2 and "nothing-to-resume" in ended.text()):
            self.problems.append(f"'runner {' '.join(arguments)}' ended with {ended.code}")
        return ended

    async def go_on(self, *, deadly: bool = False) -> Ended:
        """Do what a person would do next."""
        kill = draw_kill(self.dice.randrange(1000), self.dice) if deadly else None
        if not read_ledger(self.root).runs:
            return await self.run(RUN, kill)
        ended = await self.run(RESUME, kill)
        return await self.run(RUN, kill) if ended.code == 2 else ended

    def _environment(self) -> dict[str, str]:
        signed = {} if self.callback_secret is None else {"RUNFLOW_CALLBACK_SECRET": self.callback_secret}
        return {"RUNFLOW_API_KEY": self.key, "TMPDIR": str(self.folder), **signed}


async def carry_out(seed: int, variant: Variant, world: World) -> Outcome:
    """Hold one campaign; its folder stays only where an invariant is broken."""
    started_s, server = time.monotonic(), world.servers[variant.name]
    story = _begin(seed, variant, world)
    cap = Decimal(_CAP) if story.dice.random() < 0.3 else None
    rebuys = cap is None and story.dice.random() < 0.5
    port = next(world.ports) if story.dice.random() < 0.5 else None
    server_kills = server.kills
    proxy = Proxy(variant, story.faults, server, None if port is None else ("127.0.0.1", port), story.kill)
    await proxy.start()
    try:
        make_project(story.root, variant, proxy.url, seed=story.faults.seed, cap=None if cap is None else _CAP)
        await _hear(story, proxy, port)
        async with _watched(story, cap):
            doubted, code = await _tell(story, proxy, rebuys=rebuys)
    finally:
        await proxy.close()
    case = Case(
        folder=story.folder,
        variant=variant,
        ledger=read_ledger(story.root),
        runs=read_runs(server.database, organization(story.key)),
        rebought=story.rebought,
        code=code,
        cap=cap,
        secrets={*story.secrets, "signature=", "expires=", *proxy.signatures},
    )
    problems = (*story.problems, *broken(case))
    if not problems:
        shutil.rmtree(story.folder)
    return _outcome(
        story, case, problems, doubted=len(doubted), server_kills=server.kills - server_kills, began=started_s
    )


def _begin(seed: int, variant: Variant, world: World) -> _Story:
    name = f"{variant.name} {seed}"
    folder, dice = world.folder / name.replace(" ", "-"), random.Random(name)
    folder.mkdir()
    rate = dice.choice(_RATES) if world.decks is None else max(_RATES)
    faults = Dice(name, rate, world.decks)
    return _Story(seed=seed, variant=variant, world=world, folder=folder, dice=dice, faults=faults)


async def _hear(story: _Story, proxy: Proxy, port: int | None) -> None:
    """Have the provider call back, where there is a port for that."""
    if port is not None:
        story.callbacks = ("--callback-url", f"{proxy.url}{CALLBACKS}/{story.seed}", "--callback-port", str(port))
        story.callback_secret = await story.world.servers[story.variant.name].callback_secret(story.key)


def _outcome(
    story: _Story, case: Case, problems: tuple[str, ...], *, doubted: int, server_kills: int, began: float
) -> Outcome:
    purchases = case.ledger.purchases
    finished = {key for key, purchase in purchases.items() if purchase.state == "finished"}
    return Outcome(
        variant=story.variant.name,
        seed=story.seed,
        thrown=story.faults.thrown,
        kills=story.kills,
        server_kills=server_kills,
        commands=story.commands,
        actions=len(purchases),
        finished=len(finished),
        created=len(case.runs),
        duplicates=len(case.duplicates),
        lost=len(case.lost),
        doubted=doubted,
        rebought=len(story.rebought),
        collected=len((story.orphans & finished) - story.rebought),
        cpu_s=story.cpu_s,
        wall_s=time.monotonic() - began,
        broken=problems,
    )


async def _tell(story: _Story, proxy: Proxy, *, rebuys: bool) -> tuple[set[str], int]:
    """Let it storm, then let it be calm until nothing more comes of going on.

    Returns:
        What was in doubt in the end, and the last exit code.
    """
    for _ in range(story.dice.randint(*_STORMY)):
        ended = await story.go_on(deadly=story.dice.random() < 0.9)
        if ended.code == 0:
            break
    story.faults.is_over = True
    await proxy.settle()
    doubted, code = await _calm_down(story)
    if code == 5 and rebuys:
        story.rebought |= read_ledger(story.root).in_doubt
        await story.run(REBUY, Kill("buy_again", story.dice.choice(("before", "after")), story.dice.randint(1, 3)))
        _, code = await _calm_down(story)
    await proxy.settle()
    return doubted, code


async def _calm_down(story: _Story) -> tuple[set[str], int]:
    codes: list[int] = []
    while codes[-1:] != [0] and codes[-2:] != [5, 5]:
        if len(codes) == _MOST_CALM:
            story.problems.append(f"it does not come to an end without faults: {codes}")
            break
        codes.append((await story.go_on()).code)
    return read_ledger(story.root).in_doubt, codes[-1]


@contextlib.asynccontextmanager
async def _watched(story: _Story, cap: Decimal | None) -> AsyncIterator[None]:
    """Look at the cap all the while."""

    async def watch(cap: Decimal) -> None:
        while True:
            ledger = read_ledger(story.root)
            taken = sum((taken for scope, taken in ledger.taken.items() if scope.startswith("month ")), Decimal())
            if max(taken, ledger.held) > cap:
                story.problems.append(f"{taken} was taken and {ledger.held} held under a cap of {cap}")
                return
            await asyncio.sleep(0.2)

    if cap is None:
        yield
        return
    watching = asyncio.create_task(watch(cap))
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
