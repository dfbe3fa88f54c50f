"""A color takes on the light of the photo: its brightness, its tint and its haze."""

import numpy as np
import pytest
from numpy.typing import NDArray

from runner.engines.eye_color.find import White
from runner.engines.eye_color.light import cast, exposure
from runner.engines.eye_color.oklab import linear_from_srgb, oklab_from_linear
from runner.engines.eye_color.tint import Tint

COLORS = {"light blue": (136, 174, 204), "emerald": (62, 126, 96), "amber": (168, 116, 58), "gray": (132, 142, 150)}
NEUTRAL = White(light=0.78, a=0.010, b=0.016)
TUNGSTEN = White(light=0.7, a=0.03, b=0.10)


def oklab(name: str) -> NDArray[np.float32]:
    return oklab_from_linear(linear_from_srgb(np.array(COLORS[name], np.uint8)))


def tint(name: str, exposure: float = 1.0) -> Tint:
    return Tint(lab=oklab(name), exposure=exposure, cast=np.zeros(2, np.float32), lightness_only=False)


def chroma(lab: NDArray[np.float32]) -> float:
    return float(np.hypot(*lab[-2:]))


@pytest.mark.parametrize("name", COLORS)
def test_white_light_leaves_a_color_alone(name: str) -> None:
    assert np.abs(cast([NEUTRAL, NEUTRAL], oklab(name)[1:])).max() < 1e-6


def test_a_face_without_visible_whites_has_no_cast() -> None:
    assert cast([], oklab("amber")[1:]).tolist() == [0, 0]


def test_warm_light_makes_blue_paler() -> None:
    ab = oklab("light blue")[1:]
    assert 0.6 < chroma(ab + cast([TUNGSTEN], ab)) / chroma(ab) < 0.8


@pytest.mark.parametrize("name", ["light blue", "emerald", "amber"])
def test_tinted_light_hardly_turns_the_hue(name: str) -> None:
    ab = oklab(name)[1:]
    lit = ab + cast([TUNGSTEN], ab)
    turn = np.degrees(np.arctan2(lit[1], lit[0]) - np.arctan2(ab[1], ab[0]))
    assert abs((turn + 180) % 360 - 180) < 8


def test_gray_takes_on_the_tint_of_the_light() -> None:
    ab = oklab("gray")[1:]
    assert cast([TUNGSTEN], ab)[1] > 0.01


@pytest.mark.parametrize(("white", "share"), [(0.78, 1.0), (0.39, 0.5), (0.1, 0.35), (1.0, 1.05)])
def test_exposure_follows_the_white_of_the_eye_within_bounds(white: float, share: float) -> None:
    own = White(light=white, a=0.0, b=0.0)
    assert exposure(own, [own]) == pytest.approx(share)


def test_the_brighter_eye_counts_for_half() -> None:
    dark, bright = White(light=0.39, a=0.0, b=0.0), White(light=0.78, a=0.0, b=0.0)
    assert exposure(dark, [dark, bright]) == pytest.approx(0.75)


@pytest.mark.parametrize("name", COLORS)
def test_dim_light_makes_a_color_darker_and_less_colorful(name: str) -> None:
    bright, dim = tint(name).in_light(0.0), tint(name, 0.5).in_light(0.0)
    assert (dim[0] == pytest.approx(0.5 * bright[0]), chroma(dim) < 0.7 * chroma(bright)) == (True, True)


@pytest.mark.parametrize("name", COLORS)
def test_haze_makes_a_color_lighter_and_paler(name: str) -> None:
    clear, hazy = tint(name, 0.5).in_light(0.0), tint(name, 0.5).in_light(0.02)
    assert (hazy[0] > clear[0], chroma(hazy) < chroma(clear)) == (True, True)
