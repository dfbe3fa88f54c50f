"""Find the irises of a face: outline, light on them, and what can be told about each."""

from dataclasses import dataclass, replace

import numpy as np

from runner.engines.base import Rgb8
from runner.engines.eye_color.evidence import Evidence, find_evidence
from runner.engines.eye_color.eye import Eye, eyes_of, patch_grid, sample_patch
from runner.engines.eye_color.face import Face
from runner.engines.eye_color.lids import refine_lids
from runner.engines.eye_color.limbus import Guess, find_limbus
from runner.engines.eye_color.oklab import linear_from_srgb, oklab_from_linear
from runner.engines.eye_color.pupil import find_pupil, radial_profile
from runner.engines.eye_color.types import Floats, Lids, Limbus, Outline


@dataclass(frozen=True, slots=True, kw_only=True)
class White:
    """The white of the eye in OKLab: its brighter half's medians."""

    light: float
    a: float
    b: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found of one eye.

    Attributes:
        white: None where no white of the eye is seen.
        is_whole: Whether the photo's edge does not cut the eye off.
    """

    eye: Eye
    outline: Outline
    white: White | None
    evidence: Evidence
    is_whole: bool

    @property
    def radius_px(self) -> float:
        return self.outline.limbus.radius * self.eye.frame.unit_px

    @property
    def openness(self) -> float:
        """How far the lids are apart at the middle of the iris, over its diameter."""
        limbus, lids = self.outline.limbus, self.outline.lids
        x = np.array([limbus.x], np.float32)
        upper, lower = np.interp(x, lids.columns, lids.upper)[0], np.interp(x, lids.columns, lids.lower)[0]
        top, bottom = max(upper, limbus.y - limbus.radius), min(lower, limbus.y + limbus.radius)
        return float(max(bottom - top, 0.0) / (2 * limbus.radius))


@dataclass(frozen=True, slots=True)
class _Search:
    eye: Eye
    patch: Floats
    limbus: Limbus
    lids: Lids


def find_irises(photo: Rgb8, face: Face) -> list[Found]:
    """Find both irises of a face, the person's right one first; whether they can be used is judged elsewhere."""
    searches = [_search(photo, eye) for eye in eyes_of(face)]
    paired = [_again(search, _agreed(search, other)) for search, other in (searches, searches[::-1])]
    pupil = find_pupil([radial_profile(s.patch, s.lids, s.limbus) for s in paired])
    return [
        Found(
            eye=search.eye,
            outline=Outline(limbus=search.limbus, lids=search.lids, pupil=pupil),
            white=_white(search),
            evidence=find_evidence(photo, search.eye, search.patch, search.lids, search.limbus),
            is_whole=_is_whole(photo, search),
        )
        for search in paired
    ]


def _is_whole(photo: Rgb8, search: _Search) -> bool:
    """Say whether the photo holds the iris and half a radius beside it; with less the network guesses."""
    limbus, frame = search.limbus, search.eye.frame
    rows, columns = photo.shape[:2]
    ends = [frame.to_photo(limbus.x + side * limbus.radius, limbus.y) for side in (-1.5, 1.5)]
    return all(0 <= x < int(columns) and 0 <= y < int(rows) for x, y in ends)


def _search(photo: Rgb8, eye: Eye) -> _Search:
    patch = sample_patch(photo, eye.frame)
    limbus = find_limbus(patch, eye.lids, Guess())
    return _Search(eye, patch, limbus, refine_lids(patch, eye.lids, limbus))


def _again(search: _Search, guess: Guess) -> _Search:
    """Search once more with the refined lids and the other eye's radius in mind."""
    limbus = find_limbus(search.patch, search.lids, guess)
    return replace(search, limbus=limbus, lids=refine_lids(search.patch, search.eye.lids, limbus))


def _agreed(search: _Search, other: _Search) -> Guess:
    """Expect radii (in pixels) that agree, the clearer border weighing more; irises of one person are alike."""
    own, its = _clarity(search.limbus), _clarity(other.limbus)
    ratio = other.eye.frame.unit_px / search.eye.frame.unit_px
    if not 0.8 < ratio < 1.25 or its < 0.3 * own:
        return Guess(radius=search.limbus.radius, radius_spread=0.04)
    radius = (own * search.limbus.radius + its * other.limbus.radius * ratio) / (own + its)
    return Guess(radius=radius, radius_spread=0.025)


def _clarity(limbus: Limbus) -> float:
    return max(limbus.contrast, 0.0) * limbus.support + 1e-3


def _white(search: _Search) -> White | None:
    x, y = patch_grid()
    limbus = search.limbus
    rho = np.hypot((x - limbus.x) / limbus.radius, (y - limbus.y) / limbus.radius)
    region = (search.lids.opening(x, y) > 0.1) & (rho > 1.15) & (rho < 2)
    if region.sum() < 40:
        return None
    lab = oklab_from_linear(linear_from_srgb(search.patch[region]))
    bright = lab[lab[:, 0] >= np.percentile(lab[:, 0], 60)]
    middle = np.median(bright, axis=0)
    return White(light=float(middle[0]), a=float(middle[1]), b=float(middle[2]))
