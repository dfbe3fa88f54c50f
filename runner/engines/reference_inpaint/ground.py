"""The ring around a hole, on which the poses of a close-up are tried at a small size."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.frame import Bits, Rgb, shrink
from runner.engines.reference_inpaint.pose import Pose

Points: TypeAlias = NDArray[np.float64]
"""Pixel positions, x and y, shape (points, 2)."""

SMALL_PX = 40.0
"""Longer side of the hole while poses are tried."""

_RING = 0.22
"""Width of the ring that is compared, over the hole's longer side."""

_SIZES = (0.85, 1.0, 1.15, 1.3, 1.5)
_TURNS = (-20.0, -10.0, 0.0, 10.0, 20.0)
_SHIFTS = (-0.1, -0.05, 0.0, 0.05, 0.1)
"""Scale over the one that just covers the hole, degrees, and shares of the hole's longer side."""

_LEAST_COVERED = 0.97
_LEAST_COMPARED = 0.6
_LEAST_SPREAD = 12.0
_MIRRORED, _TURNED = 1.05, 0.003
"""Factors on the residual: of a mirrored pose, and what a degree adds."""

_GAINS = (0.6, 1.6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How well a close-up continues the photo in a pose.

    Attributes:
        pose: From the reference's pixels to the photo's.
        gain: On its contrast, with which it fits best.
        residual: Root mean square difference on the ring over the ring's own spread; 1 is what chance gives.
        compared: Share of the ring that the reference shows.
    """

    pose: Pose
    gain: float
    residual: float
    compared: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A hole with its ring, at the size at which poses are tried.

    Attributes:
        scale: Of this size over the full one.
        inside, ring: Where hole and ring are.
        colors: Of the ring, shape (points, 3).
        spread: Of these colors.
        side: The hole's longer side, in pixels of this size.
    """

    scale: float
    inside: Points
    ring: Points
    colors: Rgb
    spread: float
    side: float

    @classmethod
    def of(cls, target: Rgb, hole: Bits, known: Bits) -> "Ground | None":
        rows, columns = np.nonzero(hole)
        longer = max(np.ptp(rows), np.ptp(columns)) + 1
        scale = min(1.0, SMALL_PX / float(longer))
        clean = np.where(known[..., None], target, 0).astype(np.float32)
        small, share = shrink(clean, scale), shrink(known.astype(np.float32), scale)
        inside = shrink(hole.astype(np.float32), scale)
        outward = cv2.distanceTransform((inside < 0.5).astype(np.uint8), cv2.DIST_L2, 5)
        side = float(longer) * scale
        ring = (share > 0.98) & (outward <= _RING * side)
        if not ring.any() or not (inside > 0.5).any():
            return None
        colors = small[ring]
        spread = max(float(colors.std()), _LEAST_SPREAD)
        return cls(
            scale=scale, inside=_places(inside > 0.5), ring=_places(ring), colors=colors, spread=spread, side=side
        )

    def poses(self, shape: tuple[int, ...]) -> Iterator[Pose]:
        """Give every pose of the grid: about upright, mirrored or not, about in the middle."""
        least = (np.ptp(self.inside, axis=0).max() + 1) / min(shape[:2])
        middle = self.inside.mean(axis=0)
        for size, turn, mirrored in product(_SIZES, _TURNS, (False, True)):
            for across, down in product(_SHIFTS, _SHIFTS):
                x, y = middle + self.side * np.array([across, down])
                yield Pose(size=float(size * least), turn=turn, mirrored=mirrored, x=float(x), y=float(y))

    def near(self, pose: Pose, step: float) -> Iterator[Pose]:
        """Give a pose and those around it, at a share of the grid's distances."""
        ways = (-step, 0.0, step)
        for larger, turned, across, down in product(ways, ways, ways, ways):
            yield Pose(
                size=pose.size * (1 + 0.15 * larger),
                turn=pose.turn + 10 * turned,
                mirrored=pose.mirrored,
                x=pose.x + 0.05 * self.side * across,
                y=pose.y + 0.05 * self.side * down,
            )

    def best(self, reference: Rgb, poses: Iterator[Pose]) -> Fit | None:
        """Give the pose in which the ring agrees best; None where none can be compared."""
        tried = (self.rate(reference, pose) for pose in poses)
        return min((found for found in tried if found is not None), key=_cost, default=None)

    def rate(self, reference: Rgb, pose: Pose) -> Fit | None:
        """Compare the ring in one pose; None where it leaves part of the hole, or too much of the ring, open."""
        back = np.asarray(cv2.invertAffineTransform(pose.matrix(reference.shape)), np.float64)
        if _shown(back, self.inside, reference.shape, 0.5).mean() < _LEAST_COVERED:
            return None
        shown = _shown(back, self.ring, reference.shape, 0.0)
        if shown.mean() < _LEAST_COMPARED:
            return None
        there = _moved(back, self.ring[shown]).astype(np.float32)
        seen = cv2.remap(reference, there[None, :, 0], there[None, :, 1], cv2.INTER_LINEAR)[0]
        wanted = self.colors[shown]
        gain = float(np.clip((wanted.std() + 1) / (seen.std() + 1), *_GAINS))
        difference = (wanted - wanted.mean(axis=0)) - gain * (seen - seen.mean(axis=0))
        residual = float(np.sqrt((difference**2).mean())) / self.spread
        return Fit(pose=pose, gain=gain, residual=residual, compared=float(shown.mean()))

    def in_full(self, found: Fit, reduced: float) -> Fit:
        """Write a pose found at the small size for the pictures in full; the reference was reduced by a factor."""
        x, y = ((value + 0.5) / self.scale - 0.5 for value in (found.pose.x, found.pose.y))
        size = found.pose.size * reduced / self.scale
        pose = Pose(size=size, turn=found.pose.turn, mirrored=found.pose.mirrored, x=x, y=y)
        return Fit(pose=pose, gain=found.gain, residual=found.residual, compared=found.compared)


def _cost(found: Fit) -> float:
    """Prefer what is upright and as it was taken, where others fit no better to speak of."""
    return found.residual * (_MIRRORED if found.pose.mirrored else 1.0) * (1 + _TURNED * abs(found.pose.turn))


def _places(bits: Bits) -> Points:
    return np.argwhere(bits)[:, ::-1].astype(np.float64)


def _moved(matrix: NDArray[np.float64], points: Points) -> Points:
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float64)


def _shown(back: NDArray[np.float64], points: Points, shape: tuple[int, ...], margin: float) -> Bits:
    """Say which points lie on the reference, or at most a margin beyond."""
    there = _moved(back, points)
    most = np.array([shape[1] - 1, shape[0] - 1]) + margin
    return np.asarray(((there >= -margin) & (there <= most)).all(axis=1))
