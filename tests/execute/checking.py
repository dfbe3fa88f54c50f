"""Checks made by hand, and pictures to measure them on."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from runner.core.artifact import Size
from runner.core.check import CheckType
from runner.core.digest import ActionKey, Digest
from runner.execute.checks import Measured, measure_check
from runner.plan.plan import Check, CheckParam, MaskImage

Pixels = NDArray[np.uint8]

MASK = MaskImage(name="floor", digest=Digest("d" * 64), size=Size(64, 48), area=0.25, path=None, spec={})
DEFAULTS: dict[CheckType, dict[str, CheckParam]] = {
    "outside_mask_unchanged": {"mask": MASK, "max_changed": "0.03", "tolerance": -1},
    "inside_mask_changed": {"mask": MASK, "min_changed": "0.05", "tolerance": -1},
    "color_in_mask": {"mask": MASK, "target": (40, 90, 160), "max_delta_e": "10"},
    "same_size": {},
    "not_blank": {"min_contrast": "2"},
    "ssim": {"min": "0.9", "where": "everywhere"},
    "max_bytes": {"value": 20_000},
    "format": {"value": "png"},
}


def check_of(check_type: CheckType, **params: CheckParam) -> Check:
    """A check with its type's defaults, some of them replaced."""
    return Check(
        at=0,
        cell="c",
        step="s",
        key=ActionKey("a" * 64),
        type=check_type,
        measure="final",
        severity="error",
        on_fail="fail",
        params=DEFAULTS[check_type] | params,
    )


def measured(
    check_type: CheckType, before: bytes, after: bytes, raster: Pixels | None = None, /, **params: CheckParam
) -> Measured:
    """Measure a check with its type's defaults, some of them replaced."""
    masks = {} if raster is None else {"mask": saved(raster)}
    return measure_check(check_of(check_type, **params), before, after, masks)


def saved(pixels: Pixels, form: str = "PNG", **options: Any) -> bytes:
    """Save gray, RGB or RGBA pixels."""
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, form, **options)
    return written.getvalue()


def scene(rows: int = 48, columns: int = 64) -> Pixels:
    """A drawn room: a graded wall over a checkered floor."""
    y, x = np.mgrid[0:rows, 0:columns]
    wall = np.stack([90 + y, 120 + x, 200 - y], axis=-1)
    floor = np.where(((x // 4 + y // 4) % 2)[:, :, None] == 0, (150, 110, 70), (110, 80, 50))
    return np.where((y < rows // 2)[:, :, None], wall, floor).clip(0, 255).astype(np.uint8)


def floor_mask(rows: int = 48, columns: int = 64) -> Pixels:
    """The middle of the lower half, white; a quarter of the picture."""
    mask = np.zeros((rows, columns), np.uint8)
    mask[rows // 2 :, columns // 4 : columns * 3 // 4] = 255
    return mask


def painted(pixels: Pixels, area: NDArray[np.bool_], rgb: tuple[int, int, int]) -> Pixels:
    """A copy with one color in an area."""
    copy = pixels.copy()
    copy[area] = rgb
    return copy


def photo_at(path: Path) -> Pixels:
    """A photo's pixels."""
    return np.asarray(Image.open(path).convert("RGB"))
