"""Faces anywhere in a photo: small, tilted, turned by a quarter or half."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np

from runner.engines.base import Rgb8
from runner.engines.eye_color.closeup import measure_again, measure_mirrored
from runner.engines.eye_color.face import Face
from runner.engines.eye_color.network import Detect
from runner.engines.eye_color.types import Floats

_LOOK_PX = 768
"""Longest side of what the network looks at while searching; it works on 192 and 256 px inside."""

_SMALLEST_TILE_PX = 360

_MOST_MEASURED = 3


def find_faces(photo: Rgb8, detect: Detect, turns: int) -> list[Face]:
    """Find every face, largest first, in the photo given ``turns`` quarter turns against the clock.

    The photo as a whole first, then overlapping tiles for small faces (in a photo that has to be turned without the
    smallest tiles: that would take as long again, three times). Every face is then measured again in an upright
    square around it, where the network is at its best.
    """
    faces: list[Face] = []
    parts = (2, 4, 8) if turns == 0 else (2, 4)

    def measure(face: Face) -> Face | None:
        return measure_again(photo, face, detect)

    _add_new(faces, _search(photo, detect, turns, _whole(photo)), measure)
    tiles = (tile for tile in _tiles(photo, parts) if not any(_lies_in(tile, face) for face in faces))
    _add_new(faces, _search(photo, detect, turns, tiles), measure)
    return sorted(faces, key=lambda face: (-face.size_px, float(face.middle[0])))


def find_half_faces(photo: Rgb8, detect: Detect) -> list[Face]:
    """Find faces that the left or the right edge of the photo cuts in half, largest first.

    The network sees no half of a face, but a whole one where the photo is mirrored at that edge. One of its eyes lies
    outside the photo then.
    """
    faces: list[Face] = []
    _add_new(faces, _search_mirrored(photo, detect), lambda face: measure_mirrored(photo, face, detect))
    return sorted(faces, key=lambda face: (-face.size_px, float(face.middle[0])))


@dataclass(frozen=True, slots=True)
class _Tile:
    row: int
    column: int
    rows: int
    columns: int


def _whole(photo: Rgb8) -> Iterator[_Tile]:
    yield _Tile(0, 0, photo.shape[0], photo.shape[1])


def _tiles(photo: Rgb8, parts: tuple[int, ...]) -> Iterator[_Tile]:
    """Cover the photo with squares of a half, a quarter and so on of its longer side, half overlapping."""
    rows, columns = photo.shape[:2]
    for part in parts:
        side = max(rows, columns) // part
        if side < _SMALLEST_TILE_PX:
            return
        for row, column in product(_starts(rows, side), _starts(columns, side)):
            yield _Tile(row, column, min(side, rows), min(side, columns))


def _lies_in(tile: _Tile, face: Face) -> bool:
    """Say whether a tile shows nothing but a part of a face: no other is there."""
    flat = face.points[:468, :2]
    left, top = flat.min(axis=0)
    right, bottom = flat.max(axis=0)
    across = left <= tile.column and tile.column + tile.columns <= right
    return bool(across and top <= tile.row and tile.row + tile.rows <= bottom)


def _starts(length: int, side: int) -> list[int]:
    if length <= side:
        return [0]
    count = -(-2 * (length - side) // side) + 1
    return [round(index * (length - side) / (count - 1)) for index in range(count)]


def _search(photo: Rgb8, detect: Detect, turns: int, tiles: Iterator[_Tile]) -> Iterator[Face]:
    for tile in tiles:
        looked, scale = _scaled(photo[tile.row : tile.row + tile.rows, tile.column : tile.column + tile.columns])
        turned = np.rot90(looked, turns)
        for mesh in detect(turned):
            points = _turn_back(mesh.points, turns, turned.shape[0], turned.shape[1]) / np.float32(scale)
            yield Face(points + np.array([tile.column, tile.row, 0], np.float32), mesh.expression)


def _search_mirrored(photo: Rgb8, detect: Detect) -> Iterator[Face]:
    looked, scale = _scaled(photo)
    columns = looked.shape[1]
    for left, right in ((columns, 0), (0, columns)):
        for mesh in detect(cv2.copyMakeBorder(looked, 0, 0, left, right, cv2.BORDER_REFLECT).astype(np.uint8)):
            face = Face((mesh.points - np.array([left, 0, 0], np.float32)) / np.float32(scale), mesh.expression)
            if any(0 <= x < photo.shape[1] for x in face.irises[:, 0].tolist()):
                yield face


def _scaled(piece: Rgb8) -> tuple[Rgb8, float]:
    """Bring a piece to the size in which faces are looked for."""
    scale = min(_LOOK_PX / max(piece.shape[:2]), 2.0)
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(piece, None, fx=scale, fy=scale, interpolation=interpolation).astype(np.uint8), scale


def _turn_back(points: Floats, turns: int, rows: int, columns: int) -> Floats:
    """Undo np.rot90 by ``turns`` on points of a picture that has ``rows`` and ``columns`` after it."""
    x, y, z = points.T
    for _ in range(turns):
        x, y = rows - y, x
        rows, columns = columns, rows
    back: Floats = np.stack([x, y, z], axis=1).astype(np.float32)
    return back


def _add_new(faces: list[Face], candidates: Iterator[Face], measure: Callable[[Face], Face | None]) -> None:
    for candidate in candidates:
        if any(_same(candidate, face) for face in faces):
            continue
        measured = _settled(candidate, measure)
        if measured is not None and not any(_same(measured, face) for face in faces):
            faces.append(measured)


def _settled(face: Face, measure: Callable[[Face], Face | None]) -> Face | None:
    """Measure until the eyes stay where they are: a face found from the side may first be measured askew."""
    for _ in range(_MOST_MEASURED):
        measured = measure(face)
        if measured is None or _stays(measured, face):
            return measured
        face = measured
    return face


def _stays(one: Face, other: Face) -> bool:
    apart = float(np.linalg.norm(one.irises - other.irises, axis=1).max())
    return apart < 0.05 * max(one.size_px, other.size_px)


def _same(one: Face, other: Face) -> bool:
    apart = float(np.linalg.norm(one.middle - other.middle))
    return apart < 0.5 * max(one.size_px, other.size_px)
