"""Which way of filling a hole the evidence asks for."""

from dataclasses import dataclass, replace

import numpy as np

from runner.core.digest import Json
from runner.engines.reference_inpaint.closeup import find_closeup, lay_closeup
from runner.engines.reference_inpaint.completion import NATURAL, TEXTURE, Freedom, complete
from runner.engines.reference_inpaint.filling import Filling
from runner.engines.reference_inpaint.frame import (
    Bits,
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
from runner.engines.reference_inpaint.offer import Offer
from runner.engines.reference_inpaint.placement import place_subject
from runner.engines.reference_inpaint.planes import project, stretch_at
from runner.engines.reference_inpaint.pose import Pose, filled_share, find_pose
from runner.engines.reference_inpaint.pyramid import Swatch
from runner.engines.reference_inpaint.scene import SceneFill, choose_from_scene, describe_choice, render_scene
from runner.engines.reference_inpaint.subject import Subject

_LEAST_COVERED = 0.1
_SAME_SCENE_CONTRAST = 1.6
_OTHER_SCENE_CONTRAST = 2.1
_LEAST_FILLED = 0.42
_SAMPLES = 2000
_LEAST_MARGIN_PX = 64
_MOST_WINDOW_PX = 4_500_000
_CHEAP = 4.0
_DEAR = 40.0


def fill_with_geometry(pictures: Pictures, geometry: Geometry, offer: Offer) -> Filling:
    """Fill from a reference of the same scene; where it shows next to nothing of the hole, use its patches."""
    if _shown_share(pictures, geometry) < _LEAST_COVERED:
        return fill_from_elsewhere(pictures, offer)
    window, tight = window_around(pictures.hole), tight_window(pictures.hole)
    scale = working_scale(window)
    stretch = stretch_at(geometry.planes[0].matrix, np.argwhere(pictures.hole).mean(axis=0)[::-1])
    coarse = build_frame(pictures, window, scale, min(1.0, scale / stretch))
    fine = build_frame(pictures, tight, 1.0, min(1.0, 1.0 / stretch))
    planes = [coarse.carry(plane.matrix) for plane in geometry.planes]
    choice = choose_from_scene(coarse, planes, coarse.carry_matches(geometry.matches))
    fill = render_scene(coarse, choice, fine)
    if fill.covered.sum() < _LEAST_COVERED * fine.hole.sum():
        return fill_from_elsewhere(pictures, offer)
    details = describe_choice(coarse, choice, fill, int(fine.hole.sum()))
    if bool((fill.covered == fine.hole).all()):
        return Filling(fill.pixels, tight, details)
    window = _source_window(pictures.hole)
    around = _with_fill(pictures, window, tight, fill)
    own = choice.tone.apply(fine.reference)
    swatches = [around, Swatch(own, np.ones(own.shape[:2], bool), _DEAR)]
    hole = pictures.hole[window.slices] & ~around.usable
    return Filling(complete(around.pixels, hole, around.usable, swatches, NATURAL), window, details)


def _shown_share(pictures: Pictures, geometry: Geometry) -> float:
    """Say how much of the hole at most one plane of the reference shows."""
    pixels = np.argwhere(pictures.hole)[:, ::-1]
    sampled = np.asarray(pixels[:: max(1, len(pixels) // _SAMPLES)], np.float32)
    sides = np.array(pictures.reference.shape[1::-1])
    shown = [project(plane.matrix, sampled) for plane in geometry.planes]
    return max(float(((where >= 0) & (where < sides)).all(axis=1).mean()) for where in shown)


def _with_fill(pictures: Pictures, window: Window, tight: Window, fill: SceneFill) -> Swatch:
    """Lay what is filled already into the wider window."""
    whole, usable = pictures.photo[window.slices].astype(np.float32), pictures.known[window.slices].copy()
    inner = tight.within(window)
    whole[inner] = np.where(fill.covered[..., None], fill.pixels, whole[inner])
    usable[inner] |= fill.covered
    return Swatch(whole, usable, _CHEAP, near=True)


def fill_from_elsewhere(pictures: Pictures, offer: Offer) -> Filling:
    """Fill from a reference of the same scene that does not show the hole: its subject, its whole, or its patches."""
    frame, window = _wide_frame(pictures)
    around, own = _swatches(frame)
    if offer.is_texture:
        return Filling(_completed(frame, [around, own], TEXTURE), window, {"mode": "texture", "confidence": 0.5})
    placed = _placed(frame, offer.subject(_SAME_SCENE_CONTRAST))
    closeup = _with_closeup(frame, window) if placed is None else None
    if closeup is not None:
        return closeup
    pixels = _completed(frame, [around, own], NATURAL)
    return _with_subject(frame, window, pixels, placed, {"mode": "surroundings", "confidence": 0.2})


def fill_without_geometry(pictures: Pictures, offer: Offer) -> Filling:
    """Fill from a texture, an object, a close-up or, where the reference offers none, from the surroundings.

    A photo of another scene is no source of patches: it would put nonsense into the hole.
    """
    frame, window = _wide_frame(pictures)
    if offer.is_texture:
        _, own = _swatches(frame)
        return Filling(_completed(frame, [own], TEXTURE), window, {"mode": "texture", "confidence": 0.4})
    placed = _placed(frame, offer.subject(_OTHER_SCENE_CONTRAST))
    closeup = _with_closeup(frame, window) if placed is None else None
    if closeup is not None:
        return closeup
    frame, window = _wide_frame(replace(pictures, reference=pictures.reference[:1, :1]))
    pixels = _completed(frame, [_swatches(frame)[0]], NATURAL)
    return _with_subject(frame, window, pixels, placed, {"mode": "surroundings", "confidence": 0.1})


def _with_closeup(frame: Frame, window: Window) -> Filling | None:
    """Lay the whole reference over the hole where it continues what lies around."""
    closeup = find_closeup(frame.target, frame.hole, frame.known, frame.reference)
    if closeup is None:
        return None
    pixels = lay_closeup(frame.target, frame.hole, frame.known, frame.reference, closeup)
    details: dict[str, Json] = {
        "mode": "close-up",
        "confidence": round(1 - closeup.residual, 3),
        "ring_compared": round(closeup.compared, 3),
    }
    return Filling(pixels, window, details)


def _source_window(hole: Bits) -> Window:
    """Take what surrounds a hole as a source of patches, bounded so that memory is."""
    bare = tight_window(hole)
    margin = int(max(bare.bottom - bare.top, bare.right - bare.left))
    window = window_around(hole)
    while margin > _LEAST_MARGIN_PX and _area(window) > _MOST_WINDOW_PX:
        margin = int(margin * 0.8)
        window = Window(
            top=max(window.top, bare.top - margin),
            bottom=min(window.bottom, bare.bottom + margin),
            left=max(window.left, bare.left - margin),
            right=min(window.right, bare.right + margin),
        )
    return window


def _area(window: Window) -> int:
    return (window.bottom - window.top) * (window.right - window.left)


def _wide_frame(pictures: Pictures) -> tuple[Frame, Window]:
    window = _source_window(pictures.hole)
    return build_frame(pictures, window, 1.0, 1.0), window


def _swatches(frame: Frame) -> tuple[Swatch, Swatch]:
    whole = np.ones(frame.reference.shape[:2], bool)
    return Swatch(frame.target, frame.known, _CHEAP, near=True), Swatch(frame.reference, whole, _CHEAP)


def _completed(frame: Frame, swatches: list[Swatch], freedom: Freedom) -> Rgb:
    return complete(frame.target, frame.hole, frame.known, swatches, freedom)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A subject in the pose in which it fills some share of the hole."""

    subject: Subject
    pose: Pose
    share: float


def _placed(frame: Frame, subject: Subject | None) -> _Placed | None:
    """Pose a subject; one that would fill little of the hole is no answer to what it asks for."""
    if subject is None:
        return None
    pose = find_pose(frame.hole, subject.matte)
    share = filled_share(frame.hole, subject.matte, pose)
    return None if share < _LEAST_FILLED else _Placed(subject, pose, share)


def _with_subject(
    frame: Frame, window: Window, pixels: Rgb, placed: _Placed | None, without: dict[str, Json]
) -> Filling:
    """Stand the subject in the hole that is filled behind it."""
    if placed is None:
        return Filling(pixels, window, without)
    details: dict[str, Json] = {
        "mode": "object",
        "confidence": round(placed.subject.confidence, 3),
        "covered_share": round(placed.share, 3),
    }
    standing = place_subject(pixels, frame.hole, frame.known, placed.subject, placed.pose)
    return Filling(standing, window, details)
