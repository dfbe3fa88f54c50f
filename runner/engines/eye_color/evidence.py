"""Measure what speaks for an iris where one was found, and what against."""

from dataclasses import dataclass

import cv2
import numpy as np

from runner.engines.base import Rgb8
from runner.engines.eye_color.eye import PATCH_PX, Eye, patch_grid
from runner.engines.eye_color.limbus import clear_channel
from runner.engines.eye_color.skin import strangeness_of_skin
from runner.engines.eye_color.types import Flags, Floats, Lids, Limbus

_LEAST_PIXELS = 50
"""Of a patch, between the lids; with fewer nothing can be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """How an eye differs from a lid, a lens, a hand or a reflection.

    Attributes:
        disc: Correlation of the brightness between the lids with a dark disc on a bright ground, -1 to 1.
        depth: How much brighter it is beside the iris than in it, over the brightness beside it, up to 1.
        strangeness: How far the color of the skin around the eye is from that of the cheek, as under a lens or in
            a mirror; OKLab a and b over L, 0 and more.
        clutter: Contrast of thin lines across the border, over the brightness there; hair gives 0.3 and more.
    """

    disc: float = 0.0
    depth: float = 0.0
    strangeness: float = 0.0
    clutter: float = 0.0


def find_evidence(photo: Rgb8, eye: Eye, patch: Floats, lids: Lids, limbus: Limbus) -> Evidence:
    """Measure an eye.

    Args:
        photo: sRGB, shape (rows, columns, 3).
        eye: As the network sees it.
        patch: Its surroundings, from ``sample_patch``, sRGB-encoded 0 to 1.
        lids: As they were found on the patch.
        limbus: Likewise.
    """
    x, y = patch_grid()
    opening = lids.opening(x, y)
    rho = np.hypot((x - limbus.x) / limbus.aspect, y - limbus.y) / limbus.radius
    channel = clear_channel(patch)
    band = (np.abs(np.hypot(x - limbus.x, y - limbus.y) / limbus.radius - 1) < 0.3) & (opening > 0.1)
    return Evidence(
        disc=_disc(channel, rho, (opening > 0.05) & (rho > 0.3) & (rho < 1.5)),
        depth=_depth(channel, rho, (opening > 0.05) & (np.abs(y - limbus.y) < 0.7 * limbus.radius)),
        strangeness=strangeness_of_skin(photo, eye.frame, lids, limbus),
        clutter=_clutter(patch, band),
    )


def _disc(channel: Floats, rho: Floats, region: Flags) -> float:
    """Correlate; the pupil is left out, and so are the corners of the eye."""
    if region.sum() < _LEAST_PIXELS or np.ptp(channel[region]) < 1e-3:
        return 0.0
    disc = np.clip((rho[region] - 1) / 0.08 + 0.5, 0, 1)
    if np.ptp(disc) == 0:
        return 0.0
    return float(np.corrcoef(channel[region], disc)[0, 1])


def _depth(channel: Floats, rho: Floats, level: Flags) -> float:
    iris = level & (rho > 0.6) & (rho < 0.92)
    white = level & (rho > 1.1) & (rho < 1.45)
    if iris.sum() < _LEAST_PIXELS or white.sum() < _LEAST_PIXELS:
        return 0.0
    beside, within = float(np.median(channel[white])), float(np.median(channel[iris]))
    return (beside - within) / (beside + 0.05)


def _clutter(patch: Floats, band: Flags) -> float:
    """Measure thin bright and dark lines in a band along the visible border."""
    if not band.any():
        return 0.0
    brightness = patch.mean(axis=2)
    thin = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    around = cv2.GaussianBlur(brightness, (0, 0), 0.25 * PATCH_PX) + 0.05
    bright = (brightness - cv2.morphologyEx(brightness, cv2.MORPH_OPEN, thin)) / around
    dark = (cv2.morphologyEx(brightness, cv2.MORPH_CLOSE, thin) - brightness) / around
    return float(np.percentile(bright[band], 80) + np.percentile(dark[band], 80))
