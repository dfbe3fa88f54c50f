"""Holds many campaigns, some at once."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.faults.campaign import Outcome, carry_out
from tests.faults.variants import VARIANTS
from tests.faults.world import World, open_world


async def hold(
    folder: Path,
    seeds: Mapping[str, Sequence[int]],
    *,
    at_once: int,
    tell: Callable[[Outcome, int], None] = lambda _outcome, _number: None,
    meets_all: bool = False,
) -> list[Outcome]:
    """Hold campaigns.

    Args:
        folder: For everything.
        seeds: Of the campaigns, by variant.
        at_once: How many go on at one time.
        tell: Is called with each outcome and how many there are.
        meets_all: Whether campaigns together are to meet each fault, instead of what each draws for itself.
    """
    places = asyncio.Semaphore(at_once)
    outcomes: list[Outcome] = []

    async def one(variant: str, seed: int, world: World) -> None:
        async with places:
            outcomes.append(await carry_out(seed, VARIANTS[variant], world))
        tell(outcomes[-1], len(outcomes))

    async with open_world(folder, seeds, meets_all=meets_all) as world, asyncio.TaskGroup() as group:
        for number in range(max(map(len, seeds.values()))):
            for variant, numbers in seeds.items():
                if number < len(numbers):
                    group.create_task(one(variant, numbers[number], world))
    for server in world.servers.values():
        log = server.log.read_text(errors="replace")
        assert not any(secret in log for secret in (*server.keys, "signature=")), f"{server.log} holds a secret"
    return outcomes
