"""One eye as the face network sees it: its place, its lids, and the picture around it in eye units.

An eye unit is the iris radius that the network gives; the origin is its iris middle; x runs along the line
through both eyes of the face, y towards the chin.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from runner.engines.base import Rgb8
from runner.engines.eye_color.face import Face
from runner.engines.eye_color.types import Floats, Lids

PATCH_PX = 40
"""Pixels of a patch per eye unit."""

PATCH_HALF = (2.4, 1.6)
"""Half width and half height of a patch, in eye units."""

_UPPER = {"right": (33, 246, 161, 160, 159, 158, 157, 173, 133), "left": (263, 466, 388, 387, 386, 385, 384, 398, 362)}
_LOWER = {"right": (33, 7, 163, 144, 145, 153, 154, 155, 133), "left": (263, 249, 390, 373, 374, 380, 381, 382, 362)}
_IRIS = {"right": (468, 469, 470, 471, 472), "left": (473, 474, 475, 476, 477)}
_COLUMNS = 49

_LASHES = 0.1
"""How far, in eye units, the network's upper line lies above the eye at one radius towards the temple: there it
follows the lashes, which stand off the lid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where eye units lie in the photo.

    Attributes:
        x_px, y_px: The origin, in pixels of the photo.
        unit_px: Pixels per eye unit.
        angle: Of the x axis in the photo, radians, clockwise as seen.
    """

    x_px: float
    y_px: float
    unit_px: float
    angle: float

    def to_units(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Convert places in the photo (pixels) to eye units; any shape."""
        cos, sin = np.float32(np.cos(self.angle)), np.float32(np.sin(self.angle))
        dx, dy = (x - np.float32(self.x_px)) / self.unit_px, (y - np.float32(self.y_px)) / self.unit_px
        return (cos * dx + sin * dy).astype(np.float32), (cos * dy - sin * dx).astype(np.float32)

    def to_photo(self, x: float, y: float) -> tuple[float, float]:
        """Convert one place in eye units to pixels of the photo."""
        cos, sin = float(np.cos(self.angle)), float(np.sin(self.angle))
        return self.x_px + self.unit_px * (cos * x - sin * y), self.y_px + self.unit_px * (sin * x + cos * y)


@dataclass(frozen=True, slots=True, kw_only=True)
class Eye:
    """An eye of a face.

    Attributes:
        side: Of the person: 'right' or 'left'.
        lids: The network's lid lines, in eye units.
        blink, look_down: The network's scores for this eye, 0 to 1.
    """

    side: str
    frame: Frame
    lids: Lids
    blink: float
    look_down: float


def eyes_of(face: Face) -> list[Eye]:
    """Give both eyes of a face, the person's right one first."""
    return [_eye(face, side) for side in ("right", "left")]


def sample_patch(photo: Rgb8, frame: Frame) -> Floats:
    """Sample the surroundings of an eye, upright, at PATCH_PX per eye unit.

    Returns:
        sRGB-encoded 0 to 1, shape (128, 192, 3); the borders of the photo go on outside it.
    """
    half_x, half_y = PATCH_HALF
    size = (round(2 * half_x * PATCH_PX), round(2 * half_y * PATCH_PX))
    steps_x = (np.arange(size[0], dtype=np.float32) + 0.5) / PATCH_PX - half_x
    steps_y = (np.arange(size[1], dtype=np.float32) + 0.5) / PATCH_PX - half_y
    x, y = np.meshgrid(steps_x, steps_y)
    cos, sin = np.cos(frame.angle), np.sin(frame.angle)
    photo_x = frame.x_px + frame.unit_px * (cos * x - sin * y)
    photo_y = frame.y_px + frame.unit_px * (sin * x + cos * y)
    low = np.maximum([np.floor(photo_x.min()) - 2, np.floor(photo_y.min()) - 2], 0).astype(int)
    high = np.maximum([photo_x.max() + 3, photo_y.max() + 3], low + 1).astype(int)
    piece = photo[low[1] : high[1], low[0] : high[0]]
    if piece.size == 0:
        return np.zeros((size[1], size[0], 3), np.float32)
    shrink = frame.unit_px / PATCH_PX
    smooth = piece if shrink <= 1.2 else cv2.GaussianBlur(piece, (0, 0), 0.4 * shrink)
    # OpenCV puts the middle of a pixel at whole numbers, we at halves.
    map_x, map_y = (photo_x - low[0] - 0.5).astype(np.float32), (photo_y - low[1] - 0.5).astype(np.float32)
    sampled = cv2.remap(smooth, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return (sampled / 255).astype(np.float32)


def patch_grid() -> tuple[Floats, Floats]:
    """Give x and y, in eye units, of the middles of a patch's pixels; each of shape (128, 192)."""
    half_x, half_y = PATCH_HALF
    x = (np.arange(round(2 * half_x * PATCH_PX), dtype=np.float32) + 0.5) / PATCH_PX - half_x
    y = (np.arange(round(2 * half_y * PATCH_PX), dtype=np.float32) + 0.5) / PATCH_PX - half_y
    grid_x, grid_y = np.meshgrid(x, y)
    return grid_x.astype(np.float32), grid_y.astype(np.float32)


def _eye(face: Face, side: str) -> Eye:
    iris = face.points[list(_IRIS[side]), :2]
    across = face.points[263, :2] - face.points[33, :2]
    radius = (np.linalg.norm(iris[1] - iris[3]) + np.linalg.norm(iris[2] - iris[4])) / 4
    frame = Frame(
        x_px=float(iris[0, 0]),
        y_px=float(iris[0, 1]),
        unit_px=max(float(radius), 0.5),
        angle=float(np.arctan2(across[1], across[0])),
    )
    name = side.capitalize()
    return Eye(
        side=side,
        frame=frame,
        lids=_lids(face, side, frame),
        blink=face.expression.get(f"eyeBlink{name}", 0.0),
        look_down=face.expression.get(f"eyeLookDown{name}", 0.0),
    )


def _lids(face: Face, side: str, frame: Frame) -> Lids:
    upper = face.points[list(_UPPER[side]), :2]
    lower = face.points[list(_LOWER[side]), :2]
    upper_x, upper_y = frame.to_units(upper[:, 0], upper[:, 1])
    lower_x, lower_y = frame.to_units(lower[:, 0], lower[:, 1])
    columns = np.linspace(upper_x.min(), upper_x.max(), _COLUMNS, dtype=np.float32)
    by_upper, by_lower = np.argsort(upper_x, kind="stable"), np.argsort(lower_x, kind="stable")
    upper_line = np.interp(columns, upper_x[by_upper], upper_y[by_upper])
    lower_line = np.interp(columns, lower_x[by_lower], lower_y[by_lower])
    to_temple = np.clip(columns if side == "left" else -columns, 0, 1.2)
    return Lids(
        columns=columns,
        upper=np.minimum(upper_line + _LASHES * to_temple, lower_line).astype(np.float32),
        lower=lower_line.astype(np.float32),
    )
