"""The border of a drawn iris is found to a fraction of a pixel, from the network's wrong guesses."""

import pytest

from runner.engines.eye_color.eye import sample_patch
from runner.engines.eye_color.limbus import Guess, find_limbus
from tests.engines.eye_color.drawn import DrawnEye, draw_eye, eye_of

RIGHT, NEAR, CHILD = (0.0, 0.0, 1.0), (0.15, 0.12, 1.05), (0.0, 0.1, 0.75)
"""How the network is wrong: x and y in radii, factor of the radius. It takes a child's iris for a smaller one."""


@pytest.mark.parametrize("off", [RIGHT, NEAR, CHILD])
@pytest.mark.parametrize(
    "drawn",
    [
        DrawnEye(),
        DrawnEye(gaze=0.9),
        DrawnEye(gaze=-0.9),
        DrawnEye(opening=(2.3, 0.5)),
        DrawnEye(iris=(110, 140, 165)),
        DrawnEye(iris=(40, 28, 24), noise=6.0),
    ],
)
def test_the_border_is_found_to_a_fraction_of_a_pixel(drawn: DrawnEye, off: tuple[float, float, float]) -> None:
    eye = eye_of(drawn, off=off)
    limbus = find_limbus(sample_patch(draw_eye(drawn), eye.frame), eye.lids, Guess())
    x, y = eye.frame.to_photo(limbus.x, limbus.y)
    radius_px = limbus.radius * eye.frame.unit_px
    assert abs(x - drawn.x) < 0.25
    # Lids hide the top and the bottom.
    assert abs(y - drawn.y) < 1.0
    assert abs(radius_px - drawn.radius) < 0.75


@pytest.mark.parametrize("aspect", [0.95, 0.9, 0.85])
def test_the_sides_of_an_iris_seen_at_an_angle_are_found(aspect: float) -> None:
    drawn = DrawnEye(aspect=aspect)
    eye = eye_of(drawn, off=NEAR)
    limbus = find_limbus(sample_patch(draw_eye(drawn), eye.frame), eye.lids, Guess())
    width_px = limbus.radius * limbus.aspect * eye.frame.unit_px
    assert width_px == pytest.approx(aspect * drawn.radius, abs=1.0)


def test_the_blur_of_the_border_is_measured() -> None:
    drawn = DrawnEye(noise=0.5)
    eye = eye_of(drawn)
    limbus = find_limbus(sample_patch(draw_eye(drawn), eye.frame), eye.lids, Guess())
    # Drawn with a standard deviation of 0.9 px, sampled with little more.
    assert 0.5 < limbus.blur * eye.frame.unit_px < 1.6
