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

from tests.faults.evidence import Ledger, read_ledger, read_runs
from tests.faults.faults import Dice, Endpoint
from tests.faults.invariants import Case, broken
from tests.faults.kills import draw_kill
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
    kills: Counter[str] = field(default_factory=Counter)
    commands: int = 0
    cpu_s: float = 0.0
    orphans: set[str] = field(default_factory=set)
    rebought: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    command: Command = field(default_factory=Command)
    callbacks: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        return self.folder / "project"

    @property
    def key(self) -> str:
        return key_of(self.variant.name, self.seed)

    def kill(self) -> None:
        """End the runner from outside, as a power cut would."""
        self.command.kill()

    async def run(self, arguments: list[str], *, deadly: bool = False) -> Ended:
        """Run a command, and note how it ended."""
        self.commands += 1
        self.command = Command()
        ended = await self.world.runners.run(
            [*arguments, *self.callbacks],
            self.root,
            self.folder / f"{self.commands:02}-{arguments[0]}.log",
            environment=self.environment,
            kill=draw_kill(self.dice.randrange(1000), self.dice) if deadly else None,
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
        if not read_ledger(self.root).runs:
            return await self.run(RUN, deadly=deadly)
        ended = await self.run(RESUME, deadly=deadly)
        return await self.run(RUN, deadly=deadly) if ended.code == 2 else ended


async def carry_out(seed: int, variant: Variant, world: World) -> Outcome:
    """Hold one campaign; its folder stays only where an invariant is broken."""
    started_s, server = time.monotonic(), world.servers[variant.name]
    folder = world.folder / f"{variant.name}-{seed}"
    folder.mkdir()
    dice = random.Random(f"{variant.name} {seed}")
    story = _Story(seed=seed, variant=variant, world=world, folder=folder, dice=dice)
    rate = dice.choice(_RATES) if world.decks is None else max(_RATES)
    faults = Dice(f"{variant.name} {seed}", rate, world.decks)
    cap = _CAP if dice.random() < 0.3 else None
    rebuys = cap is None and dice.random() < 0.5
    hears = dice.random() < 0.5
    server_kills = server.kills
    port = next(world.ports) if hears else None
    proxy = Proxy(variant, faults, server, None if port is None else ("127.0.0.1", port), story.kill)
    await proxy.start()
    story.environment = {"RUNFLOW_API_KEY": story.key, "TMPDIR": str(folder)}
    if port is not None:
        story.callbacks = ("--callback-url", f"{proxy.url}{CALLBACKS}/{seed}", "--callback-port", str(port))
        story.environment["RUNFLOW_CALLBACK_SECRET"] = await server.callback_secret(story.key)
    try:
        make_project(story.root, variant, proxy.url, seed=faults.seed, cap=cap)
        async with _watched(story, None if cap is None else Decimal(cap)):
            doubted, code = await _tell(story, proxy, faults, rebuys=rebuys)
        await proxy.settle()
    finally:
        await proxy.close()
    ledger, runs = read_ledger(story.root), read_runs(server.database, organization(story.key))
    case = Case(
        folder=folder,
        variant=variant,
        ledger=ledger,
        runs=runs,
        rebought=story.rebought,
        code=code,
        cap=None if cap is None else Decimal(cap),
        secrets={*story.environment.values(), "signature=", "expires=", *proxy.signatures} - {str(folder)},
    )
    problems = (*story.problems, *broken(case))
    if not problems:
        shutil.rmtree(folder)
    return Outcome(
        variant=variant.name,
        seed=seed,
        thrown=faults.thrown,
        kills=story.kills,
        server_kills=server.kills - server_kills,
        commands=story.commands,
        actions=len(ledger.purchases),
        finished=sum(purchase.state == "finished" for purchase in ledger.purchases.values()),
        created=len(runs),
        duplicates=len(case.duplicates),
        lost=len(case.lost),
        doubted=len(doubted),
        rebought=len(story.rebought),
        collected=_collected(story, ledger),
        cpu_s=story.cpu_s,
        wall_s=time.monotonic() - started_s,
        broken=problems,
    )


async def _tell(story: _Story, proxy: Proxy, faults: Dice, *, rebuys: bool) -> tuple[set[str], int]:
    """Let it storm, then let it be calm until nothing more comes of going on.

    Returns:
        What was in doubt in the end, and the last exit code.
    """
    for _ in range(story.dice.randint(*_STORMY)):
        ended = await story.go_on(deadly=story.dice.random() < 0.9)
        if ended.code == 0:
            break
    faults.is_over = True
    await proxy.settle()
    doubted, code = await _calm_down(story)
    if code == 5 and rebuys:
        story.rebought |= read_ledger(story.root).in_doubt
        await story.run(REBUY)
        _, code = await _calm_down(story)
    return doubted, code


async def _calm_down(story: _Story) -> tuple[set[str], int]:
    codes: list[int] = []
    while codes[-1:] != [0] and codes[-2:] != [5, 5]:
        if len(codes) == _MOST_CALM:
            story.problems.append(f"it does not come to an end without faults: {codes}")
            break
        codes.append((await story.go_on()).code)
    return read_ledger(story.root).in_doubt, codes[-1]


def _collected(story: _Story, ledger: Ledger) -> int:
    done = {key for key, purchase in ledger.purchases.items() if purchase.state == "finished"}
    return len((story.orphans & done) - story.rebought)


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
