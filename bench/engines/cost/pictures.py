"""Pictures of given sizes to measure with, made of a photo that scikit-image carries."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from bench.engines.pictures import installed_photo
from runner.engines.base import Rgb8

_FACE = (slice(0, 320), slice(80, 400))
_STEP = np.array([[1.03, 0.04, -0.02], [-0.03, 0.98, 0.02], [0.02, -0.015, 1.0]])


def write_portrait(folder: Path, megapixels: float) -> None:
    """Write photo.jpg, square: a face that fills about half of it."""
    side = round((megapixels * 1e6) ** 0.5)
    face = Image.fromarray(installed_photo("astronaut.png")[_FACE])
    face.resize((side, side), Image.Resampling.BICUBIC).save(folder / "photo.jpg", quality=92)


def write_small_face(folder: Path, megapixels: float) -> None:
    """Write photo.jpg, square: a face a tenth as high, in the midst of gray."""
    side = round((megapixels * 1e6) ** 0.5)
    photo = Image.new("RGB", (side, side), (120, 126, 122))
    small = Image.fromarray(installed_photo("astronaut.png")[_FACE]).resize((side // 5, side // 5))
    photo.paste(small, (side // 3, side // 3))
    photo.save(folder / "photo.jpg", quality=92)


def write_face(folder: Path, megapixels: float, face_px: int) -> None:
    """Write photo.jpg, square: a face of one size, in the midst of gray."""
    side = round((megapixels * 1e6) ** 0.5)
    photo = Image.new("RGB", (side, side), (120, 126, 122))
    face = Image.fromarray(installed_photo("astronaut.png")[_FACE])
    photo.paste(face.resize((face_px, face_px), Image.Resampling.BICUBIC), ((side - face_px) // 2,) * 2)
    photo.save(folder / "photo.jpg", quality=92)


def write_pair(folder: Path, megapixels: float, hole: float) -> None:
    """Write photo.jpg, reference.jpg and mask.png: a scene from two places, and a box of ``hole`` of the photo."""
    side = round((megapixels * 1e6) ** 0.5)
    scene = _scene(side)
    scale = np.diag([side, side, 1.0])
    matrix = scale @ _STEP @ np.linalg.inv(scale)
    elsewhere = cv2.warpPerspective(scene, matrix, (side, side), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    Image.fromarray(scene).save(folder / "photo.jpg", quality=92)
    Image.fromarray(np.asarray(elsewhere, np.uint8)).save(folder / "reference.jpg", quality=92)
    mask, cut = np.zeros((side, side), np.uint8), round(side * hole**0.5)
    start = (side - cut) // 2
    mask[start : start + cut, start : start + cut] = 255
    Image.fromarray(mask).save(folder / "mask.png")


def _scene(side: int) -> Rgb8:
    """Lay a photo of fine detail over one of large forms, so that every size has something to match."""
    large = cv2.resize(installed_photo("coffee.png"), (side, side), interpolation=cv2.INTER_CUBIC)
    fine = np.tile(installed_photo("gravel.png"), (side // 512 + 1, side // 512 + 1, 1))[:side, :side]
    return np.asarray(cv2.addWeighted(large, 0.7, fine, 0.3, 0), np.uint8)
