"""On real photos faces and irises are found where a person sees them, and refused where there are none."""

import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from runner.core.errors import EngineError
from runner.engines.base import Mask8, Rgb8
from runner.engines.detect.engine import Detector, detect_faces, detect_irises
from runner.engines.eye_color.engine import recolor_irises
from runner.images.mask import apply_op
from runner.images.measure import changed_outside

pytestmark = pytest.mark.slow

ANNOTATED = ["d01", "d02", "d03", "d04", "d05", "d06", "d07", "d08", "d09", "d10", "d11", "d12", "d13"]


def read(shared_data: Path, name: str) -> Rgb8:
    (path,) = (path for path in (shared_data / "dev/portraits").glob(f"{name}_*") if "irismask" not in path.name)
    return np.array(Image.open(path).convert("RGB"))


def installed(name: str) -> Rgb8:
    spec = find_spec("skimage")
    assert spec is not None
    assert spec.origin is not None
    return np.array(Image.open(Path(spec.origin).parent / "data" / name).convert("RGB"))


def truth(shared_data: Path, name: str) -> Mask8:
    (path,) = (shared_data / "dev/portraits").glob(f"{name}_*_irismask.png")
    return np.array(Image.open(path).convert("L"))


def overlap(one: Mask8, two: Mask8) -> float:
    """Intersection over union."""
    return np.count_nonzero((one > 127) & (two > 127)) / np.count_nonzero((one > 127) | (two > 127))


@dataclass(frozen=True, slots=True)
class NearEye:
    """Within two radii of one well annotated eye: what was found, and what a person drew."""

    found: Mask8
    drawn: Mask8


def near_eyes(shared_data: Path, name: str) -> list[NearEye]:
    found, drawn = detect_irises(read(shared_data, name)), truth(shared_data, name)
    entries = json.loads((shared_data / "dev/iris_ground_truth.json").read_text())["images"]
    (entry,) = (entry for entry in entries if Path(entry["image"]).name.startswith(name))
    rows, columns = np.mgrid[0 : found.shape[0], 0 : found.shape[1]] + 0.5
    places = [
        np.hypot(columns - eye["center"][0], rows - eye["center"][1]) < 2 * eye["radius"]
        for eye in entry["eyes"]
        if eye["confidence"] != "low"
    ]
    return [NearEye(found * place, drawn * place) for place in places]


@pytest.fixture(scope="module")
def eyes(shared_data: Path) -> list[NearEye]:
    """Every well annotated eye of the portraits."""
    return [eye for name in ANNOTATED for eye in near_eyes(shared_data, name)]


@pytest.mark.xfail(strict=True, reason="issue 4: the median overlap is 0.8696; the irises found are 5 % too large")
def test_most_irises_are_found_as_a_person_draws_them(eyes: list[NearEye]) -> None:
    # The annotations are good to one pixel or two of some 17: more than 0.9 cannot be asked for.
    assert np.median([overlap(eye.found, eye.drawn) for eye in eyes]) > 0.87


def test_every_iris_is_found_where_a_person_draws_it(eyes: list[NearEye]) -> None:
    assert min(overlap(eye.found, eye.drawn) for eye in eyes) > 0.65


def test_the_middle_of_an_iris_is_never_left_out(eyes: list[NearEye]) -> None:
    cores = [apply_op(eye.drawn, "shrink", "3px") > 127 for eye in eyes]
    found = [np.mean(eye.found[core] > 127) for eye, core in zip(eyes, cores, strict=True) if core.any()]
    assert [np.median(found) == 1, min(found) > 0.85] == [True, True], found


def test_what_lies_beyond_an_iris_is_left_out(eyes: list[NearEye]) -> None:
    beyond = [eye.found & ~apply_op(eye.drawn, "grow", "3px") for eye in eyes]
    shares = [np.count_nonzero(some) / np.count_nonzero(eye.drawn) for some, eye in zip(beyond, eyes, strict=True)]
    assert [np.median(shares) < 0.005, max(shares) < 0.12] == [True, True], shares


