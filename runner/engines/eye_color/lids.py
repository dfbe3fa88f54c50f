"""Move the network's lid lines to where the picture has them."""

from dataclasses import dataclass, replace
from itertools import product

import cv2
import numpy as np

from runner.engines.eye_color.eye import PATCH_HALF, PATCH_PX
from runner.engines.eye_color.types import Floats, Lids, Limbus

_OFFSETS = np.arange(-0.44, 0.441, 0.04, dtype=np.float32)
_TILTS = np.arange(-0.24, 0.241, 0.08, dtype=np.float32)
_BENDS = np.array([-0.16, -0.08, 0.0, 0.08, 0.16], np.float32)
_MOVES = np.array(list(product(_OFFSETS, _TILTS, _BENDS)), np.float32)
_UPPER_SPREAD = np.array([0.09, 0.1, 0.08], np.float32)
_LOWER_SPREAD = np.array([0.18, 0.14, 0.12], np.float32)


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What speaks for a place of a lid's edge.

    Attributes:
        beside, within: How much each place of a patch looks like it, beside the iris and within its width.
        spread: How far offset, tilt and bend usually are from the network's line.
    """

    beside: Floats
    within: Floats
    spread: Floats


def refine_lids(patch: Floats, lids: Lids, limbus: Limbus) -> Lids:
    """Shift, tilt and bend each lid line to the strongest edge near it.

    Over the white of the eye the lid's rim is darker than the eye; below the iris the lower lid is brighter than
    the iris; above it the upper lid may be brighter (skin) or darker (lashes).

    Args:
        patch: From ``sample_patch``, sRGB-encoded 0 to 1.
        lids: The network's lines.
        limbus: The border of the iris.
    """
    smooth = cv2.GaussianBlur(_without_lights(patch), (0, 0), sigmaX=2.5, sigmaY=1.6)
    slope = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=PATCH_PX / 8)
    signed = slope.mean(axis=2)
    unsigned = np.sqrt((slope**2).mean(axis=2))
    steep = max(float(np.percentile(unsigned, 95)), 0.05)
    signed, unsigned = signed / steep, unsigned / steep
    # The lash line hides the upper lid's edge: there the network is as good as the picture, and weighs more.
    lashes_or_skin = 0.6 * np.maximum(signed, 0) + 0.3 * np.maximum(-signed, 0)
    upper = _moved(lids.columns, lids.upper, limbus, _Evidence(0.5 * signed, lashes_or_skin, _UPPER_SPREAD))
    lower = _moved(lids.columns, lids.lower, limbus, _Evidence(0.3 * unsigned, signed, _LOWER_SPREAD))
    return replace(lids, upper=np.minimum(upper, lower), lower=lower)


def _without_lights(patch: Floats) -> Floats:
    side = round(0.35 * PATCH_PX) | 1
    opened: Floats = cv2.morphologyEx(
        np.ascontiguousarray(patch), cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    ).astype(np.float32)
    return opened


def _moved(columns: Floats, line: Floats, limbus: Limbus, evidence: _Evidence) -> Floats:
    """Choose among shifted, tilted and bent copies of a line."""
    at = np.linspace(-1.25, 1.25, 51, dtype=np.float32)
    x = limbus.x + at * limbus.radius
    usable = (x > columns[0] + 0.1) & (x < columns[-1] - 0.1)
    if not usable.any():
        return line
    y = np.interp(x, columns, line)[None] + _shift(_MOVES, at[None])
    map_y = ((y + PATCH_HALF[1]) * PATCH_PX - 0.5).astype(np.float32)
    map_x = np.broadcast_to((x + PATCH_HALF[0]) * PATCH_PX - 0.5, y.shape).astype(np.float32)
    beside = cv2.remap(evidence.beside, map_x, map_y, cv2.INTER_LINEAR)
    within = cv2.remap(evidence.within, map_x, map_y, cv2.INTER_LINEAR)
    found = np.where(np.abs(at)[None] > 0.97, beside, within)
    far = ((_MOVES / evidence.spread) ** 2).sum(axis=1)
    score = np.clip(found, -0.5, 1.2)[:, usable].mean(axis=1) - 0.1 * far
    best = _MOVES[int(np.argmax(score))][None]
    place = np.clip((columns - limbus.x) / limbus.radius, -1.6, 1.6)[None]
    moved: Floats = (line + _shift(best, place)[0]).astype(np.float32)
    return moved


def _shift(moves: Floats, at: Floats) -> Floats:
    shift: Floats = (moves[:, :1] + moves[:, 1:2] * at + moves[:, 2:3] * (at**2 - 0.5)).astype(np.float32)
    return shift
