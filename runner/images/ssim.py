"""How alike two pictures are in structure."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from runner.core.errors import ImageError
from runner.images.compare import Aligned
from runner.images.composite import check_same_size

_INSTALL = 'pip install "edit-runner[local]"'
_SIGMA_PX = 1.5
_REACH_PX = 5
"""Half of the 11 px window of the paper; skimage cuts its Gaussian there."""

_STRIP_PX = 1_000_000


def mean_ssim(pair: Aligned, area: NDArray[np.bool_] | None) -> float:
    """Give the mean structural similarity, 1 for the same picture; the mean of the channels.

    Takes about a quarter of a second for each megapixel.

    Args:
        pair: Two pictures.
        area: Which pixels count, shape (rows, columns); what lies beyond it is taken as unchanged, so that an edit
            does not reach over the border of its mask. None is everywhere.

    Raises:
        ImageError: ``size-mismatch``; ``nothing-to-measure``, for an area without pixels; ``too-small``, for a
            picture smaller than the window; ``not-installed``, without scikit-image.

    References:
        Wang, Bovik, Sheikh and Simoncelli, "Image Quality Assessment: From Error Visibility to Structural
        Similarity", IEEE Transactions on Image Processing 13(4), 2004: Gaussian window of 11 px, sigma 1.5 px,
        K1 0.01, K2 0.03.
    """
    _check(pair, area)
    total, count = 0.0, 0
    for similarity, counts in _strips(pair, area):
        total += float(similarity[counts].sum())
        count += int(np.count_nonzero(counts)) * similarity.shape[2]
    return total / count


def _check(pair: Aligned, area: NDArray[np.bool_] | None) -> None:
    if min(pair.before.shape[:2]) <= 2 * _REACH_PX:
        least = 2 * _REACH_PX + 1
        raise ImageError("too-small", f"structural similarity needs pictures of at least {least}×{least} px")
    if area is None:
        return
    check_same_size("picture", pair.before, "mask", area.view(np.uint8))
    if not area.any():
        raise ImageError("nothing-to-measure", "the area to measure has no pixels", hint="look at the mask")


def _strips(pair: Aligned, area: NDArray[np.bool_] | None) -> Iterator[tuple[NDArray[np.float64], NDArray[np.bool_]]]:
    """Map a few rows at a time: the numbers between need over a hundred bytes for each pixel."""
    rows, columns = pair.before.shape[:2]
    count = max(1, rows // max(4 * _REACH_PX, _STRIP_PX // columns))
    bounds = [rows * at // count for at in range(count + 1)]
    for top, bottom in pairwise(bounds):
        seen = slice(max(0, top - _REACH_PX), bottom + _REACH_PX)
        counts = np.ones((bottom - top, columns), np.bool_) if area is None else area[top:bottom]
        if counts.any():
            inner = slice(top - seen.start, bottom - seen.start)
            yield _map(pair, area, seen)[inner], counts


def _map(pair: Aligned, area: NDArray[np.bool_] | None, rows: slice) -> NDArray[np.float64]:
    before, after = pair.before[rows], pair.after[rows]
    if area is not None:
        after = np.where(area[rows][:, :, None], after, before)
    try:
        from skimage.metrics import structural_similarity
    except ImportError as error:
        message = "ssim needs scikit-image, which is not installed"
        raise ImageError("not-installed", message, hint=_INSTALL) from error
    _, similarity = structural_similarity(  # type: ignore[no-untyped-call]  # scikit-image has no types
        before,
        after,
        data_range=255,
        channel_axis=2,
        gaussian_weights=True,
        sigma=_SIGMA_PX,
        use_sample_covariance=False,
        full=True,
    )
    return np.asarray(similarity, np.float64)
