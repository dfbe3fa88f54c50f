"""On real photos the engine recolors what is an iris, and refuses where there is none to recolor."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from bench.engines.eyes.targets import SHOWN
from runner.core.errors import EngineError
from runner.engines.base import EngineResult, Rgb8
from runner.engines.eye_color.engine import recolor_irises

pytestmark = pytest.mark.slow


def read(shared_data: Path, name: str) -> Rgb8:
    (path,) = (path for path in (shared_data / "dev/portraits").glob(f"{name}_*") if "irismask" not in path.name)
    return np.array(Image.open(path).convert("RGB"))


def recolor(photo: Rgb8, target: str = "emerald") -> EngineResult:
    params: dict[str, Any] = {"eye_color": target, "rgb": list(SHOWN[target]), "rgb_given": True}
    return recolor_irises({"image": photo}, params)


def eyes_of(result: EngineResult) -> list[dict[str, Any]]:
    eyes: Any = result.details["eyes"]
    return [eye for eye in eyes if eye["recolored"]]


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("e01", "a face was found"),
        ("e02", "turned away"),
        ("e03", "a face was found"),
    ],
)
def test_a_photo_without_an_iris_is_refused_with_what_was_seen(shared_data: Path, name: str, seen: str) -> None:
    with pytest.raises(EngineError, match=f"no visible iris to recolor: .*{seen}") as refusal:
        recolor(read(shared_data, name))
    assert refusal.value.code == "no-visible-iris"


@pytest.mark.parametrize("name", ["e04", "e06"])
def test_a_photo_without_a_face_is_refused_with_a_code_of_its_own(shared_data: Path, name: str) -> None:
    with pytest.raises(EngineError, match=r"^no face was found$") as refusal:
        recolor(read(shared_data, name))
    assert refusal.value.code == "no-face"


@pytest.mark.parametrize("name", ["d02", "d03", "d07", "d14"])
def test_eyes_behind_dark_glasses_are_refused(shared_data: Path, name: str) -> None:
    photo = read(shared_data, name)
    y, x = np.mgrid[0 : photo.shape[0], 0 : photo.shape[1]] + 0.5
    for eye in eyes_of(recolor(photo)):
        u, v = (x - eye["center_px"][0]) / eye["radius_px"], (y - eye["center_px"][1]) / eye["radius_px"]
        photo[np.hypot(u / 4.2, v / 3.2) < 1] = (26, 24, 24)
    with pytest.raises(EngineError, match="no visible iris"):
        recolor(photo)


def test_an_eye_behind_hair_is_left_alone_and_named(shared_data: Path) -> None:
    eyes: Any = recolor(read(shared_data, "d11")).details["eyes"]
    assert [(eye["recolored"], eye["reason"]) for eye in eyes] == [(False, "hair lies over the eye"), (True, "")]


def test_an_eye_that_the_photo_cuts_off_is_left_alone(shared_data: Path) -> None:
    eyes: Any = recolor(read(shared_data, "d02")[:, 349:]).details["eyes"]
    assert [eye["reason"] for eye in eyes] == ["the edge of the photo cuts the eye off", ""]


def test_every_face_is_recolored(shared_data: Path) -> None:
    assert {eye["face"] for eye in eyes_of(recolor(read(shared_data, "d15")))} == {0, 1}


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_photo_is_recolored_as_well(shared_data: Path, turns: int) -> None:
    photo = np.ascontiguousarray(np.rot90(read(shared_data, "d02"), turns))
    assert len(eyes_of(recolor(photo))) == 2


def test_a_small_face_in_a_large_photo_is_found(shared_data: Path) -> None:
    portrait = np.array(Image.fromarray(read(shared_data, "d07")).resize((320, 320), Image.Resampling.LANCZOS))
    photo = np.full((2000, 3000, 3), (120, 130, 125), np.uint8)
    photo[1300:1620, 2100:2420] = portrait
    assert len(eyes_of(recolor(photo))) == 2


def test_only_the_surroundings_of_the_eyes_change(shared_data: Path) -> None:
    photo = read(shared_data, "d07")
    result = recolor(photo)
    y, x = np.mgrid[0 : photo.shape[0], 0 : photo.shape[1]] + 0.5
    changed = (photo != result.pixels).any(axis=2)
    for eye in eyes_of(result):
        changed &= np.hypot(x - eye["center_px"][0], y - eye["center_px"][1]) > 1.3 * eye["radius_px"]
    assert not changed.any()


def test_a_grayscale_photo_stays_gray_and_says_so(shared_data: Path) -> None:
    result = recolor(read(shared_data, "d09"))
    assert (result.details["lightness_only"], int(np.ptp(result.pixels, axis=2).max())) == (True, 0)


def test_the_details_are_json(shared_data: Path) -> None:
    details = recolor(read(shared_data, "d01")).details
    assert json.loads(json.dumps(dict(details))) == details
