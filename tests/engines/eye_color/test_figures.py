"""On portraits in which a person marked the irises, the engine reaches what it promises."""

from pathlib import Path

import numpy as np
import pytest

from bench.engines.bars import Figure
from bench.engines.eyes.figures import FIGURES
from bench.engines.eyes.results import Recolored, recolor
from bench.engines.eyes.truth import read_portraits

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def recolored(shared_data: Path) -> list[Recolored]:
    return [recolor(portrait) for portrait in read_portraits(shared_data / "dev", lambda _: True)]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.bar.name)
def test_a_figure_reaches_its_bar(recolored: list[Recolored], figure: Figure[Recolored]) -> None:
    value = figure.compute(recolored)
    assert figure.bar.passes(value), f"{figure.bar.show(value)}, to reach {figure.bar}"


def test_photos_with_irises_are_recolored(recolored: list[Recolored]) -> None:
    assert [one.portrait.name for one in recolored if one.refusal and one.portrait.expected == "recolored"] == []


def test_no_bit_changes_beyond_the_irises(recolored: list[Recolored]) -> None:
    assert [one.portrait.name for one in recolored if changes_beyond(one)] == []


def changes_beyond(one: Recolored) -> bool:
    """Say whether a pixel has changed, in any color, outside 1.3 radii of every iris that was recolored."""
    rows, columns = one.portrait.photo.shape[:2]
    y, x = np.ogrid[0:rows, 0:columns]
    beyond = np.ones((rows, columns), bool)
    for eye in one.eyes:
        if eye["recolored"]:
            middle_x, middle_y = eye["center_px"]
            beyond &= np.hypot(x + 0.5 - middle_x, y + 0.5 - middle_y) > 1.3 * eye["radius_px"]
    pictures = [result.pixels for result in one.results.values()]
    return any(bool((picture != one.portrait.photo)[beyond].any()) for picture in pictures)
