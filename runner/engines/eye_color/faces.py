"""Faces anywhere in a photo: small, tilted, turned by a quarter or half."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np

from runner.engines.base import Rgb8
from runner.engines.eye_color.network import Detect
from runner.engines.eye_color.types import Floats

_LOOK_PX = 768
"""Longest side of what the network looks at while searching; it works on 192 and 256 px inside."""

_CLOSE_PX = 640
"""Side of the upright square in which a found face is measured again."""

_SMALLEST_TILE_PX = 360


@dataclass(frozen=True, slots=True)
class Face:
    """One face in the photo.

    Attributes:
        points: Shape (478, 3), x and y in pixels of the photo, z in the same unit.
        expression: The network's scores by name, 0 to 1.
    """

    points: Floats
    expression: dict[str, float]

    @property
    def middle(self) -> Floats:
        """The middle of the face's box, shape (2,)."""
        flat = self.points[:468, :2]
        middle: Floats = (flat.min(axis=0) + flat.max(axis=0)) / 2
        return middle

    @property
    def size_px(self) -> float:
        """The diagonal of the face's box divided by the square root of two."""
        flat = self.points[:468, :2]
        return float(np.linalg.norm(np.ptp(flat, axis=0)) / np.sqrt(2))


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
        measured = _measure_again(photo, candidate, detect)
        if measured is not None and not any(_same(measured, face) for face in faces):
            faces.append(measured)


def _same(one: Face, other: Face) -> bool:
    apart = float(np.linalg.norm(one.middle - other.middle))
    return apart < 0.5 * max(one.size_px, other.size_px)


def _measure_again(photo: Rgb8, face: Face, detect: Detect) -> Face | None:
    """Look at the face upright and close; None when it is no face any more from there."""
    upright = _upright(face)
    square = _sample(photo, upright)
    meshes = detect(square)
    if not meshes:
        return None
    middle = np.array([_CLOSE_PX / 2, _CLOSE_PX / 2], np.float32)
    mesh = min(meshes, key=lambda mesh: float(np.linalg.norm(mesh.points[:468, :2].mean(axis=0) - middle)))
    back = cv2.invertAffineTransform(upright)
    scale = float(np.sqrt(abs(np.linalg.det(back[:, :2]))))
    flat = mesh.points[:, :2] @ back[:, :2].T + back[:, 2]
    points = np.concatenate([flat, mesh.points[:, 2:] * scale], axis=1).astype(np.float32)
    return Face(points, mesh.expression)


def _upright(face: Face) -> Floats:
    """Map the photo to the square: eyes level, the face a bit less than half of the side."""
    right, left = face.points[33, :2], face.points[263, :2]
    direction = left - right
    angle = float(np.arctan2(direction[1], direction[0]))
    scale = _CLOSE_PX / (2.2 * max(face.size_px, 1.0))
    turn = scale * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    offset = np.array([_CLOSE_PX / 2, _CLOSE_PX / 2]) - turn @ face.middle
    matrix: Floats = np.concatenate([turn, offset[:, None]], axis=1).astype(np.float32)
    return matrix


def _sample(photo: Rgb8, matrix: Floats) -> Rgb8:
    """Warp the photo into the square, averaging first where it shrinks."""
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    back = cv2.invertAffineTransform(matrix)
    corners = np.array([[0, 0], [_CLOSE_PX, 0], [0, _CLOSE_PX], [_CLOSE_PX, _CLOSE_PX]]) @ back[:, :2].T + back[:, 2]
    low = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
    high = np.minimum(np.ceil(corners.max(axis=0)).astype(int), [photo.shape[1], photo.shape[0]])
    piece = photo[low[1] : high[1], low[0] : high[0]]
    shrink = min(1.0, scale * 1.2)
    small = cv2.resize(piece, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA) if shrink < 1 else piece
    ratio = np.array([small.shape[1] / piece.shape[1], small.shape[0] / piece.shape[0]])
    linear = matrix[:, :2] / ratio
    offset = matrix[:, 2] + matrix[:, :2] @ low
    # OpenCV puts the middle of a pixel at whole numbers, we at halves.
    shifted = offset + linear @ np.array([0.5, 0.5]) - 0.5
    warped = cv2.warpAffine(
        small,
        np.concatenate([linear, shifted[:, None]], axis=1),
        (_CLOSE_PX, _CLOSE_PX),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return warped.astype(np.uint8)
