"""On drawn eyes the matte follows the true borders of the iris, to a part of a pixel."""

from dataclasses import replace

import numpy as np
import pytest

from runner.engines.eye_color.eye import sample_patch
from runner.engines.eye_color.lids import refine_lids
from runner.engines.eye_color.limbus import Guess, find_limbus
from runner.engines.eye_color.matte import Matte, build_matte
from runner.engines.eye_color.pupil import find_pupil, radial_profile
from runner.engines.eye_color.types import Flags, Floats, Outline
from tests.engines.eye_color.drawn import DrawnEye, draw_eye, draw_share, eye_of

IRISES = {"brown": (92, 58, 36), "blue": (110, 140, 165), "black": (40, 28, 24)}


def sized(radius: float, **other: object) -> DrawnEye:
    """An eye in a picture of its size, off the raster."""
    drawn = DrawnEye(radius=radius, x=3 * radius + 0.3, y=2 * radius + 0.6, size=(round(4 * radius), round(6 * radius)))
    return replace(drawn, **other)  # type: ignore[arg-type]  # the fields differ in type


def matte_of(drawn: DrawnEye) -> Matte:
    picture, eye = draw_eye(drawn), eye_of(drawn)
    patch = sample_patch(picture, eye.frame)
    limbus = find_limbus(patch, eye.lids, Guess())
    lids = refine_lids(patch, eye.lids, limbus)
    pupil = find_pupil([radial_profile(patch, lids, limbus)])
    return build_matte(picture, eye, Outline(limbus=limbus, lids=lids, pupil=pupil))


def errors_of(drawn: DrawnEye) -> Floats:
    """How much more of each pixel of the picture the matte takes than is iris."""
    matte = matte_of(drawn)
    alpha = np.zeros(drawn.size, np.float32)
    alpha[matte.box.top : matte.box.bottom, matte.box.left : matte.box.right] = matte.alpha
    errors: Floats = alpha - draw_share(drawn)
    return errors


def ring(drawn: DrawnEye, low: float, high: float, reach: float) -> Flags:
    """Pixels at these distances from the middle, in radii, and no further than ``reach`` above or below it."""
    y, x = np.mgrid[0 : drawn.size[0], 0 : drawn.size[1]] + 0.5
    u, v = (x - drawn.x) / drawn.radius, (y - drawn.y) / drawn.radius
    rho = np.hypot(u, v)
    flags: Flags = (rho > low) & (rho < high) & (np.abs(v) < reach)
    return flags


@pytest.mark.parametrize("iris", IRISES)
@pytest.mark.parametrize("radius", [10.0, 14.0, 20.0, 40.0])
def test_the_border_of_the_iris_is_exact_to_a_quarter_of_a_pixel(radius: float, iris: str) -> None:
    drawn = sized(radius, iris=IRISES[iris])
    border_px = 4 * np.arcsin(0.45) * radius
    assert abs(errors_of(drawn)[ring(drawn, 0.75, 1.3, 0.45)].sum()) / border_px < 0.25


@pytest.mark.parametrize("iris", IRISES)
def test_the_border_is_as_soft_as_the_picture(iris: str) -> None:
    drawn = sized(20.0, iris=IRISES[iris])
    assert np.abs(errors_of(drawn)[ring(drawn, 0.75, 1.3, 0.45)]).mean() < 0.03


@pytest.mark.parametrize("share", [0.28, 0.36, 0.48])
@pytest.mark.parametrize("iris", ["brown", "blue"])
def test_the_edge_of_a_visible_pupil_is_exact_to_half_a_pixel(iris: str, share: float) -> None:
    drawn = sized(20.0, iris=IRISES[iris], pupil=share)
    edge = ring(drawn, max(share - 0.25, 0.0), share + 0.25, 1.0)
    y, x = np.mgrid[0 : drawn.size[0], 0 : drawn.size[1]] + 0.5
    edge &= np.hypot(x - drawn.x - 0.2 * drawn.radius, y - drawn.y + 0.25 * drawn.radius) > 0.3 * drawn.radius
    assert abs(errors_of(drawn)[edge].sum()) / (2 * np.pi * share * drawn.radius) < 0.5


@pytest.mark.parametrize("radius", [20.0, 40.0])
def test_a_catchlight_is_not_iris(radius: float) -> None:
    drawn = sized(radius, pupil=0.2)
    matte = matte_of(drawn)
    y, x = int(drawn.y - 0.25 * radius) - matte.box.top, int(drawn.x + 0.2 * radius) - matte.box.left
    assert matte.alpha[y, x] < 0.1


@pytest.mark.parametrize("height", [0.4, 0.6, 0.86])
def test_skin_beyond_the_lids_is_not_iris(height: float) -> None:
    drawn = sized(20.0, opening=(2.3, height))
    y, x = np.mgrid[0 : drawn.size[0], 0 : drawn.size[1]] + 0.5
    u, v = (x - drawn.x) / drawn.radius, (y - drawn.y) / drawn.radius
    beyond = np.abs(v) > height * (1 - (u / 2.3) ** 2) + 0.2
    assert errors_of(drawn)[beyond].max() == 0
