"""Scenes drawn by code, so that what belongs into a hole is known exactly."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.base import EngineResult, Mask8, Rgb8
from runner.engines.reference_inpaint.engine import inpaint


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A photo as it should become, its mask, and a reference."""

    truth: Rgb8
    mask: Mask8
    reference: Rgb8

    @property
    def photo(self) -> Rgb8:
        painted = self.truth.copy()
        painted[self.mask > 0] = 255
        return painted

    def fill(self, prompt: str | None = None) -> EngineResult:
        images = {"image": self.photo, "mask": self.mask, "reference": self.reference}
        return inpaint(images, {"prompt": prompt})

    def psnr(self, pixels: Rgb8) -> float:
        hole = self.mask > 0
        error = (pixels[hole].astype(float) - self.truth[hole].astype(float)) ** 2
        return float(10 * np.log10(255.0**2 / max(1e-9, error.mean())))

    def telea_psnr(self) -> float:
        return self.psnr(np.asarray(cv2.inpaint(self.photo, self.mask, 5, cv2.INPAINT_TELEA), np.uint8))

    def untouched(self, pixels: Rgb8) -> bool:
        return bool((pixels[self.mask == 0] == self.photo[self.mask == 0]).all())

    def with_mask(self, mask: Mask8) -> "Pair":
        return Pair(truth=self.truth, mask=mask, reference=self.reference)

    def with_reference(self, reference: Rgb8) -> "Pair":
        return Pair(truth=self.truth, mask=self.mask, reference=reference)


def draw_wall(seed: int, rows: int = 480, columns: int = 640) -> Rgb8:
    """Draw a wall of colored shapes under soft noise: much to match, nothing that repeats."""
    rng = np.random.default_rng(seed)
    wall = np.full((rows, columns, 3), rng.integers(90, 160, 3), np.uint8)
    for _ in range(260):
        color = tuple(int(value) for value in rng.integers(20, 236, 3))
        x, y = int(rng.integers(0, columns)), int(rng.integers(0, rows))
        size = int(rng.integers(6, 34))
        if rng.random() < 0.5:
            cv2.rectangle(wall, (x, y), (x + size, y + int(rng.integers(6, 34))), color, -1, cv2.LINE_AA)
        else:
            cv2.circle(wall, (x, y), size // 2 + 2, color, -1, cv2.LINE_AA)
    noise = cv2.GaussianBlur(rng.normal(0, 22, wall.shape).astype(np.float32), (0, 0), 1.5)
    return np.asarray(np.clip(cv2.GaussianBlur(wall, (0, 0), 0.8) + noise, 0, 255), np.uint8)


def warp(image: Rgb8, matrix: NDArray[np.float64]) -> Rgb8:
    """Show an image through a homography from the result's pixels to the image's."""
    size = image.shape[1], image.shape[0]
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(image, matrix, size, flags=flags, borderMode=cv2.BORDER_REFLECT), np.uint8)


def box_mask(top: int, left: int, height: int, width: int, shape: tuple[int, int] = (480, 640)) -> Mask8:
    """Draw a mask of one white box."""
    mask = np.zeros(shape, np.uint8)
    mask[top : top + height, left : left + width] = 255
    return mask


TILT = np.array([[1.03, 0.04, -14.0], [-0.03, 0.98, 9.0], [4e-5, -2e-5, 1.0]])


def plane_pair() -> Pair:
    """One wall seen from two places."""
    wall = draw_wall(1)
    return Pair(truth=wall, mask=box_mask(170, 250, 110, 150), reference=warp(wall, TILT))


def darker_pair() -> Pair:
    """The same, with the reference a third darker and warmer."""
    pair = plane_pair()
    changed = pair.reference * np.array([0.72, 0.66, 0.58]) + np.array([6.0, 3.0, 0.0])
    return Pair(truth=pair.truth, mask=pair.mask, reference=changed.astype(np.uint8))


def depth_pair() -> Pair:
    """Two walls at different depths that meet in the middle of the hole."""
    far, near = draw_wall(2), draw_wall(3)
    left = np.arange(640)[None, :, None] < 320
    shifted_far = warp(far, np.array([[1, 0, -6.0], [0, 1, 0], [0, 0, 1]]))
    shifted_near = warp(near, np.array([[1, 0, 14.0], [0, 1, 0], [0, 0, 1]]))
    moved_left = np.arange(640)[None, :, None] < 306
    reference = np.where(moved_left, shifted_far, shifted_near)
    return Pair(truth=np.where(left, far, near), mask=box_mask(180, 250, 100, 140), reference=reference)


def strange_pair() -> Pair:
    """A reference that shows another scene: halves of different colors with shapes, no texture and no object."""
    other = draw_wall(9)
    other[:, 320:] = (0.4 * other[:, 320:] + np.array([90, 20, 10])).astype(np.uint8)
    other[240:] = (0.35 * other[240:]).astype(np.uint8)
    return Pair(truth=draw_wall(1), mask=box_mask(170, 250, 110, 150), reference=other)


def object_pair() -> Pair:
    """A red vase before a plain gray background, to stand on a sandy ground."""
    rng = np.random.default_rng(5)
    noise = cv2.GaussianBlur(rng.normal(0, 40, (480, 640, 3)).astype(np.float32), (0, 0), 2)
    ground = np.add(noise, (190, 170, 130))
    vase = np.full((300, 260, 3), 205, np.uint8)
    cv2.ellipse(vase, (130, 170), (70, 95), 0, 0, 360, (190, 30, 35), -1, cv2.LINE_AA)
    cv2.rectangle(vase, (105, 40), (155, 100), (180, 28, 30), -1, cv2.LINE_AA)
    vase = np.clip(vase + rng.normal(0, 3, vase.shape), 0, 255).astype(np.uint8)
    return Pair(truth=np.clip(ground, 0, 255).astype(np.uint8), mask=box_mask(150, 240, 180, 150), reference=vase)
