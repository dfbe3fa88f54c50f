"""``python -m tests.faults``: hold many campaigns, and say what came of them."""

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.campaign import Outcome
from tests.faults.holding import hold
from tests.faults.page import page
from tests.faults.variants import VARIANTS

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"


def _tell(outcome: Outcome, number: int) -> None:
    sys.stderr.write(
        f"{number:5} {outcome.variant:14} seed {outcome.seed:<6} {outcome.commands:2} commands"
        f" {sum(outcome.thrown.values()):4} faults {sum(outcome.kills.values())} kills"
        f" {outcome.created:3} runs {outcome.doubted:2} in doubt {outcome.cpu_s:5.1f} s CPU {outcome.wall_s:5.0f} s\n"
    )
    for problem in outcome.broken:
        sys.stderr.write(f"      BROKEN: {problem}\n")


def main() -> None:
    """Hold the campaigns that the command line asks for.

    Exits with 1 where a campaign breaks an invariant.
    """
    given = _arguments()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="faults-"))
    folder.mkdir(exist_ok=True)
    seeds = {name: range(given.seed, given.seed + given.campaigns) for name in given.variants}
    started_s, spent_s = time.monotonic(), _spent_s()
    outcomes = asyncio.run(hold(folder, seeds, at_once=given.at_once, tell=_tell))
    wall_s, each_s = time.monotonic() - started_s, (_spent_s() - spent_s) / len(outcomes)
    if given.write:
        PAGE.write_text(page(outcomes, given.seed), encoding="utf-8")
    bad = sum(bool(outcome.broken) for outcome in outcomes)
    sys.stdout.write(
        f"{len(outcomes)} campaigns in {wall_s:.0f} s, {each_s:.1f} s of processor time each:"
        f" {bad} break an invariant{f'; see {folder}' if bad else ''}\n"
    )
    sys.exit(bad > 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--campaigns", type=int, default=250, help="for each variant (250)")
    parser.add_argument("--seed", type=int, default=1, help="of the first campaign of each variant (1)")
    parser.add_argument("--at-once", type=int, default=12, help="campaigns that go on at one time (12)")
    parser.add_argument("--variants", nargs="*", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--folder", type=Path, help="for everything; one of the system's when left out")
    parser.add_argument("--write", action="store_true", help="write docs/reliability.md")
    return parser.parse_args()


def _spent_s() -> float:
    """Processor time of this process and of all that ended before."""
    return sum(sum(resource.getrusage(whose)[:2]) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


if __name__ == "__main__":
    main()
