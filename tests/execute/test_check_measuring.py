"""Every type of check passes on a picture made to pass and fails on one made to fail; what it cannot see has failed."""

import pickle
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from runner.core.check import CheckType
from runner.execute.checks import NEEDS_BEFORE, Measured, measure_check, missing_for
from runner.execute.limits import Limit, Side
from tests.execute.checking import DEFAULTS, check_of, floor_mask, measured, painted, photo_at, saved, scene

_ROOM, _FLOOR = scene(), floor_mask()
_BEFORE = saved(_ROOM)
_DYED = painted(_ROOM, _FLOOR > 0, (40, 90, 160))
_CORNER = np.zeros(_FLOOR.shape, np.bool_)
_CORNER[:16, :24] = True  # 384 of the 2304 px outside
_STRAY = painted(_ROOM, _CORNER, (0, 0, 0))
_WHERE = {"mask": DEFAULTS["outside_mask_unchanged"]["mask"]}
_TYPES: tuple[CheckType, ...] = get_args(CheckType)


def test_there_is_a_default_of_every_type_here() -> None:
    assert set(DEFAULTS) == set(_TYPES)


@pytest.mark.parametrize(
    ("check_type", "after", "params", "wanted"),
    [
        ("outside_mask_unchanged", saved(_DYED), {}, ("0.0000", "at most 3%", True)),
        ("outside_mask_unchanged", saved(_STRAY), {}, ("0.1667", "at most 3%", False)),
        ("outside_mask_unchanged", saved(_STRAY), {"max_changed": "0.2"}, ("0.1667", "at most 20%", True)),
        ("inside_mask_changed", saved(_DYED), {}, ("1.0000", "at least 5%", True)),
        ("inside_mask_changed", saved(_STRAY), {}, ("0.0000", "at least 5%", False)),
        ("color_in_mask", saved(_DYED), {}, ("0.00", "at most 10 ΔE", True)),
        ("color_in_mask", saved(_ROOM), {}, ("38.84", "at most 10 ΔE", False)),
        ("same_size", saved(_DYED), {}, ("64×48", "64×48 px", True)),
        ("same_size", saved(_DYED[:, :60].copy()), {}, ("60×48", "64×48 px", False)),
        ("not_blank", _BEFORE, {}, ("27.04", "at least 2", True)),
        ("not_blank", saved(np.full((48, 64, 3), 128, np.uint8)), {}, ("0.00", "at least 2", False)),
        ("ssim", _BEFORE, {"min": "1"}, ("1.0000", "at least 1", True)),
        ("ssim", saved(_ROOM[:, ::-1].copy()), {}, ("0.1619", "at least 0.9", False)),
        ("ssim", saved(_DYED), {**_WHERE, "where": "outside", "min": "1"}, ("1.0000", "at least 1", True)),
        ("ssim", saved(_DYED), {**_WHERE, "where": "inside"}, ("0.2002", "at least 0.9", False)),
        ("ssim", saved(_STRAY), {**_WHERE, "where": "inside", "min": "1"}, ("1.0000", "at least 1", True)),
        ("max_bytes", _BEFORE, {"value": len(_BEFORE)}, (str(len(_BEFORE)), f"at most {len(_BEFORE)} bytes", True)),
        ("max_bytes", _BEFORE, {"value": 100}, (str(len(_BEFORE)), "at most 100 bytes", False)),
        ("format", _BEFORE, {}, ("png", "png", True)),
        ("format", saved(_ROOM, "JPEG"), {}, ("jpeg", "png", False)),
        ("format", saved(_ROOM, "AVIF"), {"value": "avif"}, ("avif", "avif", True)),
    ],
)
def test_a_drawn_picture_gets_its_value_and_verdict(
    check_type: CheckType, after: bytes, params: dict[str, Any], wanted: tuple[str, str, bool]
) -> None:
    found = measured(check_type, _BEFORE, after, _FLOOR, **params)
    assert (found.value, found.threshold, found.passed) == wanted


