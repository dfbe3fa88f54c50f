"""Colors convert without loss and stay in the gamut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.engines.eye_color.oklab import (
    into_gamut,
    linear_from_oklab,
    linear_from_srgb,
    oklab_from_linear,
    srgb_from_linear,
)

channel = st.integers(0, 255)


@given(st.tuples(channel, channel, channel))
def test_a_color_survives_the_way_to_oklab_and_back(rgb: tuple[int, int, int]) -> None:
    back = srgb_from_linear(linear_from_oklab(oklab_from_linear(linear_from_srgb(np.array(rgb, np.uint8)))))
    assert np.abs(back * 255 - np.array(rgb)).max() < 0.5


@given(st.floats(0, 1), st.floats(-0.4, 0.4), st.floats(-0.4, 0.4))
def test_any_color_is_brought_into_the_gamut(light: float, a: float, b: float) -> None:
    linear = linear_from_oklab(into_gamut(np.array([light, a, b], np.float32)))
    assert (linear.min() > -0.001, linear.max() < 1.001) == (True, True)


@given(st.floats(0, 1), st.floats(-0.4, 0.4), st.floats(-0.4, 0.4))
def test_a_color_keeps_its_lightness_in_the_gamut(light: float, a: float, b: float) -> None:
    assert abs(float(into_gamut(np.array([light, a, b], np.float32))[0]) - light) < 1e-6


def test_white_has_lightness_one_and_no_chroma() -> None:
    assert oklab_from_linear(np.ones(3, np.float32)) == pytest.approx([1, 0, 0], abs=1e-3)