@pytest.mark.parametrize("name", ["d01", "d07", "d09", "d15"])
def test_recoloring_stays_within_the_irises_and_a_margin(shared_data: Path, name: str) -> None:
    photo = read(shared_data, name)
    after = recolor_irises({"image": photo}, {"eye_color": "blue", "rgb": [90, 140, 200], "rgb_given": True}).pixels
    around = apply_op(detect_irises(photo), "grow", "4px")
    assert changed_outside(photo, after, around, 8).changed_px == 0


@pytest.mark.parametrize("name", ["d02", "d06", "d08", "e01", "e02", "e03"])
def test_a_face_holds_its_features_and_is_no_larger_than_a_head(shared_data: Path, name: str) -> None:
    mask = detect_faces(read(shared_data, name))
    rows, columns = np.nonzero(mask)
    height, width = np.ptp(rows), np.ptp(columns)
    filled = np.count_nonzero(mask) / (height * width)
    assert [0.65 < width / height < 1.15, 0.7 < filled < 0.9] == [True, True], (width, height, filled)


@pytest.mark.parametrize("name", ["d01", "d03", "d07", "d13"])
def test_the_irises_lie_in_the_faces(shared_data: Path, name: str) -> None:
    photo = read(shared_data, name)
    assert not (truth(shared_data, name) & ~detect_faces(photo)).any()


def test_both_faces_of_a_photo_are_filled(shared_data: Path) -> None:
    assert ndimage.label(detect_faces(read(shared_data, "d15")))[1] == 2


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_photo_has_its_faces_turned(turns: int) -> None:
    upright = detect_faces(installed("astronaut.png"))
    turned = detect_faces(np.ascontiguousarray(np.rot90(installed("astronaut.png"), turns)))
    assert overlap(np.rot90(turned, -turns), upright) > 0.96


def test_a_small_face_of_a_large_photo_is_filled_in_place() -> None:
    photo = np.full((2000, 3000, 3), (120, 130, 125), np.uint8)
    photo[1300:1812, 2100:2612] = installed("astronaut.png")
    expected = np.zeros(photo.shape[:2], np.uint8)
    expected[1300:1812, 2100:2612] = detect_faces(installed("astronaut.png"))
    assert overlap(detect_faces(photo), expected) > 0.93


@pytest.mark.parametrize("detect", [detect_faces, detect_irises])
def test_the_same_photo_gives_the_same_mask(detect: Detector) -> None:
    photo = installed("astronaut.png")
    assert (detect(photo) == detect(photo)).all()


@pytest.mark.parametrize("detect", [detect_faces, detect_irises])
@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3)])
def test_a_photo_too_small_for_a_face_is_refused(detect: Detector, size: tuple[int, int]) -> None:
    with pytest.raises(EngineError, match="no face was found"):
        detect(np.full((*size, 3), 90, np.uint8))


@pytest.mark.parametrize("detect", [detect_faces, detect_irises])
@pytest.mark.parametrize("file", ["coffee.png", "chelsea.png", "brick.png"])
def test_a_photo_without_a_face_is_refused(detect: Detector, file: str) -> None:
    with pytest.raises(EngineError, match=r"^no face was found$") as refusal:
        detect(installed(file))
    assert (refusal.value.code, "another kind of mask" in refusal.value.hint) == ("no-face", True)


@pytest.mark.parametrize(("name", "seen"), [("e01", "a face was found"), ("e02", "turned away")])
def test_a_photo_without_a_visible_iris_is_refused_with_what_was_seen(shared_data: Path, name: str, seen: str) -> None:
    with pytest.raises(EngineError, match=f"no visible iris to take as a mask: .*{seen}") as refusal:
        detect_irises(read(shared_data, name))
    assert refusal.value.code == "no-visible-iris"
