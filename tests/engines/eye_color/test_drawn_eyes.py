"""On drawn eyes, whose irises are known exactly, the engine finds and recolors just these."""

import numpy as np
import pytest
from numpy.typing import NDArray

from runner.engines.base import Rgb8
from runner.engines.eye_color.color import recolor
from runner.engines.eye_color.eye import sample_patch
from runner.engines.eye_color.lids import refine_lids
from runner.engines.eye_color.limbus import Guess, find_limbus
from runner.engines.eye_color.matte import Matte, build_matte
from runner.engines.eye_color.oklab import linear_from_srgb, oklab_from_linear
from runner.engines.eye_color.pupil import find_pupil, radial_profile
from runner.engines.eye_color.recoloring import paint_iris
from runner.engines.eye_color.tint import Tint
from runner.engines.eye_color.types import Limbus, Outline
from tests.engines.eye_color.drawn import DrawnEye, draw_eye, eye_of

BLUE, EMERALD, BROWN = (132, 176, 212), (48, 128, 92), (66, 42, 28)


def find(drawn: DrawnEye, off: tuple[float, float, float]) -> tuple[float, float, float]:
    """Give how far the iris found is from the one drawn: x and y in pixels, radius as a share."""
    eye = eye_of(drawn, off=off)
    limbus = find_limbus(sample_patch(draw_eye(drawn), eye.frame), eye.lids, Guess())
    x, y = eye.frame.to_photo(limbus.x, limbus.y)
    return x - drawn.x, y - drawn.y, limbus.radius * eye.frame.unit_px / drawn.radius - 1


def matte_of(drawn: DrawnEye, picture: Rgb8) -> Matte:
    eye = eye_of(drawn)
    limbus = find_limbus(sample_patch(picture, eye.frame), eye.lids, Guess())
    patch = sample_patch(picture, eye.frame)
    lids = refine_lids(patch, eye.lids, limbus)
    pupil = find_pupil([radial_profile(patch, lids, limbus)])
    return build_matte(picture, eye, Outline(limbus=limbus, lids=lids, pupil=pupil))


def recolored(drawn: DrawnEye, rgb: tuple[int, int, int]) -> tuple[Rgb8, Rgb8]:
    before = draw_eye(drawn)
    matte = matte_of(drawn, before)
    tint = Tint(lab=oklab(rgb), exposure=1.0, cast=np.zeros(2, np.float32), lightness_only=False)
    after = before.copy()
    paint_iris(after, before, matte, tint)
    return before, after


def oklab(color: tuple[int, int, int] | Rgb8) -> NDArray[np.float32]:
    return oklab_from_linear(linear_from_srgb(np.asarray(color, np.uint8)))


def rho_of(drawn: DrawnEye) -> NDArray[np.float64]:
    rows, columns = drawn.size
    y, x = np.mgrid[0:rows, 0:columns] + 0.5
    rho: NDArray[np.float64] = np.hypot(x - drawn.x, y - drawn.y) / drawn.radius
    return rho


@pytest.mark.parametrize("off", [(0.0, 0.0, 1.0), (0.2, 0.15, 1.06), (-0.15, 0.2, 0.97), (0.1, -0.1, 1.1)])
@pytest.mark.parametrize("iris", [(92, 58, 36), (110, 140, 165), (40, 28, 24)])
def test_the_limbus_is_found_from_a_wrong_start(off: tuple[float, float, float], iris: tuple[int, int, int]) -> None:
    x, y, radius = find(DrawnEye(iris=iris), off)
    assert (abs(x) < 0.8, abs(y) < 1.2, abs(radius) < 0.05) == (True, True, True), (x, y, radius)


@pytest.mark.parametrize("radius", [6.0, 12.0, 45.0, 150.0])
def test_the_limbus_is_found_at_any_size(radius: float) -> None:
    drawn = DrawnEye(radius=radius, x=3 * radius, y=2 * radius, size=(round(4 * radius), round(6 * radius)))
    x, y, share = find(drawn, (0.1, 0.1, 1.04))
    assert (abs(x) / radius < 0.06, abs(y) / radius < 0.08, abs(share) < 0.06) == (True, True, True), (x, y, share)


