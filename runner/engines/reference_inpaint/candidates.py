"""Proposals for where the content of the hole lies in the reference."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from runner.engines.reference_inpaint.epipolar import find_epipolar, find_scene_planes
from runner.engines.reference_inpaint.evidence import Evidence, doubt, look_error
from runner.engines.reference_inpaint.extension import extend_flow
from runner.engines.reference_inpaint.features import Matches
from runner.engines.reference_inpaint.frame import Bits, Frame
from runner.engines.reference_inpaint.planes import Matrix, find_planes
from runner.engines.reference_inpaint.selection import select_planes
from runner.engines.reference_inpaint.warps import Map, inside, map_by_plane, positions

_WITHHELD_PX = 14
_DEEP_SHARE = 0.5
_DEEPEST_PX = 60.0
_BENT = 2
_NEAR = 0.6
_SAMPLES = 3000
_DENSE_THRESHOLD_PX = 1.2
_SPARSE_THRESHOLD_PX = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One proposal.

    Everything is measured by cross-validation: what bends to the photo was not shown the pixels that it is judged on.

    Attributes:
        name: What it is, for the details: ``plane`` or ``warp``.
        where: Where each pixel lies in the reference.
        valid: Where the reference shows it.
        error: How different it looks around the hole, in sRGB values, when the pixels next to the hole were withheld.
        doubt: The same against the contrast there, 0 to 3.
        deep_doubt: The same when as much was withheld as it takes to get deep into the hole.
    """

    name: str
    where: Map
    valid: Bits
    error: NDArray[np.float32]
    doubt: NDArray[np.float32]
    deep_doubt: NDArray[np.float32]


def propose(
    frame: Frame, spot: tuple[slice, slice], evidence: Evidence, sparse: list[Matrix], matches: Matches
) -> list[Candidate]:
    """Offer planes of the matches and of the dense correspondence, and the most telling of them bent locally.

    Args:
        frame: The hole's surroundings.
        spot: The part of the frame for which proposals are wanted.
        evidence: The dense correspondence.
        sparse: Planes of the matches, strongest first, at least one.
        matches: What they were found on.
    """
    trusted = _trusted(frame, evidence)
    pool = [*dense_planes(frame, evidence, trusted), *sparse, *_rigid_planes(evidence, trusted, sparse, matches)]
    planes = select_planes(frame, evidence.tone, pool)
    flat = [_from_plane(frame.cut(spot), plane, evidence) for plane in _moved(planes, spot)]
    return flat + [_from_warp(frame, spot, evidence, plane) for plane in planes[:_BENT]]


def ring_error(frame: Frame, candidate: Candidate) -> float:
    """Average the error of a candidate over the pixels next to the hole."""
    ring = grown(frame.hole, _WITHHELD_PX) & frame.known
    return float(np.minimum(candidate.error[ring], 40.0).mean()) if ring.any() else 255.0


def grown(region: Bits, by_px: float) -> Bits:
    """Grow a region by a radius."""
    return np.asarray(cv2.distanceTransform((~region).astype(np.uint8), cv2.DIST_L2, 5) <= by_px)


def deep_px(hole: Bits) -> float:
    """Say how far from the photo the middle of a hole typically is, 20 to 60 px."""
    depth = float(cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 5).max())
    return float(np.clip(_DEEP_SHARE * min(depth, 1e6), 20.0, _DEEPEST_PX))


def dense_planes(frame: Frame, evidence: Evidence, trusted: Bits) -> list[Matrix]:
    """Fit homographies to trusted dense correspondence near the hole."""
    reach = max(48.0, _NEAR * float(np.sqrt(frame.hole.sum())))
    matches = _drawn(evidence, trusted & grown(frame.hole, reach))
    if len(matches) < 50:
        return []
    fewest = max(40, len(matches) // 25)
    return [plane.matrix for plane in find_planes(matches, _DENSE_THRESHOLD_PX) if plane.support >= fewest]


def _rigid_planes(evidence: Evidence, trusted: Bits, sparse: list[Matrix], matches: Matches) -> list[Matrix]:
    """Where the scene is rigid, find smaller planes than eight free numbers allow."""
    epipolar = find_epipolar(matches, sparse[0])
    if epipolar is None:
        return []
    dense = _drawn(evidence, trusted)
    return [
        *find_scene_planes(epipolar, dense, _DENSE_THRESHOLD_PX),
        *find_scene_planes(epipolar, matches, _SPARSE_THRESHOLD_PX),
    ]


def _trusted(frame: Frame, evidence: Evidence) -> Bits:
    gray = np.ascontiguousarray(frame.target.mean(axis=2), np.float32)
    textured = np.asarray(cv2.cornerMinEigenVal(gray, 7, ksize=3), np.float32) > 0.5
    return np.asarray((evidence.trust > 0.4) & textured)


def _drawn(evidence: Evidence, chosen: Bits) -> Matches:
    index = np.flatnonzero(chosen)
    draw = np.random.default_rng(0).choice(index, min(_SAMPLES, len(index)), replace=False)
    here = positions(chosen.shape).reshape(-1, 2)[draw]
    return Matches(here, evidence.where.reshape(-1, 2)[draw])


def _moved(planes: list[Matrix], spot: tuple[slice, slice]) -> list[Matrix]:
    rows, columns = spot
    shift = np.array([[1, 0, columns.start], [0, 1, rows.start], [0, 0, 1.0]])
    return [np.asarray(plane @ shift, np.float64) for plane in planes]


def _from_plane(frame: Frame, plane: Matrix, evidence: Evidence) -> Candidate:
    where = map_by_plane(plane, positions(frame.hole.shape))
    doubtful = doubt(frame, where, evidence.tone)
    return Candidate(
        name="plane",
        where=where,
        valid=inside(where, frame.reference),
        error=look_error(frame, where, evidence.tone),
        doubt=doubtful,
        deep_doubt=doubtful,
    )


def _from_warp(frame: Frame, spot: tuple[slice, slice], evidence: Evidence, plane: Matrix) -> Candidate:
    """Bend a plane; it is judged with wider holes, so that it cannot fit the pixels that it is judged on."""
    withheld = (0.0, float(_WITHHELD_PX), deep_px(frame.hole))
    here = frame.cut(spot)
    where, blind, deep = (extend_flow(frame, evidence, plane, grown(frame.hole, px))[spot] for px in withheld)
    return Candidate(
        name="warp",
        where=where,
        valid=inside(where, frame.reference),
        error=look_error(here, blind, evidence.tone),
        doubt=doubt(here, blind, evidence.tone),
        deep_doubt=doubt(here, deep, evidence.tone),
    )
