"""Which way of filling a hole the evidence asks for."""

import numpy as np

from runner.core.digest import Json
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
from runner.engines.reference_inpaint.subject import Subject, find_subject
from runner.engines.reference_inpaint.texture import is_texture

_LEAST_COVERED = 0.1
_SAME_SCENE_CONTRAST = 1.6
_OTHER_SCENE_CONTRAST = 2.1


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
        return fill_from_elsewhere(photo, hole, known, reference)
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


def fill_from_elsewhere(photo: Rgb8, hole: Bits, known: Bits, reference: Rgb8) -> Filling:
    """Fill from a reference of the same scene that does not show the hole: its subject, or its patches too."""
    frame, window = _wide_frame(photo, hole, known, reference)
    around, own = _swatches(frame)
    if is_texture(reference):
        return Filling(_completed(frame, [own, around]), window, {"mode": "texture", "confidence": 0.5})
    pixels = _completed(frame, [around, own])
    subject = find_subject(reference, _SAME_SCENE_CONTRAST)
    return _with_subject(frame, window, pixels, subject, {"mode": "surroundings", "confidence": 0.2})


def fill_without_geometry(photo: Rgb8, hole: Bits, known: Bits, reference: Rgb8) -> Filling:
    """Fill from an object, a texture or, where the reference offers neither, from the surroundings.

    A photo of another scene is no source of patches: it would put nonsense into the hole.
    """
    frame, window = _wide_frame(photo, hole, known, reference)
    around, own = _swatches(frame)
    if is_texture(reference):
        return Filling(_completed(frame, [own]), window, {"mode": "texture", "confidence": 0.4})
    pixels = _completed(frame, [around])
    subject = find_subject(reference, _OTHER_SCENE_CONTRAST)
    return _with_subject(frame, window, pixels, subject, {"mode": "surroundings", "confidence": 0.1})


def _wide_frame(photo: Rgb8, hole: Bits, known: Bits, reference: Rgb8) -> tuple[Frame, Window]:
    window = window_around(hole)
    return build_frame(photo, hole, known, reference, window=window, scale=1.0, reference_scale=1.0), window


def _swatches(frame: Frame) -> tuple[Swatch, Swatch]:
    whole = np.ones(frame.reference.shape[:2], bool)
    return Swatch(frame.target, frame.known), Swatch(frame.reference, whole)


def _completed(frame: Frame, swatches: list[Swatch]) -> Rgb:
    return complete(frame.target, ~frame.known, swatches)


def _with_subject(
    frame: Frame, window: Window, pixels: Rgb, subject: Subject | None, without: dict[str, Json]
) -> Filling:
    if subject is None:
        return Filling(pixels, window, without)
    placed = place_subject(pixels, frame.hole, frame.known, subject)
    return Filling(placed, window, {"mode": "object", "confidence": round(subject.confidence, 3)})