def test_a_message_has_the_figures_behind_the_value() -> None:
    stray = measured("outside_mask_unchanged", _BEFORE, saved(_STRAY), _FLOOR)
    assert stray.message == "384 of 2304 px outside the mask 'floor' changed at all"
    lossy = measured("outside_mask_unchanged", _BEFORE, saved(_STRAY, "WEBP", quality=95), _FLOOR)
    assert lossy.message.endswith(" of 2304 px outside the mask 'floor' changed by more than 8 of 255")
    dyed = measured("color_in_mask", b"", saved(_DYED), _FLOOR)
    assert dyed.message == "the mean color in the mask 'floor' is #285aa0, asked for is #285aa0"


# What cannot be measured


@pytest.mark.parametrize("check_type", [name for name in _TYPES if name != "max_bytes"])
@pytest.mark.parametrize("after", [b"", b"Bad gateway", _BEFORE[:40]])
def test_a_result_that_is_no_picture_has_failed(check_type: CheckType, after: bytes) -> None:
    found = measured(check_type, _BEFORE, after, _FLOOR)
    assert not found.passed
    assert found.value is None
    assert found.message.startswith("cannot be measured: 'the result' is ")


@pytest.mark.parametrize("check_type", sorted(NEEDS_BEFORE))
def test_an_input_that_is_no_picture_has_failed(check_type: CheckType) -> None:
    found = measured(check_type, b"no picture", _BEFORE, _FLOOR)
    assert (found.passed, found.value) == (False, None)
    assert found.message.startswith("cannot be measured: 'the step's input' is ")


@pytest.mark.parametrize("check_type", sorted(set(_TYPES) - NEEDS_BEFORE))
def test_the_other_types_do_not_look_at_the_input(check_type: CheckType) -> None:
    assert measured(check_type, b"", saved(_DYED), _FLOOR) == measured(check_type, _BEFORE, saved(_DYED), _FLOOR)


@pytest.mark.parametrize("check_type", ["outside_mask_unchanged", "inside_mask_changed", "ssim"])
def test_a_result_of_another_size_has_failed(check_type: CheckType) -> None:
    found = measured(check_type, _BEFORE, saved(_DYED[:40].copy()), _FLOOR)
    assert (found.passed, found.value) == (False, None)
    assert found.message == "cannot be measured: the picture has 64×48 px, the result 64×40 px"


_MASKED: list[tuple[CheckType, dict[str, Any]]] = [
    ("outside_mask_unchanged", {}),
    ("inside_mask_changed", {}),
    ("color_in_mask", {}),
    ("ssim", {**_WHERE, "where": "inside"}),
    ("ssim", {**_WHERE, "where": "outside"}),
]


@pytest.mark.parametrize(("check_type", "params"), _MASKED)
def test_a_missing_mask_has_failed(check_type: CheckType, params: dict[str, Any]) -> None:
    found = measured(check_type, _BEFORE, _BEFORE, None, **params)
    assert (found.passed, found.value) == (False, None)
    assert found.message == "cannot be measured: the mask 'floor' is missing"


@pytest.mark.parametrize(("check_type", "params"), _MASKED)
def test_a_mask_of_another_size_has_failed(check_type: CheckType, params: dict[str, Any]) -> None:
    found = measured(check_type, _BEFORE, _BEFORE, floor_mask(40, 64), **params)
    assert (found.passed, found.value) == (False, None)
    assert found.message.endswith(" has 64×48 px, the mask 64×40 px")


@pytest.mark.parametrize(("check_type", "params"), _MASKED)
def test_a_mask_without_the_area_has_failed(check_type: CheckType, params: dict[str, Any]) -> None:
    outside = check_type == "outside_mask_unchanged" or params.get("where") == "outside"
    mask = np.full(_FLOOR.shape, 255 if outside else 0, np.uint8)
    found = measured(check_type, _BEFORE, _BEFORE, mask, **params)
    assert (found.passed, found.value) == (False, None)
    assert "pixel" in found.message


def test_without_scikit_image_ssim_has_failed_and_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "skimage", None)
    monkeypatch.setitem(sys.modules, "skimage.metrics", None)
    found = measured("ssim", _BEFORE, _BEFORE)
    assert (found.passed, found.value) == (False, None)
    assert found.message.endswith('scikit-image, which is not installed; pip install "edit-runner[local]"')
    assert missing_for("ssim") == 'pip install "edit-runner[local]"'


