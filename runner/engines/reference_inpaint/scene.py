"""Fill a hole from a reference that shows the same scene."""

from dataclasses import dataclass

import numpy as np

from runner.core.digest import Json
from runner.engines.reference_inpaint.blend import join, mix_views
from runner.engines.reference_inpaint.candidates import Candidate, propose, ring_error
from runner.engines.reference_inpaint.choice import Labels, choose
from runner.engines.reference_inpaint.completion import Swatch, complete
from runner.engines.reference_inpaint.evidence import Evidence, gather_evidence
from runner.engines.reference_inpaint.frame import Bits, Frame, Rgb
from runner.engines.reference_inpaint.planes import Matrix
from runner.engines.reference_inpaint.warps import sample

_BASES = 4
_SEAM_PX = 1.0
_SLIVER = 0.003


@dataclass(frozen=True, slots=True)
class Filling:
    """A filled window.

    Attributes:
        pixels: The window, shape (rows, columns, 3), float32 in [0, 255]; only the hole was changed.
        details: What was chosen and how sure it is.
    """

    pixels: Rgb
    details: dict[str, Json]


def fill_from_scene(frame: Frame, planes: list[Matrix]) -> Filling:
    """Warp the reference into the hole from several planes and local warps, and complete what it does not show.

    Args:
        planes: Homographies in the frame's pixels, strongest first, at least one.
    """
    evidence = gather_evidence(frame, planes[:_BASES])
    candidates = propose(frame, evidence, planes)
    views = [evidence.tone.apply(sample(frame.reference, candidate.where)) for candidate in candidates]
    labels = choose(frame, candidates, views)
    shown = np.take_along_axis(np.stack([candidate.valid for candidate in candidates]), labels[None], axis=0)[0]
    covered = frame.hole & shown
    pixels = _compose(frame, evidence, views, labels, covered)
    return Filling(np.clip(pixels, 0, 255), _describe(frame, candidates, labels, covered))


def _compose(frame: Frame, evidence: Evidence, views: list[Rgb], labels: Labels, covered: Bits) -> Rgb:
    mixed = mix_views(views, labels, _SEAM_PX)
    joined = join(frame.target, frame.known, mixed, covered)
    pixels = np.where(covered[..., None], joined, frame.target).astype(np.float32)
    missing = frame.hole & ~covered
    if not missing.any():
        return pixels
    known = frame.known | covered
    whole = evidence.tone.apply(frame.reference)
    swatches = [Swatch(pixels, known), Swatch(whole, np.ones(whole.shape[:2], bool))]
    return complete(pixels, ~known, swatches)


def _describe(frame: Frame, candidates: list[Candidate], labels: Labels, covered: Bits) -> dict[str, Json]:
    hole_px = max(1, int(frame.hole.sum()))
    used = np.bincount(labels[frame.hole], minlength=len(candidates))
    best = min(ring_error(frame, candidate) for candidate in candidates)
    return {
        "mode": "same-scene",
        "covered_share": round(float(covered.sum()) / hole_px, 3),
        "planes": int(sum(used[i] > _SLIVER * hole_px for i, c in enumerate(candidates) if c.name == "plane")),
        "warps": int(sum(used[i] > _SLIVER * hole_px for i, c in enumerate(candidates) if c.name == "warp")),
        "border_error": round(best, 2),
        "confidence": round(float(np.exp(-best / 25.0)) * float(covered.sum()) / hole_px, 3),
    }

