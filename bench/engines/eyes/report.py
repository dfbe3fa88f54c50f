"""The tables of the eye-color engine."""

from collections.abc import Iterator, Sequence

from bench.engines.bars import median
from bench.engines.eyes.figures import EYE_FIGURES, FIGURES, cases_of, worst_cases
from bench.engines.eyes.results import Case, Recolored
from bench.engines.eyes.score import FIGURE_NAMES
from bench.engines.eyes.targets import SCORED
from bench.engines.tables import figure_table, table

_WORST = 5


def report(recolored: Sequence[Recolored]) -> Iterator[str]:
    """Write every figure against its bar, then by target, the worst cases and the refusals, as Markdown lines."""
    cases = cases_of(recolored)
    yield from figure_table(FIGURES, recolored, lambda one: one.portrait.name)
    yield from ("", "By target:", "")
    yield from _by_target(cases)
    yield from ("", "Farthest from a bar (1 is at the bar, 2 as far again), one case a photo:", "")
    yield from _worst(cases)
    yield from _endings(recolored)
    yield from ("", f"Processor time of a photo, median: {median([one.cpu_s for one in recolored]):.2f} s.")


def each_eye(cases: Sequence[Case]) -> Iterator[str]:
    """List every eye with every target; badly marked ones, which do not count, in brackets."""
    rows = [[case.name if case.is_sure else f"({case.name})", *_numbers(case)] for case in cases]
    yield from table(["eye", *FIGURE_NAMES], rows)


def _numbers(case: Case) -> list[str]:
    return [f"{getattr(case.score, name):.3f}" for name in FIGURE_NAMES]


def _by_target(cases: Sequence[Case]) -> Iterator[str]:
    by_target = {target: [case for case in cases if case.target == target] for target in SCORED}
    rows = [
        [figure.bar.name, *(figure.bar.show(figure.compute(some)) for some in by_target.values())]
        for figure in EYE_FIGURES
    ]
    yield from table(["figure", *by_target], rows)


def _worst(cases: Sequence[Case]) -> Iterator[str]:
    rows = [
        [one.case.name, one.bar.name.removesuffix(", median"), one.bar.show(one.value), f"{one.distance:.2f}"]
        for one in worst_cases(cases, _WORST)
    ]
    yield from table(["eye", "figure", "value", "distance"], rows, words=2)


def _endings(recolored: Sequence[Recolored]) -> Iterator[str]:
    told = [one for one in recolored if one.portrait.expected != "recolored" or not one.is_as_expected]
    if not told:
        return
    rows = [[one.portrait.name, one.portrait.expected, one.refusal or "recolored", _verdict(one)] for one in told]
    yield from ("", "Photos without an iris, and others that ended otherwise than expected:", "")
    yield from table(["photo", "expected", "what became of it", "verdict"], rows, words=4)


def _verdict(one: Recolored) -> str:
    return "pass" if one.is_as_expected else "**miss**"
