"""Whether photo and reference show one scene, and the matches and planes that say so."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from runner.engines.reference_inpaint.features import Features, Matches, match_along_lines, match_features
from runner.engines.reference_inpaint.planes import Plane, find_planes, fit_epipolar, project

Bits: TypeAlias = NDArray[np.bool_]
"""One truth value per match."""

_THRESHOLD_PX = 3.0
_LINE_PX = 2.0
_FEWEST = 16
_LEAST_SHARE = 0.12
_NEIGHBORS = 9
_STRAY = 0.35
_NEAR_PX = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """What the matches agree on.

    Attributes:
        tried: How many first matches there were.
        explained: How many of them lie on a plane.
        planes: Homographies from photo to reference pixels, strongest first; empty where the matches are chance.
        matches: All matches that fit the scene, whatever their plane.
    """

    tried: int
    explained: int
    planes: tuple[Plane, ...]
    matches: Matches


def find_geometry(target: Features, reference: Features) -> Geometry:
    """Find the planes that matches agree on, then look again along the epipolar lines for more matches.

    Between photos of different scenes some ten of a hundred and fifty matches fall on one homography by chance.
    """
    first = match_features(target, reference)
    planes = find_planes(first, _THRESHOLD_PX)
    explained = sum(plane.support for plane in planes)
    if explained < max(_FEWEST, _LEAST_SHARE * len(first)):
        return Geometry(
            tried=len(first), explained=explained, planes=(), matches=first.only(np.zeros(len(first), bool))
        )
    more = _look_again(target, reference, first, planes)
    return Geometry(
        tried=len(first),
        explained=explained,
        planes=tuple(find_planes(more, _THRESHOLD_PX)) or tuple(planes),
        matches=more,
    )


def _look_again(target: Features, reference: Features, first: Matches, planes: list[Plane]) -> Matches:
    fitted = fit_epipolar(first, _LINE_PX)
    on_plane = np.any([_fits(plane, first) for plane in planes], axis=0)
    if fitted is None or fitted[1].sum() < on_plane.sum() * 0.8:
        return first.only(on_plane)
    guided = match_along_lines(target, reference, fitted[0], 1.5 * _LINE_PX)
    kept = first.only(on_plane)
    both = Matches(np.concatenate([kept.target, guided.target]), np.concatenate([kept.reference, guided.reference]))
    _, unique = np.unique(np.hstack([both.target, both.reference]).round(2), axis=0, return_index=True)
    chosen = np.zeros(len(both), bool)
    chosen[unique] = True
    both = both.only(chosen)
    return both.only(_agrees_with_neighbors(both, planes[0]))


def _fits(plane: Plane, matches: Matches) -> Bits:
    errors = np.linalg.norm(project(plane.matrix, matches.target) - matches.reference, axis=1)
    return np.asarray(errors < 2 * _THRESHOLD_PX)


def _agrees_with_neighbors(matches: Matches, plane: Plane) -> Bits:
    """Keep matches that move like some neighbors: gaps change against the plane by a third of their length at most."""
    count = min(_NEIGHBORS, len(matches))
    _, neighbor = cKDTree(matches.target).query(matches.target, k=count)
    on_plane = project(plane.matrix, matches.target)
    gap = np.linalg.norm(on_plane[neighbor] - on_plane[:, None], axis=2)
    leftover = matches.reference - on_plane
    change = np.linalg.norm(leftover[neighbor] - leftover[:, None], axis=2)
    return np.asarray((change[:, 1:] < _NEAR_PX + _STRAY * gap[:, 1:]).sum(axis=1) >= min(3, count - 1))