@pytest.mark.parametrize("check_type", _TYPES)
def test_all_but_ssim_are_measured_without_the_local_extra(
    monkeypatch: pytest.MonkeyPatch, check_type: CheckType
) -> None:
    for package in ("skimage", "cv2", "mediapipe"):
        monkeypatch.setitem(sys.modules, package, None)
    assert (missing_for(check_type) is None) == (check_type != "ssim")
    assert (measured(check_type, _BEFORE, _BEFORE, _FLOOR).value is not None) or check_type == "ssim"


# What it has to be robust against


@pytest.mark.parametrize(
    ("form", "options", "passes"),
    [
        ("PNG", {}, False),
        ("TIFF", {}, False),
        ("WEBP", {"lossless": True, "exact": True}, False),
        ("WEBP", {"quality": 95}, True),
        ("JPEG", {"quality": 95}, True),
    ],
)
def test_a_small_change_everywhere_counts_only_in_a_lossless_result(
    form: str, options: dict[str, Any], passes: bool
) -> None:
    wall = np.full((48, 64, 3), 100, np.uint8)
    found = measured("outside_mask_unchanged", saved(wall), saved(wall + np.uint8(3), form, **options), _FLOOR)
    assert found.passed == passes


def test_a_given_tolerance_stands_above_the_format() -> None:
    wall = np.full((48, 64, 3), 100, np.uint8)
    after = wall + np.uint8(3)
    assert measured("outside_mask_unchanged", saved(wall), saved(after), _FLOOR, tolerance=3).passed
    lossy = saved(after, "JPEG", quality=95)
    assert not measured("outside_mask_unchanged", saved(wall), lossy, _FLOOR, tolerance=1).passed


def test_lost_transparency_outside_is_a_change() -> None:
    clear = np.dstack([_ROOM, np.where(_CORNER, 0, 255).astype(np.uint8)])
    found = measured("outside_mask_unchanged", saved(clear), _BEFORE, _FLOOR)
    assert (found.value, found.passed) == ("0.1667", False)
    assert measured("outside_mask_unchanged", saved(clear), saved(clear), _FLOOR).passed


def test_a_feather_belongs_neither_inside_nor_outside() -> None:
    mask = np.where(_FLOOR > 0, 255, np.where(_CORNER, 100, 0)).astype(np.uint8)
    assert measured("outside_mask_unchanged", _BEFORE, saved(_STRAY), mask, max_changed="0").passed
    assert not measured("inside_mask_changed", _BEFORE, saved(_STRAY), mask).passed


def test_an_upright_result_of_a_turned_photo_has_the_same_size() -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[274] = 6
    turned = saved(np.rot90(_ROOM).copy(), "JPEG", exif=exif.tobytes())
    assert measured("same_size", turned, saved(_ROOM)).passed


def test_it_can_be_sent_to_another_process() -> None:
    call = (measure_check, check_of("outside_mask_unchanged"), _BEFORE, saved(_DYED), {"mask": saved(_FLOOR)})
    function, *arguments = pickle.loads(pickle.dumps(call))
    assert pickle.loads(pickle.dumps(function(*arguments))).passed


# Properties

_SMALL = arrays.arrays(np.uint8, (6, 7, 3))
_SMALL_MASK = arrays.arrays(np.uint8, (6, 7)).filter(lambda mask: (mask == 0).any() and (mask >= 128).any())


@settings(max_examples=40, deadline=None)
@given(before=_SMALL, after=_SMALL, mask=_SMALL_MASK, low=st.integers(0, 255), high=st.integers(0, 255))
def test_a_higher_tolerance_never_finds_more_changes(before: Any, after: Any, mask: Any, low: int, high: int) -> None:
    low, high = sorted((low, high))
    for check_type in ("outside_mask_unchanged", "inside_mask_changed"):
        at_low, at_high = (
            _value(measured(check_type, saved(before), saved(after), mask, tolerance=tolerance))
            for tolerance in (low, high)
        )
        assert at_low >= at_high


