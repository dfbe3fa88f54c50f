"""How a subject is laid into a hole: size, place, turn, mirrored or not."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.frame import Bits, shrink

_THUMBNAIL_PX = 96.0
_MOST_CUT = 0.02
_FOOT = 0.04
_LIFTS = (0.0, 0.06, 0.12, 0.18, 0.24)
_SIDES = (0.0, -0.08, 0.08)
_SIZES = np.geomspace(1.0, 0.1, 48)
_LONG_HOLE = 1.4
_LONG_SUBJECT = 1.25
_LIFT_GAIN = 1.1
_MIRROR_GAIN = 1.15
_TURN_GAIN = 1.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """A similarity from the subject's pixels to the hole's picture.

    Attributes:
        size: Scale; 1 keeps the subject's pixels.
        turn: Rotation in degrees, counter-clockwise.
        mirrored: Whether left and right are swapped first.
        x, y: Where the subject's centre comes to lie, in pixels.
    """

    size: float
    turn: float
    mirrored: bool
    x: float
    y: float

    def matrix(self, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Write it as a 2 × 3 matrix for a subject of a shape."""
        angle = np.deg2rad(self.turn)
        cos, sin = self.size * np.cos(angle), self.size * np.sin(angle)
        linear = np.array([[cos, sin], [-sin, cos]]) @ np.diag([-1.0 if self.mirrored else 1.0, 1.0])
        middle = np.array([(shape[1] - 1) / 2, (shape[0] - 1) / 2])
        return np.column_stack([linear, np.array([self.x, self.y]) - linear @ middle])


def find_pose(hole: Bits, matte: NDArray[np.float32]) -> Pose:
    """Lay a subject into a hole as large as its outline allows.

    It stays upright, as it is, on the hole's lower edge, unless lifting, mirroring or, in a long hole, turning it to
    the hole's axis makes room for a clearly larger one.

    Args:
        hole: Where it may lie.
        matte: The subject's opacity.
    """
    scale = min(1.0, _THUMBNAIL_PX / max(cv2.boundingRect(hole.astype(np.uint8))[2:]))
    small_hole = shrink(hole.astype(np.float32), scale) > 0.5
    grain = min(1.0, _THUMBNAIL_PX / max(matte.shape))
    small_matte = shrink(matte, grain)
    if not small_hole.any():
        small_hole = shrink(hole.astype(np.float32), scale) > 0
    best = max(_tries(small_hole, small_matte), key=lambda pair: pair[1])[0]
    return Pose(
        size=best.size * grain / scale,
        turn=best.turn,
        mirrored=best.mirrored,
        x=(best.x + 0.5) / scale - 0.5,
        y=(best.y + 0.5) / scale - 0.5,
    )


def filled_share(hole: Bits, matte: NDArray[np.float32], pose: Pose) -> float:
    """Say how much of a hole a subject fills."""
    return float(matte.sum()) * pose.size**2 / max(1, int(hole.sum()))


def _tries(hole: Bits, matte: NDArray[np.float32]) -> Iterator[tuple[Pose, float]]:
    for turn in _turns(hole, matte):
        for mirrored in (False, True):
            handicap = (_TURN_GAIN if turn else 1.0) * (_MIRROR_GAIN if mirrored else 1.0)
            for lift in _LIFTS:
                for side in _SIDES:
                    pose = _largest(hole, matte, turn, mirrored, (side, lift))
                    awkward = handicap * (_LIFT_GAIN if lift else 1.0) * (1.02 if side else 1.0)
                    yield pose, pose.size**2 / awkward


def _turns(hole: Bits, matte: NDArray[np.float32]) -> list[float]:
    long_hole, hole_axis = _axis(hole.astype(np.float32))
    long_subject, own_axis = _axis(matte)
    if long_hole < _LONG_HOLE or long_subject < _LONG_SUBJECT:
        return [0.0]
    return [0.0, (hole_axis - own_axis + 90.0) % 180.0 - 90.0]


def _axis(weight: NDArray[np.float32]) -> tuple[float, float]:
    """Measure how long a shape is against its width, and which way its long axis points, in degrees."""
    moments = cv2.moments(np.ascontiguousarray(weight, np.float32))
    spread = np.array([[moments["mu20"], moments["mu11"]], [moments["mu11"], moments["mu02"]]])
    values, vectors = np.linalg.eigh(spread / max(moments["m00"], 1e-6))
    long = float(np.sqrt(max(values[1], 1e-6) / max(values[0], 1e-6)))
    return long, float(np.rad2deg(np.arctan2(-vectors[1, 1], vectors[0, 1])))


def _largest(hole: Bits, matte: NDArray[np.float32], turn: float, mirrored: bool, offset: tuple[float, float]) -> Pose:
    """Shrink until the hole's outline cuts off next to nothing."""
    x, y, width, height = cv2.boundingRect(hole.astype(np.uint8))
    half_width, half_height = _half_box(matte.shape, turn)
    full = min(width / (2 * half_width), height * (1 - _FOOT) / (2 * half_height))
    pose = Pose(size=full, turn=turn, mirrored=mirrored, x=0.0, y=0.0)
    for share in _SIZES:
        size = float(full * share)
        foot = y + height * (1.0 - _FOOT - offset[1]) - half_height * size
        pose = Pose(size=size, turn=turn, mirrored=mirrored, x=x + width * (0.5 + offset[0]) - 0.5, y=foot - 0.5)
        laid = cv2.warpAffine(matte, pose.matrix(matte.shape), hole.shape[::-1])
        whole = size * size * float(matte.sum())
        if float(laid[hole].sum()) >= (1 - _MOST_CUT) * whole:
            return pose
    return pose


def _half_box(shape: tuple[int, ...], turn: float) -> tuple[float, float]:
    cos, sin = abs(np.cos(np.deg2rad(turn))), abs(np.sin(np.deg2rad(turn)))
    rows, columns = shape[0] / 2, shape[1] / 2
    return float(columns * cos + rows * sin), float(columns * sin + rows * cos)
