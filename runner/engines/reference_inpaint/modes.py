"""Which way of filling a hole the evidence asks for."""

import numpy as np

from runner.engines.base import Rgb8
from runner.engines.reference_inpaint.completion import Swatch, complete
from runner.engines.reference_inpaint.filling import Filling
from runner.engines.reference_inpaint.frame import (
    Bits,
    Frame,
    Rgb,
    Window,
    build_frame,
    tight_window,
    window_around,
    working_scale,
)
from runner.engines.reference_inpaint.geometry import Geometry
from runner.engines.reference_inpaint.placement import place_subject
from runner.engines.reference_inpaint.planes import stretch_at
from runner.engines.reference_inpaint.scene import choose_from_scene, describe_choice, render_scene
from runner.engines.reference_inpaint.subject import find_subject
from runner.engines.reference_inpaint.texture import continues_around, is_texture

_LEAST_COVERED = 0.1


def fill_with_geometry(photo: Rgb8, hole: Bits, known: Bits, reference: Rgb8, geometry: Geometry) -> Filling:
    """Fill from a reference of the same scene; where it shows next to nothing of the hole, fill as without."""
    window = window_around(hole)
    scale = working_scale(window)
    center = np.argwhere(hole).mean(axis=0)[::-1]
    stretch = stretch_at(geometry.planes[0].matrix, center)
    coarse = build_frame(
        photo, hole, known, reference, window=window, scale=scale, reference_scale=min(1.0, scale / stretch)
    )
    planes = [coarse.carry(plane.matrix) for plane in geometry.planes]
    choice = choose_from_scene(coarse, planes, coarse.carry_matches(geometry.matches))
    tight = tight_window(hole)
    fine = build_frame(photo, hole, known, reference, window=tight, scale=1.0, reference_scale=min(1.0, 1 / stretch))
    fill = render_scene(coarse, choice, fine)
    if fill.covered.sum() < _LEAST_COVERED * fine.hole.sum():
        return fill_without_geometry(photo, hole, known, reference, shares_scene=True)
    details = describe_choice(coarse, choice, fill, int(fine.hole.sum()))
    missing = fine.hole & ~fill.covered
    if not missing.any():
        return Filling(fill.pixels, tight, details)
    wide = _with_fill(photo, known, window, tight, fill.pixels, fill.covered)
    whole = choice.tone.apply(fine.reference)
    swatches = [wide, Swatch(whole, np.ones(whole.shape[:2], bool))]
    done = complete(wide.pixels, ~wide.usable, swatches)
    return Filling(done, window, details)


def _with_fill(photo: Rgb8, known: Bits, window: Window, tight: Window, pixels: Rgb, covered: Bits) -> Swatch:
    """Lay what is filled already into the wider window."""
    whole, usable = photo[window.slices].astype(np.float32), known[window.slices].copy()
    inner = tight.within(window)
    whole[inner] = np.where(covered[..., None], pixels, whole[inner])
    usable[inner] |= covered
    return Swatch(whole, usable)


def fill_without_geometry(
    photo: Rgb8, hole: Bits, known: Bits, reference: Rgb8, *, shares_scene: bool
) -> Filling:
    """Fill from an object, a texture or, where the reference offers neither, from the surroundings.

    Args:
        shares_scene: Whether the reference shows another part of the same scene; then its patches may serve.
    """
    window = window_around(hole)
    frame = build_frame(photo, hole, known, reference, window=window, scale=1.0, reference_scale=1.0)
    if is_texture(reference):
        return _fill_with_texture(frame, window, reference)
    around = Swatch(frame.target, frame.known)
    whole = Swatch(frame.reference, np.ones(frame.reference.shape[:2], bool))
    pixels = complete(frame.target, ~frame.known, [around, whole] if shares_scene else [around])
    subject = find_subject(reference)
    if subject is None:
        return Filling(pixels, window, {"mode": "surroundings", "confidence": 0.2 if shares_scene else 0.1})
    placed = place_subject(pixels, frame.hole, frame.known, subject)
    return Filling(placed, window, {"mode": "object", "confidence": round(subject.confidence, 3)})


def _fill_with_texture(frame: Frame, window: Window, reference: Rgb8) -> Filling:
    """Lay the reference's texture; where the surroundings are the same texture they serve as well."""
    whole = Swatch(frame.reference, np.ones(frame.reference.shape[:2], bool))
    same = continues_around(frame, reference)
    swatches = [whole, Swatch(frame.target, frame.known)] if same else [whole]
    pixels = complete(frame.target, ~frame.known, swatches)
    confidence = 0.5 if same else 0.35
    return Filling(pixels, window, {"mode": "texture", "confidence": confidence, "continues_around": same})
