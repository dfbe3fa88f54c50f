"""Join a fill to the photo: no step at the border, no bleeding from what does not belong to it."""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.frame import Bits, Rgb
from runner.engines.reference_inpaint.smooth import pull_push

_BAND_PX = 6
_NOISE = 5.0
_MOST_SHIFT = 25.0
_FINE_PX = 4.0


def mix_views(views: Iterable[Rgb], shares: Iterable[NDArray[np.float32]]) -> Rgb:
    """Lay views together with soft shares; neither needs to be at hand before its turn."""
    total: NDArray[np.float32] = np.zeros((1, 1, 3), np.float32)
    count: NDArray[np.float32] = np.zeros((1, 1), np.float32)
    for view, share in zip(views, shares, strict=True):
        total = np.asarray(total + share[..., None] * view, np.float32)
        count = np.asarray(count + share, np.float32)
    return np.asarray(total / np.maximum(count, 1e-6)[..., None], np.float32)


def soft_share(chosen: NDArray[np.float32], softness_px: float) -> NDArray[np.float32]:
    """Soften the edge of a choice; seams more than a few pixels wide would show things double."""
    return np.asarray(cv2.GaussianBlur(chosen, (0, 0), softness_px), np.float32)


def join(target: Rgb, known: Bits, fill: Rgb, hole: Bits) -> Rgb:
    """Correct a fill so that it meets the photo around the hole.

    The mismatch on a band around the hole is spread in two parts. Where both sides agree but for a shift in color
    it is spread far, as a membrane. What remains is let into the fill over a few pixels only: where the border lies
    on an object that the fill does not have, a membrane would smear the object's color across the hole.

    Args:
        target: The photo.
        known: What of the photo may be compared with.
        fill: What to put in; same shape, it covers the hole and the band around it.
        hole: Where to put it.

    Returns:
        The fill, inside the hole corrected, elsewhere as given.

    References:
        Pérez, Gangnet and Blake, "Poisson Image Editing", SIGGRAPH 2003 (the membrane).
    """
    outward = cv2.distanceTransform((~hole).astype(np.uint8), cv2.DIST_L2, 5)
    inward = cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 5)
    band = known & (outward <= _BAND_PX)
    if not band.any():
        return fill
    mismatch = np.where(band[..., None], target - fill, 0).astype(np.float32)
    far = _far_shift(target, fill, band)
    near = _near_shift(mismatch - far, band & (outward <= 2.5))
    fade = np.exp(-np.maximum(inward - 0.5, 0) / _FINE_PX)[..., None]
    return np.asarray(np.where(hole[..., None], fill + far + near * fade, fill), np.float32)


def _far_shift(target: Rgb, fill: Rgb, band: Bits) -> Rgb:
    """Average along the band, so that noise and texture cancel, and leave out what is no shift but another thing."""
    mean_target, mean_fill = _mean_over(band, target), _mean_over(band, fill)
    shift = mean_target - mean_fill
    rough = _mean_over(band, np.abs(target - fill - shift).mean(axis=2, keepdims=True))[..., 0]
    contrast = _mean_over(band, np.abs(target - mean_target).mean(axis=2, keepdims=True))[..., 0]
    strange = np.abs(shift).max(axis=2) / _MOST_SHIFT
    trust = band * np.exp(-((rough / (contrast + _NOISE)) ** 2)) * np.exp(-(strange**2))
    scale = float(max(trust.max(), 1e-3))
    return pull_push(shift, (trust / scale).astype(np.float32))


def _mean_over(band: Bits, values: NDArray[np.float32]) -> NDArray[np.float32]:
    weight = band.astype(np.float32)
    count = np.maximum(cv2.GaussianBlur(weight, (0, 0), 4.0), 1e-3)[..., None]
    total = cv2.GaussianBlur(np.ascontiguousarray(values * weight[..., None]), (0, 0), 4.0)
    return np.asarray(total.reshape(values.shape) / count, np.float32)


def _near_shift(rest: Rgb, edge: Bits) -> Rgb:
    """Carry what is left at the very border inwards from the nearest border pixels."""
    weight = edge.astype(np.float32)
    total, count = np.zeros_like(rest), np.zeros(edge.shape, np.float32)
    for sigma, share in ((1.2, 1.0), (3.0, 0.1), (8.0, 0.01)):
        total += share * cv2.GaussianBlur(rest * weight[..., None], (0, 0), sigma)
        count += share * cv2.GaussianBlur(weight, (0, 0), sigma)
    return np.asarray(total / np.maximum(count, 1e-6)[..., None], np.float32)
