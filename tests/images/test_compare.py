"""Two pictures are compared in one space, and what nobody sees is the same."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from runner.core.errors import ImageError
from runner.images.codec import decode
from runner.images.color import to_srgb
from runner.images.compare import align
from runner.images.icc import srgb_profile
from runner.images.photo import Photo

_RGB = arrays.arrays(np.uint8, (5, 6, 3))
_ALPHA = arrays.arrays(np.uint8, (5, 6))


@settings(max_examples=40, deadline=None)
@given(one=_RGB, other=_RGB)
def test_two_opaque_pictures_of_one_space_are_taken_as_they_are(one: Any, other: Any) -> None:
    pair = align(Photo(pixels=one), Photo(pixels=other, icc=srgb_profile()))
    assert (pair.before == one).all()
    assert (pair.after == other).all()


@settings(max_examples=40, deadline=None)
@given(one=_RGB, other=_RGB, alpha=_ALPHA)
def test_colors_under_full_transparency_are_the_same(one: Any, other: Any, alpha: Any) -> None:
    pair = align(Photo(pixels=one, alpha=alpha), Photo(pixels=other, alpha=alpha))
    assert (pair.before[alpha == 0] == pair.after[alpha == 0]).all()
    assert (pair.before[alpha > 0][:, :3] == one[alpha > 0]).all()
    assert (pair.after[alpha > 0][:, :3] == other[alpha > 0]).all()


@settings(max_examples=40, deadline=None)
@given(pixels=_RGB, alpha=_ALPHA.filter(lambda alpha: (alpha < 255).any()), turned=st.booleans())
def test_lost_transparency_is_a_difference(pixels: Any, alpha: Any, turned: bool) -> None:
    photos = [Photo(pixels=pixels, alpha=alpha), Photo(pixels=pixels)]
    pair = align(*(photos[::-1] if turned else photos))
    assert ((pair.before != pair.after).any(axis=2) == (alpha < 255)).all()


@pytest.mark.parametrize("file", ["face_display_p3.jpg", "face_prophoto.jpg"])
def test_a_wide_photo_is_itself_and_its_srgb_copy(shared_data: Any, file: str) -> None:
    photo = decode((shared_data / "nasty" / "icc" / file).read_bytes(), file)
    assert align(photo, photo).before is photo.pixels
    pair = align(photo, Photo(pixels=to_srgb(photo)))
    assert (pair.before == pair.after).all()


def test_pictures_of_two_sizes_are_refused() -> None:
    with pytest.raises(ImageError, match=r"the picture has 6×5 px, the result 5×6 px"):
        align(Photo(pixels=np.zeros((5, 6, 3), np.uint8)), Photo(pixels=np.zeros((6, 5, 3), np.uint8)))
