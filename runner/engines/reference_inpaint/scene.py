"""Fill a hole from a reference that shows the same scene."""

from dataclasses import dataclass

import numpy as np

from runner.core.digest import Json
from runner.engines.reference_inpaint.blend import join, mix_views, soft_share
from runner.engines.reference_inpaint.candidates import Candidate, propose, ring_error
from runner.engines.reference_inpaint.choice import Labels, choose
from runner.engines.reference_inpaint.credibility import credible_part
from runner.engines.reference_inpaint.evidence import gather_evidence, local_contrast
from runner.engines.reference_inpaint.features import Matches
from runner.engines.reference_inpaint.frame import Bits, Frame, Rgb, box_around
from runner.engines.reference_inpaint.planes import Matrix
from runner.engines.reference_inpaint.start import map_from_matches
from runner.engines.reference_inpaint.tone import Tone
from runner.engines.reference_inpaint.warps import inside, map_by_plane, positions, sample, sample_linear

_AROUND_PX = 48
_BASES = 3
_SEAM_PX = 1.0
_SLIVER = 0.003


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneChoice:
    """What fills the hole, decided at the working scale.

    Attributes:
        spot: The part of the frame that the choice is about: the hole and a little around it.
        candidates: The proposals.
        labels: Which of them each pixel takes.
        credible: The part of the hole where the choice does not contradict the photo.
        tone: What brings the reference's colors to the photo's.
        error: The least average error of a proposal around the hole, in sRGB values.
    """

    spot: tuple[slice, slice]
    candidates: list[Candidate]
    labels: Labels
    credible: Bits
    tone: Tone
    error: float


@dataclass(frozen=True, slots=True)
class SceneFill:
    """The hole as the reference shows it.

    Attributes:
        pixels: The fine frame's target with the shown part of the hole filled.
        covered: The part of the hole that the reference shows and that fits.
    """

    pixels: Rgb
    covered: Bits


def choose_from_scene(frame: Frame, planes: list[Matrix], matches: Matches) -> SceneChoice:
    """Propose warps from several planes and decide between them pixel by pixel.

    Args:
        frame: The hole's surroundings and the reference.
        planes: Homographies in the frame's pixels, strongest first, at least one.
        matches: In the frame's pixels.
    """
    here = positions(frame.hole.shape)
    starts = [map_from_matches(matches, planes[0], frame.hole.shape)]
    starts += [map_by_plane(plane, here) for plane in planes[:_BASES]]
    evidence = gather_evidence(frame, starts)
    spot = box_around(frame.hole, _AROUND_PX)
    candidates = propose(frame, spot, evidence, planes, matches)
    core = frame.cut(spot)
    labels = choose(core, candidates, evidence.tone)
    return SceneChoice(
        spot=spot,
        candidates=candidates,
        labels=labels,
        credible=credible_part(core, candidates, labels, local_contrast(core)),
        tone=evidence.tone,
        error=min(ring_error(core, candidate) for candidate in candidates),
    )


def render_scene(coarse: Frame, choice: SceneChoice, fine: Frame) -> SceneFill:
    """Paint the choice in full size and join it to the photo."""
    core = coarse.cut(choice.spot)
    here = _carry(positions(fine.hole.shape), core.to_target @ np.linalg.inv(fine.to_target))
    fine_from_coarse = fine.to_reference @ np.linalg.inv(core.to_reference)
    views, shares, shown = [], [], np.zeros(fine.hole.shape, np.float32)
    for number in np.unique(choice.labels[core.hole]):
        where = _carry(sample_linear(choice.candidates[number].where, here), fine_from_coarse)
        chosen = sample_linear((choice.labels == number).astype(np.float32), here)
        views.append(choice.tone.apply(sample(fine.reference, where)))
        shares.append(soft_share(chosen, _SEAM_PX))
        shown += shares[-1] * inside(where, fine.reference)
    credible = sample_linear((choice.credible | ~core.hole).astype(np.float32), here) > 0.5
    covered = fine.hole & (shown > 0.5) & credible
    joined = join(fine.target, fine.known, mix_views(views, shares), covered)
    pixels = np.where(covered[..., None], joined, fine.target).astype(np.float32)
    return SceneFill(pixels, covered)


def _carry(points: Rgb, scaling: Matrix) -> Rgb:
    factors, shift = np.diag(scaling)[:2], scaling[:2, 2]
    return np.asarray(points * factors + shift, np.float32)


def describe_choice(frame: Frame, choice: SceneChoice, fill: SceneFill, hole_px: int) -> dict[str, Json]:
    """Say what was chosen and how sure it is."""
    hole = frame.hole[choice.spot]
    used = np.bincount(choice.labels[hole], minlength=len(choice.candidates)) / max(1, int(hole.sum()))
    counted = [c.name for c, share in zip(choice.candidates, used, strict=True) if share > _SLIVER]
    covered = float(fill.covered.sum()) / max(1, hole_px)
    return {
        "mode": "same-scene",
        "covered_share": round(covered, 3),
        "planes": counted.count("plane"),
        "warps": counted.count("warp"),
        "border_error": round(choice.error, 2),
        "confidence": round(covered * float(np.exp(-choice.error / 30.0)), 3),
    }
