"""The local tools: the size that was announced, the colors that were there, and nothing lost on the way."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.core.errors import EngineError, ImageError
from runner.engines.all import REVISIONS
from runner.engines.tools import TOOLS, TOOLS_REVISION, ToolResult
from runner.images.codec import decode, encode
from runner.images.color import to_srgb
from runner.images.geometry import cropped_size, resized_size
from runner.images.icc import srgb_profile
from runner.images.photo import Photo


def _photo(rows: int = 60, columns: int = 80, *, seed: int = 3, alpha: bool = False) -> Photo:
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (rows, columns, 3), np.uint8)
    opacity = random.integers(0, 256, (rows, columns), np.uint8) if alpha else None
    return Photo(pixels=pixels, alpha=opacity, icc=srgb_profile(), xmp=b"<kept/>", exif=b"kept")


def _use(tool: str, images: dict[str, Any], **params: Any) -> ToolResult:
    return TOOLS[f"image/{tool}"](images, params)


def _flat(level: int, *, alpha: int | None = None) -> Photo:
    pixels = np.full((40, 50, 3), level, np.uint8)
    return Photo(pixels=pixels, alpha=None if alpha is None else np.full((40, 50), alpha, np.uint8))


@settings(max_examples=40, deadline=None)
@given(
    width=st.none() | st.integers(1, 90),
    height=st.integers(1, 90),
    fit=st.sampled_from(["inside", "cover", "stretch"]),
    alpha=st.booleans(),
)
def test_a_resized_photo_has_the_announced_size(width: Any, height: int, fit: Any, alpha: bool) -> None:
    photo = _photo(alpha=alpha)
    result = _use("resize", {"image": photo}, width=width, height=height, fit=fit).photo
    assert result.size == resized_size(photo.size, width, height, fit)
    assert (result.alpha is None) == (photo.alpha is None)
    assert (result.icc, result.exif, result.xmp) == (photo.icc, photo.exif, photo.xmp)


@settings(max_examples=40, deadline=None)
@given(level=st.integers(0, 255), width=st.integers(1, 130))
def test_an_even_area_keeps_its_level_at_any_size(level: int, width: int) -> None:
    assert (_use("resize", {"image": _flat(level)}, width=width).photo.pixels == level).all()


def test_black_and_white_average_in_linear_light() -> None:
    board = (np.indices((64, 64)).sum(axis=0) % 2 * 255).astype(np.uint8)
    photo = Photo(pixels=np.repeat(board[:, :, None], 3, axis=2))
    small = _use("resize", {"image": photo}, width=8).photo.pixels
    assert np.abs(small[1:-1, 1:-1].astype(int) - 188).max() <= 2  # half the light; in encoded levels it would be 128


def test_transparent_pixels_lend_no_color_to_their_neighbors() -> None:
    photo = _flat(0, alpha=0)
    photo.pixels[10:30, 10:40] = (250, 200, 150)
    assert photo.alpha is not None
    photo.alpha[10:30, 10:40] = 255
    result = _use("resize", {"image": photo}, width=17).photo
    assert result.alpha is not None
    visible = result.pixels[result.alpha > 25].astype(int)
    assert np.abs(visible - (250, 200, 150)).max() <= 2


def test_the_same_size_is_the_same_photo() -> None:
    photo = _photo(alpha=True)
    assert _use("resize", {"image": photo}, width=80).photo is photo


def test_cover_cuts_the_sides_off_evenly() -> None:
    photo = _flat(10)
    photo.pixels[:, :5] = 255
    photo.pixels[:, -5:] = 255
    assert (_use("resize", {"image": photo}, width=20, height=20, fit="cover").photo.pixels == 10).all()


@settings(max_examples=40, deadline=None)
@given(left=st.integers(0, 79), top=st.integers(0, 59), width=st.integers(1, 90), height=st.integers(1, 90))
def test_a_crop_is_the_same_pixels(left: int, top: int, width: int, height: int) -> None:
    photo = _photo(alpha=True)
    result = _use("crop", {"image": photo}, rect=[left, top, width, height]).photo
    assert result.size == cropped_size(photo.size, [left, top, width, height])
    assert (result.pixels == photo.pixels[top : top + height, left : left + width]).all()
    assert (np.asarray(result.alpha) == np.asarray(photo.alpha)[top : top + height, left : left + width]).all()
    assert result.xmp == photo.xmp


@pytest.mark.parametrize(
    ("tool", "params"),
    [
        ("crop", {"rect": ["100%", 0, 10, 10]}),
        ("crop", {"rect": "all"}),
        ("resize", {}),
        ("composite", {"at": ["left", 0]}),
        ("composite", {"at": [1, 2, 3]}),
    ],
)
def test_a_wrong_parameter_is_an_engine_error(tool: str, params: dict[str, Any]) -> None:
    with pytest.raises(EngineError) as caught:
        _use(tool, {"image": _photo(), "overlay": _photo()}, **params)
    assert caught.value.code == "wrong-parameter"


def test_a_composite_puts_the_overlay_where_it_is_told() -> None:
    bottom, overlay = _photo(), _photo(10, 12, seed=4)
    result = _use("composite", {"image": bottom, "overlay": overlay}, at=["50%", 20]).photo
    assert (result.pixels[20:30, 40:52] == overlay.pixels).all()
    untouched = np.ones((60, 80), bool)
    untouched[20:30, 40:52] = False
    assert (result.pixels[untouched] == bottom.pixels[untouched]).all()
    assert result.exif == bottom.exif


def test_a_mask_shows_the_overlay_only_where_it_is_white() -> None:
    bottom, overlay, mask = _photo(), _photo(seed=4), np.zeros((60, 80), np.uint8)
    mask[5:15, 5:15] = 255
    result = _use("composite", {"image": bottom, "overlay": overlay, "mask": mask}).photo
    assert (result.pixels[mask == 255] == overlay.pixels[mask == 255]).all()
    assert (result.pixels[mask == 0] == bottom.pixels[mask == 0]).all()


def test_a_mask_of_another_size_is_refused() -> None:
    images = {"image": _photo(), "overlay": _photo(seed=4), "mask": np.zeros((10, 10), np.uint8)}
    with pytest.raises(ImageError, match="80×60 px, the mask 10×10 px"):
        _use("composite", images)


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "tiff", "avif"])
def test_convert_names_the_format_and_quality(name: str) -> None:
    result = _use("convert", {"image": _photo()}, format=name, quality=77)
    assert (result.media_type, result.quality) == (f"image/{name}", 77)


def test_convert_keeps_pixels_and_profile_unless_told(shared_data: Any) -> None:
    photo = decode((shared_data / "nasty/icc/face_display_p3.jpg").read_bytes(), "p3")
    assert _use("convert", {"image": photo}, format="png").photo is photo
    converted = _use("convert", {"image": photo}, format="png", icc="srgb").photo
    assert converted.icc == srgb_profile()
    assert (converted.pixels == to_srgb(photo)).all()


def test_a_mask_becomes_a_gray_picture() -> None:
    mask = np.arange(256, dtype=np.uint8).reshape(16, 16)
    photo = _use("mask", {"mask": mask}).photo
    assert (photo.pixels == mask[:, :, None]).all()
    assert (decode(encode(photo, "image/png"), "x").pixels == photo.pixels).all()


@pytest.mark.parametrize("images", [{"image": np.zeros((4, 4), np.uint8)}])
def test_a_mask_given_as_a_photo_is_said(images: dict[str, Any]) -> None:
    with pytest.raises(EngineError, match="'image' is a mask"):
        _use("convert", images, format="png")


def test_every_tool_has_the_revision_of_the_tools() -> None:
    revisions = {model: revision for model, revision in REVISIONS.items() if model.startswith("image/")}
    assert revisions == dict.fromkeys(TOOLS, TOOLS_REVISION)
