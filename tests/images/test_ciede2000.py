"""The CIEDE2000 difference against another implementation."""

import numpy as np
from coloraide import Color

from runner.images.ciede2000 import ciede2000

CORNERS = [
    [50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], [50.0, 0.0, 0.0], [50.0, -1.0, 2.0], [50.0, 2.49, -0.001],
    [50.0, -2.49, 0.0011], [73.0, 25.0, -18.0], [90.8027, -2.0831, 1.441], [2.0776, 0.0795, -1.135], [100.0, 0.0, 0.0],
    [0.0, 0.0, 0.0], [32.3, 79.2, -107.9],
]  # fmt: skip
"""Where the formula has its cases: gray, blue, hues around 0 and opposite each other, black and white."""


def expected(one: list[float], other: list[float]) -> float:
    return float(Color("lab-d65", one).delta_e(Color("lab-d65", other), method="2000"))


def test_it_is_what_another_implementation_says() -> None:
    spread = np.random.default_rng(7).uniform([0, -90, -90], [100, 90, 90], (40, 3)).tolist()
    colors = [*CORNERS, *spread]
    pairs = [(one, other) for one in colors for other in colors]
    found = ciede2000(np.array([one for one, _ in pairs]), np.array([other for _, other in pairs]))
    wanted = np.array([expected(one, other) for one, other in pairs])
    opposite = np.abs(found - wanted) > 0.01  # where hues lie 180° apart, rounding decides which mean hue is taken
    assert opposite.sum() <= 4
    assert np.abs(found - wanted)[~opposite].max() < 0.005


def test_a_color_does_not_differ_from_itself() -> None:
    colors = np.array(CORNERS)
    assert (ciede2000(colors, colors) == 0).all()


def test_the_shape_is_kept() -> None:
    assert ciede2000(np.zeros((3, 4, 3)), np.ones((3, 4, 3))).shape == (3, 4)
