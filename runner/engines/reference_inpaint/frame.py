"""The window around one hole, at the scale at which the engine thinks about it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.base import Rgb8
from runner.engines.reference_inpaint.features import Matches
from runner.engines.reference_inpaint.planes import Matrix, project

Rgb = NDArray[np.float32]
"""sRGB, shape (rows, columns, 3), float32 in [0, 255]."""

Bits = NDArray[np.bool_]
"""Shape (rows, columns)."""

_LEAST_MARGIN_PX = 96
_TIGHT_MARGIN_PX = 24
_LONG_SIDE_PX = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """What is given for one hole, in full size.

    Attributes:
        photo: The photo.
        hole: What to fill.
        known: What of the photo may be learned from: no hole, neither this nor another.
        reference: The reference, of any size.
    """

    photo: Rgb8
    hole: Bits
    known: Bits
    reference: Rgb8


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of the photo: rows ``top`` to ``bottom``, columns ``left`` to ``right``, ends excluded."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index a picture with this."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def within(self, outer: "Window") -> tuple[slice, slice]:
        """Index a picture of a larger window with this."""
        return (
            slice(self.top - outer.top, self.bottom - outer.top),
            slice(self.left - outer.left, self.right - outer.left),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One hole with its surroundings and the reference, scaled for the work.

    Attributes:
        target: The window of the photo; inside ``hole`` it means nothing.
        hole: What to fill.
        known: What may be learned from: no hole of the photo, this or another.
        reference: The reference at the scale at which one of its pixels is about one of ``target``.
        to_target: From photo pixels to ``target`` pixels, 3 × 3.
        to_reference: From the reference's own pixels to ``reference`` pixels, 3 × 3.
    """

    target: Rgb
    hole: Bits
    known: Bits
    reference: Rgb
    to_target: Matrix
    to_reference: Matrix

    def carry(self, matrix: Matrix) -> Matrix:
        """Rewrite a homography between the pictures as given for this frame."""
        return np.asarray(self.to_reference @ matrix @ np.linalg.inv(self.to_target), np.float64)

    def cut(self, spot: tuple[slice, slice]) -> "Frame":
        """Keep a part of the target; the reference stays whole."""
        rows, columns = spot
        shift = np.array([[1, 0, -columns.start], [0, 1, -rows.start], [0, 0, 1.0]])
        return Frame(
            target=self.target[spot],
            hole=self.hole[spot],
            known=self.known[spot],
            reference=self.reference,
            to_target=shift @ self.to_target,
            to_reference=self.to_reference,
        )

    def carry_matches(self, matches: Matches) -> Matches:
        """Rewrite matches between the pictures as given for this frame."""
        return Matches(project(self.to_target, matches.target), project(self.to_reference, matches.reference))


def box_around(region: Bits, margin_px: int) -> tuple[slice, slice]:
    """Index the smallest rectangle that holds a region and a margin, within the picture."""
    return _grown(region, margin_px).slices


def window_around(hole: Bits) -> Window:
    """Take as much around a hole as the hole is wide and high, at least 96 px, within the photo."""
    bare = _grown(hole, 0)
    return _grown(hole, max(_LEAST_MARGIN_PX, bare.bottom - bare.top, bare.right - bare.left))


def tight_window(hole: Bits) -> Window:
    """Take a hole with just enough around it to join a fill to."""
    return _grown(hole, _TIGHT_MARGIN_PX)


def _grown(hole: Bits, margin: int) -> Window:
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    return Window(
        top=int(max(0, rows[0] - margin)),
        bottom=int(min(hole.shape[0], rows[-1] + 1 + margin)),
        left=int(max(0, columns[0] - margin)),
        right=int(min(hole.shape[1], columns[-1] + 1 + margin)),
    )


def working_scale(window: Window) -> float:
    """Shrink windows of more than 1200 px: warps and choices are smooth enough to be enlarged again."""
    return min(1.0, _LONG_SIDE_PX / max(window.bottom - window.top, window.right - window.left))


def build_frame(pictures: Pictures, window: Window, scale: float, reference_scale: float) -> Frame:
    """Cut a window out of the photo and shrink it and the reference; both scales are at most 1."""
    rows, columns = window.slices
    return Frame(
        target=shrink(pictures.photo[rows, columns].astype(np.float32), scale),
        hole=shrink(pictures.hole[rows, columns].astype(np.float32), scale) > 0,
        known=shrink(pictures.known[rows, columns].astype(np.float32), scale) >= 1,
        reference=shrink(pictures.reference.astype(np.float32), reference_scale),
        to_target=_scaling(scale, window.left, window.top),
        to_reference=_scaling(reference_scale, 0, 0),
    )


def shrink(image: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    """Average down; a scale of 1 or more gives the picture itself."""
    if scale >= 1.0:
        return image
    size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)


def _scaling(scale: float, left: int, top: int) -> Matrix:
    """Pixel centres are at whole numbers, so half a pixel comes off before scaling and back after."""
    shift = 0.5 * scale - 0.5
    return np.array([[scale, 0, shift - left * scale], [0, scale, shift - top * scale], [0, 0, 1.0]])
