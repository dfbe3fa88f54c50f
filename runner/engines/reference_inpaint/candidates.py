"""Proposals for where the content of the hole lies in the reference."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.evidence import Evidence, look_error
from runner.engines.reference_inpaint.extension import extend_flow
from runner.engines.reference_inpaint.features import Matches
from runner.engines.reference_inpaint.frame import Bits, Frame
from runner.engines.reference_inpaint.planes import Matrix, find_planes
from runner.engines.reference_inpaint.warps import Map, inside, map_by_plane, positions

_WITHHELD_PX = 14
_NEAR = 0.6
_SAMPLES = 4000
_DENSE_THRESHOLD_PX = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One proposal.

    Attributes:
        name: What it is, for the details: ``plane`` or ``warp``.
        where: Where each pixel lies in the reference.
        valid: Where the reference shows it.
        error: How different it looks around the hole when the pixels next to the hole were withheld.
    """

    name: str
    where: Map
    valid: Bits
    error: NDArray[np.float32]


def propose(frame: Frame, evidence: Evidence, sparse: list[Matrix]) -> list[Candidate]:
    """Offer the planes of the matches, planes of the dense correspondence near the hole, and local warps."""
    planes = [*dense_planes(frame, evidence), *sparse]
    flat = [_from_plane(frame, evidence, plane) for plane in planes]
    order = sorted(range(len(flat)), key=lambda i: ring_error(frame, flat[i]))
    bent = [_from_warp(frame, evidence, planes[i]) for i in order[:2]]
    return [flat[i] for i in order[:5]] + bent


def ring_error(frame: Frame, candidate: Candidate) -> float:
    """Average the error of a candidate over the pixels next to the hole."""
    ring = grown(frame.hole, _WITHHELD_PX) & frame.known
    return float(np.minimum(candidate.error[ring], 40.0).mean()) if ring.any() else 255.0


def grown(region: Bits, by_px: int) -> Bits:
    """Grow a region by a radius."""
    return np.asarray(cv2.distanceTransform((~region).astype(np.uint8), cv2.DIST_L2, 5) <= by_px)


def dense_planes(frame: Frame, evidence: Evidence) -> list[Matrix]:
    """Fit homographies to trusted dense correspondence near the hole."""
    distance = cv2.distanceTransform((~frame.hole).astype(np.uint8), cv2.DIST_L2, 5)
    reach = max(48.0, _NEAR * float(np.sqrt(frame.hole.sum())))
    chosen = np.flatnonzero((evidence.trust > 0.4) & (distance < reach) & _textured(frame))
    if len(chosen) < 50:
        return []
    draw = np.random.default_rng(0).choice(chosen, min(_SAMPLES, len(chosen)), replace=False)
    here = positions(frame.hole.shape).reshape(-1, 2)[draw]
    matches = Matches(here, evidence.where.reshape(-1, 2)[draw])
    fewest = max(40, len(draw) // 25)
    return [plane.matrix for plane in find_planes(matches, _DENSE_THRESHOLD_PX) if plane.support >= fewest]


def _textured(frame: Frame) -> Bits:
    gray = np.ascontiguousarray(frame.target.mean(axis=2), np.float32)
    return np.asarray(cv2.cornerMinEigenVal(gray, 7, ksize=3), np.float32) > 0.5


def _from_plane(frame: Frame, evidence: Evidence, plane: Matrix) -> Candidate:
    where = map_by_plane(plane, positions(frame.hole.shape))
    return Candidate(
        name="plane", where=where, valid=inside(where, frame.reference), error=look_error(frame, where, evidence.tone)
    )


def _from_warp(frame: Frame, evidence: Evidence, plane: Matrix) -> Candidate:
    """Bend a plane; its error is measured with a wider hole, so that it cannot fit the pixels it is judged on."""
    wider = grown(frame.hole, _WITHHELD_PX)
    blind = extend_flow(frame, evidence, plane, wider)
    where = extend_flow(frame, evidence, plane, frame.hole)
    return Candidate(
        name="warp", where=where, valid=inside(where, frame.reference), error=look_error(frame, blind, evidence.tone)
    )
