"""``python -m tests.faults``: hold many campaigns, and say what came of them."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.campaign import Outcome, carry_out
from tests.faults.variants import VARIANTS
from tests.faults.world import World, open_world


async def hold(
    folder: Path, seeds: dict[str, list[int]], *, seed: int, at_once: int, kill_servers_every_s: float | None
) -> list[Outcome]:
    """Hold campaigns, some at once."""
    places, outcomes = asyncio.Semaphore(at_once), []

    async def one(variant: str, number: int, world: World) -> None:
        async with places:
            outcome = await carry_out(number, VARIANTS[variant], world)
        outcomes.append(outcome)
        _tell(outcome, len(outcomes))

    world_of = open_world(folder, seeds, seed=seed, kill_servers_every_s=kill_servers_every_s)
    async with world_of as world, asyncio.TaskGroup() as group:
        for number in range(max(map(len, seeds.values()))):
            for variant, numbers in seeds.items():
                if number < len(numbers):
                    group.create_task(one(variant, numbers[number], world))
    return outcomes


def _tell(outcome: Outcome, number: int) -> None:
    sys.stderr.write(
        f"{number:5} {outcome.variant:14} seed {outcome.seed:<6} {outcome.commands:2} commands"
        f" {sum(outcome.thrown.values()):4} faults {sum(outcome.kills.values())} kills"
        f" {outcome.created:3} runs {outcome.doubted:2} in doubt {outcome.cpu_s:5.1f} s CPU {outcome.wall_s:5.0f} s\n"
    )
    for problem in outcome.broken:
        sys.stderr.write(f"      BROKEN: {problem}\n")


def main() -> None:
    """Hold the campaigns that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--campaigns", type=int, default=250, help="for each variant")
    parser.add_argument("--seed", type=int, default=1, help="of the first campaign")
    parser.add_argument("--at-once", type=int, default=24)
    parser.add_argument("--variants", nargs="*", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="faults-"))
    folder.mkdir(exist_ok=True)
    seeds = {name: list(range(given.seed, given.seed + given.campaigns)) for name in given.variants}
    started_s = time.monotonic()
    outcomes = asyncio.run(hold(folder, seeds, seed=given.seed, at_once=given.at_once, kill_servers_every_s=30))
    wall_s, bad = time.monotonic() - started_s, sum(bool(outcome.broken) for outcome in outcomes)
    sys.stdout.write(f"{len(outcomes)} campaigns in {wall_s:.0f} s; {bad} break an invariant; {folder}\n")


if __name__ == "__main__":
    main()
