"""Irises are found in photos that lie, stand on their heads, are cut, small, or show a child."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from runner.engines.base import Rgb8
from runner.engines.eye_color.seeing import Seen, SeenFace, see_faces

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Place:
    """An iris: middle and radius in pixels."""

    x: float
    y: float
    radius: float


def read(shared_data: Path, name: str) -> Rgb8:
    (path,) = (path for path in (shared_data / "dev").glob(f"{name}*") if "irismask" not in path.name)
    return np.array(Image.open(path).convert("RGB"))


def astronaut() -> Rgb8:
    spec = find_spec("skimage")
    assert spec is not None
    assert spec.origin is not None
    return np.array(Image.open(Path(spec.origin).parent / "data/astronaut.png").convert("RGB"))


def usable(faces: list[SeenFace]) -> list[Seen]:
    return [seen for face in faces for seen in face.eyes if seen.is_usable]


def place_of(seen: Seen) -> Place:
    limbus, frame = seen.found.outline.limbus, seen.found.eye.frame
    return Place(*frame.to_photo(limbus.x, limbus.y), seen.found.radius_px)


def places(photo: Rgb8) -> list[Place]:
    return [place_of(seen) for seen in usable(see_faces(photo))]


def turned_back(place: Place, turns: int, size: tuple[int, int]) -> Place:
    """Undo np.rot90 by ``turns`` on a place in a picture of ``size`` (rows, columns) after it."""
    x, y, (rows, columns) = place.x, place.y, size
    for _ in range(turns):
        x, y, rows, columns = rows - y, x, columns, rows
    return Place(x, y, place.radius)


@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("name", ["portraits/d01", "portraits/d07", "portraits/d16"])
def test_a_turned_photo_has_its_irises_in_the_same_places(shared_data: Path, name: str, turns: int) -> None:
    photo = read(shared_data, name)
    turned = np.ascontiguousarray(np.rot90(photo, turns))
    upright = places(photo)
    back = [turned_back(place, turns, turned.shape[:2]) for place in places(turned)]
    apart = [min(np.hypot(one.x - two.x, one.y - two.y) / two.radius for two in upright) for one in back]
    assert len(back) == len(upright)
    assert max(apart) < 0.25


@pytest.mark.parametrize("turns", [0, 2])
def test_a_tilted_face_has_its_chin_below_its_eyes(shared_data: Path, turns: int) -> None:
    photo = np.ascontiguousarray(np.rot90(read(shared_data, "portraits/d07"), turns))
    (face,) = see_faces(photo)
    eyes, chin = face.face.irises.mean(axis=0), face.face.points[152, :2]
    assert (chin[1] > eyes[1]) == (turns == 0)


def test_the_iris_of_half_a_face_is_found() -> None:
    photo = astronaut()
    whole = {seen.found.eye.side: place_of(seen) for seen in usable(see_faces(photo))}
    middle = round((whole["right"].x + whole["left"].x) / 2)
    (found,) = places(np.ascontiguousarray(photo[:, middle:]))
    apart = np.hypot(found.x + middle - whole["left"].x, found.y - whole["left"].y)
    assert apart < 0.35 * whole["left"].radius


def test_the_other_iris_of_half_a_face_is_said_to_be_cut_off() -> None:
    (face,) = see_faces(np.ascontiguousarray(astronaut()[:, 222:]))
    assert [seen.verdict.reason for seen in face.eyes] == ["the edge of the photo cuts the eye off", ""]


def test_the_irises_of_a_child_are_as_large_as_they_are(shared_data: Path) -> None:
    found = places(read(shared_data, "pairs/pd08_child_beach/truth.jpg"))
    assert [round(place.radius) for place in found] == [6, 6]


def test_glasses_in_which_a_street_is_mirrored_are_said_to_cover_the_eyes(shared_data: Path) -> None:
    (face,) = see_faces(read(shared_data, "portraits/e01"))
    assert {seen.verdict.reason for seen in face.eyes} == {"glasses or a shadow cover the eye"}


@pytest.mark.parametrize("name", ["chelsea.png", "coffee.png", "brick.png"])
def test_no_face_is_seen_where_there_is_none(name: str) -> None:
    spec = find_spec("skimage")
    assert spec is not None
    assert spec.origin is not None
    photo = np.array(Image.open(Path(spec.origin).parent / "data" / name).convert("RGB"))
    assert see_faces(photo) == []
