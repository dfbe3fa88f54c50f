"""The cap holds whoever spends: several processes on one recipe, each with as many jobs in flight as it likes."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from tests.faults.evidence import Ledger, ServerRun, read_ledger, read_runs
from tests.faults.faults import Dice
from tests.faults.project import PRICE, make_project
from tests.faults.proxy import Proxy
from tests.faults.runners import Ended
from tests.faults.variants import VARIANTS
from tests.faults.world import key_of, open_world, organization

pytestmark = pytest.mark.slow

_PHOTOS = 66
_AFFORDED = 90
_CAP = Decimal(PRICE) * _AFFORDED
_IN_FLIGHT = 64


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of the ledger on the way."""

    most_held: Decimal
    most_under_way: int


@dataclass(frozen=True, slots=True)
class Spree:
    """Four processes that buy as much as they can."""

    ended: list[Ended]
    seen: Seen
    ledger: Ledger
    runs: list[ServerRun]


@pytest.fixture(scope="module")
def spree(tmp_path_factory: pytest.TempPathFactory) -> Spree:
    return asyncio.run(_spend(tmp_path_factory.mktemp("cap")))


async def _spend(folder: Path) -> Spree:
    """Let two processes want each half of the recipe: each half is below the cap, both are not."""
    variant, key, root = VARIANTS["ignores-key"], key_of("ignores-key", 1), folder / "project"
    halves = [[str(number) for number in range(_PHOTOS) if number % 2 == rest] for rest in (0, 1)]
    async with open_world(folder, {variant.name: [1]}) as world:
        server = world.servers[variant.name]
        proxy = Proxy(variant, Dice("calm", 0.0), server, None, lambda: None)
        await proxy.start()
        make_project(
            root, variant, proxy.url, seed="cap", cap=str(_CAP), photos=_PHOTOS, concurrency=_IN_FLIGHT, answer_s=30
        )
        commands = [
            world.runners.run(
                ["run", "walls.yaml", "--yes", "--jobs", str(_IN_FLIGHT), *_selected(half)],
                root,
                folder / f"{number}.log",
                environment={"RUNFLOW_API_KEY": key},
            )
            for number, half in enumerate(halves * 2)
        ]
        watching = asyncio.create_task(_watch(root))
        ended = await asyncio.gather(*commands)
        watching.cancel()
        seen = await watching
        await proxy.close()
        runs = read_runs(server.database, organization(key))
    return Spree(ended, seen, read_ledger(root), runs)


def _selected(items: list[str]) -> list[str]:
    return [word for item in items for word in ("--select", item)]


async def _watch(root: Path) -> Seen:
    most_held, most_under_way = Decimal(), 0
    try:
        while True:
            ledger = read_ledger(root)
            most_held = max(most_held, ledger.held)
            most_under_way = max(most_under_way, sum(bought.reserved > 0 for bought in ledger.purchases.values()))
            await asyncio.sleep(0.02)
    except asyncio.CancelledError:
        return Seen(most_held, most_under_way)


def test_the_cap_holds_at_every_instant_with_64_in_flight(spree: Spree) -> None:
    assert spree.seen.most_under_way >= _IN_FLIGHT
    assert spree.seen.most_held <= _CAP
    assert sum(run.cost for run in spree.runs) <= _CAP


def test_what_the_cap_allows_is_bought_and_the_rest_refused(spree: Spree) -> None:
    assert len(spree.runs) == _AFFORDED
    assert {ended.code for ended in spree.ended} <= {0, 1, 3}
    assert any("the budget of the month" in ended.text() for ended in spree.ended)


def test_no_process_buys_what_another_bought(spree: Spree) -> None:
    assert max(Counter(run.reference for run in spree.runs).values()) == 1
    finished = {key for key, bought in spree.ledger.purchases.items() if bought.state == "finished"}
    assert finished == {run.work for run in spree.runs}
