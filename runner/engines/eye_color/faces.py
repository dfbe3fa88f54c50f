"""Faces anywhere in a photo: small, tilted, turned by a quarter or half."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np

from runner.engines.base import Rgb8
from runner.engines.eye_color.closeup import measure_again
from runner.engines.eye_color.face import Face
from runner.engines.eye_color.network import Detect
from runner.engines.eye_color.types import Floats

_LOOK_PX = 768
"""Longest side of what the network looks at while searching; it works on 192 and 256 px inside."""

_SMALLEST_TILE_PX = 360


def find_faces(photo: Rgb8, detect: Detect, turns: int) -> list[Face]:
    """Find every face, largest first, in the photo given ``turns`` quarter turns against the clock.

    The photo as a whole first, then overlapping tiles for small faces (in a photo that has to be turned without the
    smallest tiles: that would take as long again, three times). Every face is then measured again in an upright
    square around it, where the network is at its best.
    """
    faces: list[Face] = []
    parts = (2, 4, 8) if turns == 0 else (2, 4)
    _add_new(faces, _search(photo, detect, turns, _whole(photo)), photo, detect)
    _add_new(faces, _search(photo, detect, turns, _tiles(photo, parts)), photo, detect)
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


def _starts(length: int, side: int) -> list[int]:
    if length <= side:
        return [0]
    count = -(-2 * (length - side) // side) + 1
    return [round(index * (length - side) / (count - 1)) for index in range(count)]


def _search(photo: Rgb8, detect: Detect, turns: int, tiles: Iterator[_Tile]) -> Iterator[Face]:
    for tile in tiles:
        piece = photo[tile.row : tile.row + tile.rows, tile.column : tile.column + tile.columns]
        scale = min(_LOOK_PX / max(piece.shape[:2]), 2.0)
        interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        looked = cv2.resize(piece, None, fx=scale, fy=scale, interpolation=interpolation)
        turned = np.rot90(looked, turns)
        for mesh in detect(turned.astype(np.uint8)):
            points = _turn_back(mesh.points, turns, turned.shape[0], turned.shape[1]) / np.float32(scale)
            yield Face(points + np.array([tile.column, tile.row, 0], np.float32), mesh.expression)


def _turn_back(points: Floats, turns: int, rows: int, columns: int) -> Floats:
    """Undo np.rot90 by ``turns`` on points of a picture that has ``rows`` and ``columns`` after it."""
    x, y, z = points.T
    for _ in range(turns):
        x, y = rows - y, x
        rows, columns = columns, rows
    back: Floats = np.stack([x, y, z], axis=1).astype(np.float32)
    return back


def _add_new(faces: list[Face], candidates: Iterator[Face], photo: Rgb8, detect: Detect) -> None:
    for candidate in candidates:
        if any(_same(candidate, face) for face in faces):
            continue
        measured = measure_again(photo, candidate, detect)
        if measured is not None and not any(_same(measured, face) for face in faces):
            faces.append(measured)


def _same(one: Face, other: Face) -> bool:
    apart = float(np.linalg.norm(one.middle - other.middle))
    return apart < 0.5 * max(one.size_px, other.size_px)
