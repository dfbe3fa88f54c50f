"""References without common geometry: objects, textures, other scenes, and what cannot be filled."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from runner.core.errors import EngineError
from runner.engines.base import EngineResult, Mask8, Rgb8
from runner.engines.reference_inpaint.engine import inpaint
from runner.engines.reference_inpaint.revision import REVISION
from tests.engines.reference_inpaint.drawn import object_pair, strange_pair

skimage_data = Path(pytest.importorskip("skimage").__file__).parent / "data"


def read_gray_texture(name: str) -> Rgb8:
    path = skimage_data / name
    if not path.exists():
        pytest.skip(f"this scikit-image does not carry {name}")
    return np.asarray(cv2.cvtColor(np.asarray(cv2.imread(str(path)), np.uint8), cv2.COLOR_BGR2RGB), np.uint8)


@pytest.fixture(scope="module")
def placed() -> EngineResult:
    """An object in the hole, with a prompt."""
    return object_pair().fill("a red vase")


@pytest.mark.slow
def test_an_object_stands_in_the_hole(placed: EngineResult) -> None:
    assert placed.details["mode"] == "object"
    red, green, _ = placed.pixels[255, 315].astype(int)
    assert red > green + 80
    assert object_pair().untouched(placed.pixels)


@pytest.mark.slow
def test_the_background_of_an_object_stays_behind(placed: EngineResult) -> None:
    corner = placed.pixels[152:170, 242:255].reshape(-1, 3).mean(axis=0)
    assert np.abs(corner - [190, 170, 130]).max() < 25


@pytest.mark.slow
def test_a_wrong_reference_does_no_harm() -> None:
    pair = strange_pair()
    result = pair.fill()
    assert result.details["mode"] == "surroundings"
    assert pair.psnr(result.pixels) > pair.telea_psnr() - 1.6


@pytest.mark.slow
def test_a_texture_is_laid_into_the_hole() -> None:
    pair = strange_pair()
    grass = read_gray_texture("grass.png")
    pair = type(pair)(
        truth=grass,
        mask=np.pad(np.full((120, 140), 255, np.uint8), ((180, 212), (180, 192))),
        reference=read_gray_texture("gravel.png"),
    )
    assert pair.fill().details["mode"] == "texture"


@pytest.mark.slow
def test_a_prompt_is_recorded_as_unused(placed: EngineResult) -> None:
    details = placed.details
    assert (details["prompt"], details["prompt_used"]) == ("a red vase", False)


def error_code(photo: Rgb8, mask: Mask8, reference: Rgb8) -> str:
    with pytest.raises(EngineError) as caught:
        inpaint({"image": photo, "mask": mask, "reference": reference}, {"prompt": None})
    return caught.value.code


PHOTO = np.full((60, 80, 3), 120, np.uint8)


@pytest.mark.parametrize(
    ("mask", "code"),
    [
        (np.full((60, 80), 255, np.uint8), "no-surroundings"),
        (np.zeros((60, 80), np.uint8), "empty-mask"),
        (np.full((80, 60), 255, np.uint8), "size-mismatch"),
    ],
)
def test_a_mask_that_cannot_be_filled_is_refused(mask: Mask8, code: str) -> None:
    assert error_code(PHOTO, mask, PHOTO) == code


@pytest.mark.parametrize("size", [(12, 12), (40, 300), (300, 9)])
def test_small_photos_are_filled(size: tuple[int, int]) -> None:
    photo = np.random.default_rng(0).integers(0, 255, (*size, 3), dtype=np.uint8)
    mask = np.zeros(size, np.uint8)
    mask[2:6, 2:6] = 255
    pixels = inpaint({"image": photo, "mask": mask, "reference": photo[::-1].copy()}, {"prompt": None}).pixels
    assert np.array_equal(pixels[mask == 0], photo[mask == 0])


def test_a_flat_photo_is_continued() -> None:
    mask = np.zeros((60, 80), np.uint8)
    mask[20:40, 30:50] = 255
    pixels = inpaint({"image": PHOTO, "mask": mask, "reference": PHOTO}, {"prompt": None}).pixels
    assert np.abs(pixels.astype(int) - 120).max() <= 1


def test_the_revision_is_a_text() -> None:
    assert REVISION
