"""Lay a close-up of what belongs into a hole over it, so that what it shows around the hole continues the photo.

A close-up shows the missing thing with some of what lies around it: the other eye of a face, a clean piece of the same
plate. It is too small for matches and has no subject that could be cut out; but laid in the right pose it agrees with
the photo on the ring around the hole. All poses of a grid are tried at a small size. A photo of another scene agrees in
none of them.
"""

import cv2
import numpy as np

from runner.engines.reference_inpaint.frame import Bits, Rgb, shrink
from runner.engines.reference_inpaint.ground import SMALL_PX, Fit, Ground
from runner.engines.reference_inpaint.pose import Pose
from runner.engines.reference_inpaint.smooth import pull_push

_MOST_RESIDUAL = 0.74
_FINER = (0.5, 0.25)
_EDGE_PX = 1.5


def find_closeup(target: Rgb, hole: Bits, known: Bits, reference: Rgb) -> Fit | None:
    """Find the pose in which a reference continues the photo around a hole; None where none does.

    Args:
        target: The photo around the hole, shape (rows, columns, 3), 0 to 255.
        hole: What to fill, shape (rows, columns).
        known: What of the photo may be compared with.
        reference: Of any size, 0 to 255.
    """
    ground = Ground.of(target, hole, known)
    if ground is None:
        return None
    own = shrink(reference, min(1.0, 1.6 * SMALL_PX / max(reference.shape[:2])))
    best = ground.best(own, ground.poses(own.shape))
    for step in _FINER:
        best = best and ground.best(own, ground.near(best.pose, step))
    if best is None or best.residual > _MOST_RESIDUAL:
        return None
    return ground.in_full(best, own.shape[0] / reference.shape[0])


def lay_closeup(target: Rgb, hole: Bits, known: Bits, reference: Rgb, fit: Fit) -> Rgb:
    """Fill a hole with a close-up; its colors are shifted smoothly so that they meet the photo's at the border.

    Returns:
        The photo, changed inside the hole only.

    References:
        Pérez, Gangnet and Blake, "Poisson Image Editing", SIGGRAPH 2003 (the membrane).
    """
    pose, scale = fit.pose, min(1.0, fit.pose.size)
    pixels = shrink(reference, scale) * np.float32(fit.gain)
    rest = Pose(size=pose.size / scale, turn=pose.turn, mirrored=pose.mirrored, x=pose.x, y=pose.y)
    laid = cv2.warpAffine(
        pixels, rest.matrix(pixels.shape), hole.shape[::-1], flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    outward = cv2.distanceTransform((~hole).astype(np.uint8), cv2.DIST_L2, 5)
    edge = (known & (outward <= _EDGE_PX)).astype(np.float32)
    shift = pull_push((edge[..., None] * (target - laid)).astype(np.float32), edge)
    return np.where(hole[..., None], np.clip(laid + shift, 0, 255), target).astype(np.float32)
