"""On a face with drawn eyes, whose irises are known exactly, the engine recolors just these."""

import numpy as np
import pytest

from bench.engines.eyes.drawn import draw_portraits
from bench.engines.eyes.figures import EYE_FIGURES, cases_of
from bench.engines.eyes.results import Case, Recolored, recolor

pytestmark = pytest.mark.slow

STRAIGHT = ("f01", "f02", "f07", "f08", "f10", "f13", "f14")
FIGURES = {figure.bar.name: figure for figure in EYE_FIGURES}


@pytest.fixture(scope="module")
def recolored() -> list[Recolored]:
    return [recolor(portrait) for portrait in draw_portraits(lambda name: name[:3] in STRAIGHT)]


@pytest.fixture(scope="module")
def cases(recolored: list[Recolored]) -> list[Case]:
    return cases_of(recolored)


@pytest.mark.parametrize("name", [name for name in FIGURES if "correlation" not in name])
def test_a_figure_reaches_its_bar(cases: list[Case], name: str) -> None:
    figure = FIGURES[name]
    value = figure.compute(cases)
    assert figure.bar.passes(value), f"{figure.bar.show(value)}, to reach {figure.bar}"


def test_the_iris_is_met_to_a_tenth_of_its_radius(recolored: list[Recolored]) -> None:
    assert [name for one in recolored for name in missed(one)] == []


@pytest.mark.xfail(strict=True, reason="issue 4: the limbus is sought near the middle of the lids, and by its contrast")
@pytest.mark.parametrize("number", ["f05", "f11"])
def test_an_iris_that_looks_aside_or_is_pale_is_met(number: str) -> None:
    (portrait,) = draw_portraits(lambda name: name.startswith(number))
    assert missed(recolor(portrait)) == []


def missed(one: Recolored) -> list[str]:
    """Name the irises from whose middle the engine is more than a tenth of the radius away."""
    found = [eye["center_px"] for eye in one.eyes]
    return [
        f"{one.portrait.name} {eye.side}"
        for eye in one.portrait.eyes
        if min(np.hypot(x - eye.x, y - eye.y) for x, y in found) > 0.1 * eye.radius
    ]
