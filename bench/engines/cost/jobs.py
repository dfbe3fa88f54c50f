"""What is measured: each job from encoded pictures to an encoded picture, and the least that it cannot do without."""

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from PIL import Image

from bench.engines.pictures import read_mask, read_rgb
from runner.core.digest import Json
from runner.engines.base import Rgb8

Job: TypeAlias = Callable[[Path], None]
"""Does its work on the pictures of a folder: photo.jpg, reference.jpg and mask.png."""


def _encode(pixels: Rgb8) -> None:
    Image.fromarray(pixels).save(BytesIO(), "JPEG", quality=92)


def _eye_color(folder: Path) -> None:
    from runner.engines.eye_color.engine import recolor_irises

    photo = read_rgb(folder / "photo.jpg")
    params: dict[str, Json] = {"eye_color": "light blue", "rgb": [132, 176, 212], "rgb_given": True}
    _encode(recolor_irises({"image": photo}, params).pixels)


def _face_network(folder: Path) -> None:
    from runner.engines.eye_color.network import open_network

    photo = read_rgb(folder / "photo.jpg")
    with open_network() as detect:
        detect(photo)
    _encode(photo)


def _face_search(folder: Path) -> None:
    from runner.engines.eye_color.faces import find_faces
    from runner.engines.eye_color.network import open_network

    photo = read_rgb(folder / "photo.jpg")
    with open_network() as detect:
        find_faces(photo, detect, turns=0)
    _encode(photo)


def _reference_inpaint(folder: Path) -> None:
    from runner.engines.reference_inpaint.engine import inpaint

    photo, reference = read_rgb(folder / "photo.jpg"), read_rgb(folder / "reference.jpg")
    images = {"image": photo, "mask": read_mask(folder / "mask.png"), "reference": reference}
    _encode(inpaint(images, {"prompt": None}).pixels)


def _warp(folder: Path) -> None:
    import cv2

    photo, reference = read_rgb(folder / "photo.jpg"), read_rgb(folder / "reference.jpg")
    mask = read_mask(folder / "mask.png")
    warped = np.asarray(cv2.warpPerspective(reference, np.eye(3), photo.shape[1::-1], flags=cv2.INTER_CUBIC), np.uint8)
    _encode(np.where(mask[..., None] > 0, warped, photo))


JOBS: Mapping[str, Job] = MappingProxyType(
    {
        "eye-color": _eye_color,
        "face network": _face_network,
        "face search": _face_search,
        "reference-inpaint": _reference_inpaint,
        "warp": _warp,
    }
)
"""By name: each engine, and after it what it cannot do without."""