@settings(max_examples=40, deadline=None)
@given(before=_SMALL, edit=_SMALL, mask=_SMALL_MASK)
def test_a_pasted_edit_has_no_change_outside(before: Any, edit: Any, mask: Any) -> None:
    after = np.where((mask > 0)[:, :, None], edit, before)
    found = measured("outside_mask_unchanged", saved(before), saved(after), mask, max_changed="0")
    assert (found.value, found.passed) == ("0.0000", True)


@settings(max_examples=40, deadline=None)
@given(pixels=_SMALL, mask=_SMALL_MASK, target=st.tuples(*[st.integers(0, 255)] * 3))
def test_an_area_of_one_color_has_that_color(pixels: Any, mask: Any, target: tuple[int, int, int]) -> None:
    after = painted(pixels, mask > 0, target)
    found = measured("color_in_mask", b"", saved(after), mask, target=target, max_delta_e="0.000001")
    assert (found.value, found.passed) == ("0.00", True)


def _value(found: Measured) -> Decimal:
    assert found.value is not None
    return Decimal(found.value)


_SHARES = st.fractions(0, 1, max_denominator=10**7)


@settings(max_examples=300)
@given(side=st.sampled_from(["at most", "at least"]), value=_SHARES, bound=st.decimals(0, 1, places=6))
def test_the_written_value_agrees_with_the_verdict(side: Side, value: Fraction, bound: Decimal) -> None:
    limit = Limit(side=side, bound=bound, places=4)
    written = Fraction(limit.written(value))
    assert limit.holds(written) == limit.holds(value)
    assert abs(written - value) < Fraction(1, 10**4)


def test_one_changed_pixel_of_many_is_not_written_as_none() -> None:
    assert Limit(side="at most", bound=Decimal(0), places=4).written(Fraction(1, 24_000_000)) == "0.0001"


# Real photos


@pytest.fixture
def pair(shared_data: Path) -> Path:
    return shared_data / "dev" / "pairs" / "pd07_flowerpot"


def test_a_real_photo_saved_again_is_unchanged_and_alike(pair: Path) -> None:
    truth, mask = photo_at(pair / "truth.jpg")[::2, ::2], np.asarray(photo_at(pair / "mask.png")[::2, ::2, 0])
    before, after = saved(truth.copy()), saved(truth.copy(), "JPEG", quality=92, subsampling=0)
    assert measured("outside_mask_unchanged", before, after, mask.copy()).passed
    assert measured("ssim", before, after, min="0.95").passed
    assert not measured("inside_mask_changed", before, after, mask.copy()).passed
    assert not measured("outside_mask_unchanged", before, after, mask.copy(), tolerance=0).passed


def test_a_real_photo_moved_by_a_pixel_is_neither(pair: Path) -> None:
    truth, mask = photo_at(pair / "truth.jpg")[::2, ::2], photo_at(pair / "mask.png")[::2, ::2, 0].copy()
    before, after = saved(truth.copy()), saved(np.roll(truth, 1, axis=1), "JPEG", quality=92, subsampling=0)
    assert not measured("outside_mask_unchanged", before, after, mask).passed
    assert not measured("ssim", before, after, mask, **_WHERE, where="outside").passed
    assert measured("same_size", before, after).passed


@pytest.mark.slow
@pytest.mark.parametrize("photo", ["d02_brown_sharp", "d08_glasses_blue", "d10_faded_dark"])
def test_a_dyed_iris_of_a_real_portrait_has_its_color_and_the_old_one_has_not(shared_data: Path, photo: str) -> None:
    portraits = shared_data / "dev" / "portraits"
    pixels = photo_at(portraits / f"{photo}.jpg")
    mask = photo_at(portraits / f"{photo}_irismask.png")[:, :, 0].copy()
    target = (70, 120, 160)
    dyed = pixels.copy()
    dyed[mask >= 128] = (pixels[mask >= 128] * 0.25 + np.array(target) * 0.8).clip(0, 255).astype(np.uint8)
    params: dict[str, Any] = {"target": target, "max_delta_e": "12"}
    assert measured("color_in_mask", b"", saved(dyed, "JPEG", quality=92), mask, **params).passed
    assert not measured("color_in_mask", b"", saved(pixels.copy()), mask, **params).passed
    assert measured("inside_mask_changed", saved(pixels.copy()), saved(dyed), mask).passed