@pytest.mark.parametrize("share", [0.28, 0.36, 0.48])
def test_a_visible_pupil_is_measured(share: float) -> None:
    drawn = DrawnEye(pupil=share, iris=(110, 140, 165))
    matte = matte_of(drawn, draw_eye(drawn))
    assert matte.pupil_share == pytest.approx(share, abs=0.07)


def test_a_pupil_that_cannot_be_seen_is_assumed() -> None:
    flat = np.full(22, 0.1, np.float32)
    assert not find_pupil([flat]).seen


@pytest.mark.parametrize("rgb", [BLUE, EMERALD, BROWN])
def test_nothing_changes_outside_the_iris(rgb: tuple[int, int, int]) -> None:
    drawn = DrawnEye()
    before, after = recolored(drawn, rgb)
    assert not (before != after).any(axis=2)[rho_of(drawn) > 1.2].any()


@pytest.mark.parametrize("rgb", [BLUE, EMERALD, BROWN])
def test_the_iris_takes_the_hue_of_the_target(rgb: tuple[int, int, int]) -> None:
    drawn = DrawnEye()
    _, after = recolored(drawn, rgb)
    rho = rho_of(drawn)
    mean = oklab(after)[(rho > 0.6) & (rho < 0.8)].mean(axis=0)
    goal = oklab(rgb)
    angle = np.degrees(np.arctan2(mean[2], mean[1]) - np.arctan2(goal[2], goal[1]))
    assert abs((angle + 180) % 360 - 180) < 5


def test_pupil_and_catchlight_stay() -> None:
    drawn = DrawnEye()
    before, after = recolored(drawn, BLUE)
    still = rho_of(drawn) < 0.2
    rows, columns = drawn.size
    y, x = np.mgrid[0:rows, 0:columns] + 0.5
    still |= np.hypot(x - drawn.x - 0.2 * drawn.radius, y - drawn.y + 0.25 * drawn.radius) < 0.08 * drawn.radius
    assert np.abs(oklab(before) - oklab(after))[still].max() < 0.04


def test_texture_survives_a_change_from_dark_to_light() -> None:
    drawn = DrawnEye(noise=0.5)
    before, after = recolored(drawn, BLUE)
    rho = rho_of(drawn)
    ring = (rho > 0.55) & (rho < 0.75) & (np.mgrid[0 : drawn.size[0], 0 : drawn.size[1]][0] > drawn.y)
    assert np.corrcoef(oklab(before)[ring][:, 0], oklab(after)[ring][:, 0])[0, 1] > 0.93


def test_a_grayscale_iris_stays_gray() -> None:
    drawn = DrawnEye(iris=(60, 60, 60))
    before = draw_eye(drawn)
    before[...] = before.mean(axis=2, keepdims=True)
    matte = matte_of(drawn, before)
    tint = Tint(lab=oklab(BLUE), exposure=1.0, cast=np.zeros(2, np.float32), lightness_only=True)
    encoded = np.rint(recolor(linear_from_srgb(matte.box.of(before)), matte, tint) * 255)
    assert np.ptp(encoded, axis=2).max() <= 1


def test_an_eye_at_the_edge_of_the_photo_is_cut_off_with_it() -> None:
    drawn = DrawnEye()
    picture = draw_eye(drawn)[:, 120:]
    eye = eye_of(DrawnEye(x=drawn.x - 120))
    limbus = Limbus(x=0.0, y=0.0, radius=1.0)
    matte = build_matte(
        picture, eye, Outline(limbus=limbus, lids=eye.lids, pupil=find_pupil([np.full(22, 0.1, np.float32)]))
    )
    assert (matte.box.left, matte.alpha.shape[1] > 10) == (0, True)
