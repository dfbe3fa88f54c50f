"""Fill a hole from patches, coarse to fine."""

from dataclasses import dataclass, replace

import numpy as np

from runner.engines.reference_inpaint.familiarity import price_strange
from runner.engines.reference_inpaint.frame import Bits, Rgb
from runner.engines.reference_inpaint.kernels import RADIUS_PX, Terms
from runner.engines.reference_inpaint.montage import lay_out
from runner.engines.reference_inpaint.patches import Search, carry_places, paint, refine, start_search
from runner.engines.reference_inpaint.pyramid import Level, Swatch, build_levels
from runner.engines.reference_inpaint.smooth import pull_push

_INWARD = 1.25
_GAP = 0.04
_NEAR = 50.0
_TURN_PRICE = 300.0
_SHIFT_PRICE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Freedom:
    """How far the fill may depart from an exact copy of its sources.

    Attributes:
        turn: The tangent of the largest rotation of a patch.
        size: Its largest scaling, up and (inverse) down.
        shift: Its largest shift of color, in sRGB values.
        anchor: How strongly the colors around the hole are expected in it too, 0 to 1.
    """

    turn: float
    size: float
    shift: float
    anchor: float


NATURAL = Freedom(turn=0.3, size=1.3, shift=12.0, anchor=0.5)
"""For scenes: perspective and light change from place to place."""

TEXTURE = Freedom(turn=0.3, size=1.3, shift=0.0, anchor=0.0)
"""For textures: what counts is their own pattern, and shifted colors would wash it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    turns: int
    span_px: float
    wobble: float
    sharpness: float


_COARSEST = _Stage(turns=3, span_px=20.0, wobble=0.2, sharpness=1.7)
_BETWEEN = _Stage(turns=3, span_px=12.0, wobble=0.08, sharpness=1.7)
_FINEST = _Stage(turns=2, span_px=8.0, wobble=0.03, sharpness=3.0)


def complete(image: Rgb, hole: Bits, known: Bits, swatches: list[Swatch], freedom: Freedom) -> Rgb:
    """Fill a hole so that each patch in it looks like some patch of the sources.

    At the coarsest scale the hole is laid out from a few large pieces, so that lines and structures that cross its
    border go on; from there patches are searched and painted in turn.

    Args:
        image: What surrounds the hole.
        hole: What to fill.
        known: What of the picture the fill must fit to; not the hole, nor anything else unknown.
        swatches: The sources; the first may be the picture itself.
        freedom: How far the fill may depart from a copy.

    Returns:
        The picture with the hole filled. Without a single usable source patch the hole is spread from its border.

    References:
        Wexler, Shechtman and Irani, "Space-Time Completion of Video", PAMI 2007.
        Newson et al., "Non-Local Patch-Based Image Inpainting", IPOL 2017 (roughness as a feature).
        Darabi et al., "Image Melding", SIGGRAPH 2012 (turned, scaled and shifted patches).
    """
    guess = np.where(hole[..., None], pull_push(image, known.astype(np.float32)), image).astype(np.float32)
    levels = build_levels(guess, hole, known, swatches)
    search = _start(levels[0], freedom)
    if search is None:
        return guess
    for level in levels[1:]:
        search = _descend(search, level, freedom, _FINEST if level is levels[-1] else _BETWEEN)
    rows, columns = hole.shape
    filled = search.canvas.image[RADIUS_PX : RADIUS_PX + rows, RADIUS_PX : RADIUS_PX + columns, :3]
    return np.where(hole[..., None], filled, image).astype(np.float32)


def _start(coarsest: Level, freedom: Freedom) -> Search | None:
    """Lay the coarsest level out; None where the sources have nothing that fits."""
    search = start_search(replace(coarsest, price=price_strange(coarsest)), _INWARD)
    terms = _terms(coarsest, freedom)
    if not lay_out(search, terms._replace(gap=_GAP * float(coarsest.hole.sum())), freedom.anchor):
        return None
    _repaint(search, terms, _COARSEST)
    return search


def _descend(coarse: Search, level: Level, freedom: Freedom, stage: _Stage) -> Search:
    search = start_search(level, _INWARD)
    carry_places(search, coarse)
    _repaint(search, _terms(level, freedom), stage)
    return search


def _terms(level: Level, freedom: Freedom) -> Terms:
    return Terms(
        most_turn=freedom.turn,
        most_size=freedom.size,
        turn_price=_TURN_PRICE,
        most_shift=freedom.shift,
        shift_price=_SHIFT_PRICE,
        near_price=_NEAR / max(1.0, float(level.hole.sum())),
        gap=0.0,
        near_rows=level.near_rows,
    )


def _repaint(search: Search, terms: Terms, stage: _Stage) -> None:
    """Paint from the partners at hand, then search and paint in turn."""
    refine(search, terms, passes=0, span_px=0.0, wobble=0.0)
    paint(search, terms, search.hole, stage.sharpness)
    for _ in range(stage.turns):
        refine(search, terms, passes=2, span_px=stage.span_px, wobble=stage.wobble)
        paint(search, terms, search.hole, stage.sharpness)
