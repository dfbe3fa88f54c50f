"""What anyone gets from a few lines of OpenCV."""

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.engines.pairs.pair import Pair
from runner.engines.base import Mask8, Rgb8

_RADIUS_PX = 5


def telea(pair: Pair) -> Rgb8:
    """Fill by marching inwards from the border.

    References:
        Telea, "An Image Inpainting Technique Based on the Fast Marching Method", 2004.
    """
    return np.asarray(cv2.inpaint(pair.photo, _hole(pair), _RADIUS_PX, cv2.INPAINT_TELEA), np.uint8)


def navier_stokes(pair: Pair) -> Rgb8:
    """Fill by continuing lines of equal brightness, as a fluid flows.

    References:
        Bertalmio, Bertozzi and Sapiro, "Navier-Stokes, Fluid Dynamics, and Image and Video Inpainting", CVPR 2001.
    """
    return np.asarray(cv2.inpaint(pair.photo, _hole(pair), _RADIUS_PX, cv2.INPAINT_NS), np.uint8)


def pasted_homography(pair: Pair) -> Rgb8:
    """Paste the reference by one homography of SIFT matches; where there is none, fill as Telea does."""
    matrix = _sift_homography(pair)
    if matrix is None:
        return telea(pair)
    size = pair.photo.shape[1], pair.photo.shape[0]
    warped = cv2.warpPerspective(pair.reference, matrix, size, flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)
    return np.where(pair.mask[..., None] > 0, np.asarray(warped, np.uint8), pair.photo)


def _hole(pair: Pair) -> Mask8:
    return np.where(pair.mask > 0, np.uint8(255), np.uint8(0))


def _sift_homography(pair: Pair) -> NDArray[np.float64] | None:
    """Find the homography from the photo to the reference, by Lowe's ratio test and RANSAC."""
    sift = cv2.SIFT.create(4000)
    here, words = sift.detectAndCompute(pair.photo, 255 - _hole(pair))
    there, other_words = sift.detectAndCompute(pair.reference, np.full(pair.reference.shape[:2], 255, np.uint8))
    if min(len(here), len(there)) < 2:
        return None
    found = cv2.BFMatcher().knnMatch(words, other_words, k=2)
    good = [first for first, second in found if first.distance < 0.75 * second.distance]
    if len(good) < 8:
        return None
    source = np.array([here[match.queryIdx].pt for match in good], np.float32)
    target = np.array([there[match.trainIdx].pt for match in good], np.float32)
    matrix = cv2.findHomography(source, target, cv2.RANSAC, 4.0)[0]
    return None if matrix is None else np.asarray(matrix, np.float64)
