"""Planes of a rigid scene: where the epipolar geometry is known three numbers describe one, not eight."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from runner.engines.reference_inpaint.features import Matches, Points
from runner.engines.reference_inpaint.planes import Matrix, fit_epipolar, project

Numbers = NDArray[np.float64]
"""One number, or one row of numbers, per match."""

_LINE_PX = 1.5
_LEAST_SHARE = 0.7
_NEIGHBORS = 24
_DRAWS = 800
_MOST_PLANES = 8
_FEWEST = 8
_LEAST_TRIANGLE = 30.0
_TURNS = 5


@dataclass(frozen=True, slots=True)
class Epipolar:
    """How a rigid scene maps: a photo pixel x whose content has the parallax b lands on ``base`` x + b ``pole``.

    Over a plane of the scene the parallax is a linear function of the photo's pixels.

    Attributes:
        base: The homography of one plane of the scene, on which the parallax is 0.
        pole: The epipole in the reference, homogeneous, unit length.
    """

    base: Matrix
    pole: Numbers

    def plane(self, slope: Numbers) -> Matrix:
        """Give the homography of the plane on which the parallax is ``slope`` · (x, y, 1)."""
        return np.asarray(self.base + np.outer(self.pole, slope), np.float64)

    def parallax(self, matches: Matches) -> Numbers:
        """Measure the parallax of matches, the least squares solution on their epipolar lines."""
        there = _homogeneous(matches.reference)
        along = np.cross(there, self.pole)
        off = np.cross(there, _homogeneous(matches.target) @ self.base.T)
        return np.asarray(-(along * off).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-18), np.float64)

    def pace(self, matches: Matches, parallax: Numbers) -> Numbers:
        """Say how many reference pixels one unit of parallax moves each match."""
        landed = _homogeneous(matches.target) @ self.base.T + parallax[:, None] * self.pole
        depth = np.where(np.abs(landed[:, 2]) < 1e-9, 1e-9, landed[:, 2])
        step = self.pole[:2] - landed[:, :2] / depth[:, None] * self.pole[2]
        return np.asarray(np.linalg.norm(step, axis=1) / np.abs(depth), np.float64)


def find_epipolar(matches: Matches, plane: Matrix) -> Epipolar | None:
    """Find the geometry of a rigid scene of which one plane is known; None where the matches do not share one.

    References:
        Hartley and Zisserman, "Multiple View Geometry", second edition, chapter 13 (planes and parallax).
    """
    fitted = fit_epipolar(matches, _LINE_PX)
    if fitted is None or fitted[1].mean() < _LEAST_SHARE:
        return None
    pole = np.linalg.svd(fitted[0].T)[2][-1]
    cross = np.array([[0, -pole[2], pole[1]], [pole[2], 0, -pole[0]], [-pole[1], pole[0], 0]])
    base = cross @ fitted[0]
    bare = Epipolar(base / np.linalg.norm(base), pole)
    on_plane = Matches(matches.target, project(plane, matches.target))
    slope = np.linalg.lstsq(_homogeneous(matches.target), bare.parallax(on_plane), rcond=None)[0]
    return Epipolar(bare.plane(np.asarray(slope, np.float64)), pole)


def find_scene_planes(epipolar: Epipolar, matches: Matches, threshold_px: float) -> list[Matrix]:
    """Find planes one after another, each proposed by three matches near each other; most new matches first."""
    parallax = epipolar.parallax(matches)
    pace = epipolar.pace(matches, parallax)
    here = _homogeneous(matches.target)
    slopes = _draw_slopes(matches.target, here, parallax)
    scores = _agreement(here @ slopes.T, parallax, pace, threshold_px)
    found: list[Matrix] = []
    left = np.ones(len(here))
    while len(slopes) and len(found) < _MOST_PLANES:
        gains = left @ scores
        best = int(gains.argmax())
        if gains[best] < _FEWEST:
            break
        slope = _refine(slopes[best], here, parallax, pace, threshold_px)
        found.append(epipolar.plane(slope))
        left *= 1.0 - scores[:, best]
        left *= 1.0 - _agreement((here @ slope)[:, None], parallax, pace, 2.0 * threshold_px)[:, 0]
    return found


def _agreement(
    expected: NDArray[np.float64], parallax: Numbers, pace: Numbers, threshold_px: float
) -> NDArray[np.float64]:
    """Score, from 0 to 1, how well each match fits each plane; shape (matches, planes)."""
    gaps_px = (expected - parallax[:, None]) * pace[:, None]
    return np.asarray(np.maximum(0.0, 1.0 - (gaps_px / threshold_px) ** 2), np.float64)


def _draw_slopes(points: Points, here: Numbers, parallax: Numbers) -> Numbers:
    """Lay planes through three matches of one neighborhood: small things have few matches, and near each other."""
    rng = np.random.default_rng(0)
    count = min(_NEIGHBORS, len(points))
    if count < _FEWEST:
        return np.zeros((0, 3))
    _, near = cKDTree(points).query(points[rng.integers(len(points), size=_DRAWS)], k=count)
    picks = rng.permuted(np.tile(np.arange(count), (_DRAWS, 1)), axis=1)[:, :3]
    triples = np.take_along_axis(near, picks, axis=1)
    triples = triples[np.abs(np.linalg.det(here[triples])) > _LEAST_TRIANGLE]
    return np.asarray(np.linalg.solve(here[triples], parallax[triples][..., None])[..., 0], np.float64)


def _refine(slope: Numbers, here: Numbers, parallax: Numbers, pace: Numbers, threshold_px: float) -> Numbers:
    for _ in range(_TURNS):
        near = np.abs(here @ slope - parallax) * pace < 1.5 * threshold_px
        if np.count_nonzero(near) < _FEWEST:
            break
        share = pace * near
        slope = np.asarray(np.linalg.lstsq(here * share[:, None], parallax * share, rcond=None)[0], np.float64)
    return slope


def _homogeneous(points: Points) -> Numbers:
    return np.column_stack([points, np.ones(len(points))]).astype(np.float64)
