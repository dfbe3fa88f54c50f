"""Which way of filling a hole the evidence asks for."""

import numpy as np

from runner.core.digest import Json
from runner.engines.reference_inpaint.completion import complete
from runner.engines.reference_inpaint.filling import Filling
from runner.engines.reference_inpaint.frame import (
    Frame,
    Pictures,
    Rgb,
    Window,
    build_frame,
    tight_window,
    window_around,
    working_scale,
)
from runner.engines.reference_inpaint.geometry import Geometry
from runner.engines.reference_inpaint.levels import Swatch
from runner.engines.reference_inpaint.placement import place_subject
from runner.engines.reference_inpaint.planes import stretch_at
from runner.engines.reference_inpaint.scene import SceneFill, choose_from_scene, describe_choice, render_scene
from runner.engines.reference_inpaint.subject import Subject, find_subject
from runner.engines.reference_inpaint.texture import is_texture

_LEAST_COVERED = 0.1
_SAME_SCENE_CONTRAST = 1.6
_OTHER_SCENE_CONTRAST = 2.1


def fill_with_geometry(pictures: Pictures, geometry: Geometry) -> Filling:
    """Fill from a reference of the same scene; where it shows next to nothing of the hole, use its patches."""
    window, tight = window_around(pictures.hole), tight_window(pictures.hole)
    scale = working_scale(window)
    stretch = stretch_at(geometry.planes[0].matrix, np.argwhere(pictures.hole).mean(axis=0)[::-1])
    coarse = build_frame(pictures, window, scale, min(1.0, scale / stretch))
    fine = build_frame(pictures, tight, 1.0, min(1.0, 1.0 / stretch))
    planes = [coarse.carry(plane.matrix) for plane in geometry.planes]
    choice = choose_from_scene(coarse, planes, coarse.carry_matches(geometry.matches))
    fill = render_scene(coarse, choice, fine)
    if fill.covered.sum() < _LEAST_COVERED * fine.hole.sum():
        return fill_from_elsewhere(pictures)
    details = describe_choice(coarse, choice, fill, int(fine.hole.sum()))
    if bool((fill.covered == fine.hole).all()):
        return Filling(fill.pixels, tight, details)
    around = _with_fill(pictures, window, tight, fill)
    own = choice.tone.apply(fine.reference)
    swatches = [around, Swatch(own, np.ones(own.shape[:2], bool))]
    return Filling(complete(around.pixels, ~around.usable, swatches), window, details)


def _with_fill(pictures: Pictures, window: Window, tight: Window, fill: SceneFill) -> Swatch:
    """Lay what is filled already into the wider window."""
    whole, usable = pictures.photo[window.slices].astype(np.float32), pictures.known[window.slices].copy()
    inner = tight.within(window)
    whole[inner] = np.where(fill.covered[..., None], fill.pixels, whole[inner])
    usable[inner] |= fill.covered
    return Swatch(whole, usable)


def fill_from_elsewhere(pictures: Pictures) -> Filling:
    """Fill from a reference of the same scene that does not show the hole: its subject, or its patches too."""
    frame, window = _wide_frame(pictures)
    around, own = _swatches(frame)
    if is_texture(pictures.reference):
        return Filling(_completed(frame, [own, around]), window, {"mode": "texture", "confidence": 0.5})
    pixels = _completed(frame, [around, own])
    subject = find_subject(pictures.reference, _SAME_SCENE_CONTRAST)
    return _with_subject(frame, window, pixels, subject, {"mode": "surroundings", "confidence": 0.2})


def fill_without_geometry(pictures: Pictures) -> Filling:
    """Fill from an object, a texture or, where the reference offers neither, from the surroundings.

    A photo of another scene is no source of patches: it would put nonsense into the hole.
    """
    frame, window = _wide_frame(pictures)
    around, own = _swatches(frame)
    if is_texture(pictures.reference):
        return Filling(_completed(frame, [own]), window, {"mode": "texture", "confidence": 0.4})
    pixels = _completed(frame, [around])
    subject = find_subject(pictures.reference, _OTHER_SCENE_CONTRAST)
    return _with_subject(frame, window, pixels, subject, {"mode": "surroundings", "confidence": 0.1})


def _wide_frame(pictures: Pictures) -> tuple[Frame, Window]:
    window = window_around(pictures.hole)
    return build_frame(pictures, window, 1.0, 1.0), window


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
