"""A face measured upright and close, where the network is at its best."""

import cv2
import numpy as np

from runner.engines.base import Rgb8
from runner.engines.eye_color.face import Face
from runner.engines.eye_color.network import Detect
from runner.engines.eye_color.types import Floats

_CLOSE_PX = 640
"""Side of the upright square in which a found face is measured again."""


def measure_again(photo: Rgb8, face: Face, detect: Detect) -> Face | None:
    """Look at the face upright and close; None when it is no face any more from there."""
    return _measure_in(photo, _upright(face), detect)


def measure_mirrored(photo: Rgb8, face: Face, detect: Detect) -> Face | None:
    """Look at half a face close, made whole by mirroring the photo at its edges; None when it is no face from there.

    Not for faces of which an edge cuts off less: with an eye twice they would be measured worse than with a gap.
    """
    return _measure_in(photo, _upright(face), detect, cv2.BORDER_REFLECT)


def stand_upright(photo: Rgb8, face: Face, detect: Detect) -> Face:
    """Measure a face anew if it stands on its head; else give back the same one.

    To such a face the network fits an upright one, eyes on eyes, but with the chin on the forehead. Lying on
    either side it sees it right: where both sides say that the eyes are the other way round, they are.
    """
    upright = _upright(face)
    lying = face
    for quarter in (1, -1):
        side = _measure_in(photo, _turned(upright, quarter), detect)
        if side is None or not _is_opposite(face, side):
            return face
        lying = side
    return measure_again(photo, lying, detect) or lying


def _turned(matrix: Floats, quarter: int) -> Floats:
    """Turn the square by a quarter around its middle, clockwise for 1 and against the clock for -1."""
    turn = np.array([[0, -quarter], [quarter, 0]], np.float32)
    middle = np.array([_CLOSE_PX / 2, _CLOSE_PX / 2], np.float32)
    offset = turn @ (matrix[:, 2] - middle) + middle
    turned: Floats = np.concatenate([turn @ matrix[:, :2], offset[:, None]], axis=1).astype(np.float32)
    return turned


def _is_opposite(one: Face, other: Face) -> bool:
    return float(one.across @ other.across) < 0


def _measure_in(photo: Rgb8, upright: Floats, detect: Detect, border: int = cv2.BORDER_REPLICATE) -> Face | None:
    """Find the face nearest to the middle of the square that a matrix maps the photo to."""
    square = _sample(photo, upright, border)
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
    angle = float(np.arctan2(face.across[1], face.across[0]))
    scale = _CLOSE_PX / (2.2 * max(face.size_px, 1.0))
    turn = scale * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    offset = np.array([_CLOSE_PX / 2, _CLOSE_PX / 2]) - turn @ face.middle
    matrix: Floats = np.concatenate([turn, offset[:, None]], axis=1).astype(np.float32)
    return matrix


def _sample(photo: Rgb8, matrix: Floats, border: int) -> Rgb8:
    """Warp the photo into the square, averaging first where it shrinks; ``border`` is OpenCV's, for what is outside."""
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
        borderMode=border,
    )
    return warped.astype(np.uint8)
