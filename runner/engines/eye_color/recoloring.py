"""Recolor every visible iris of every face of a photo."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from runner.core.digest import Json
from runner.engines.base import EngineResult, Rgb8
from runner.engines.eye_color.color import Tint, recolor
from runner.engines.eye_color.details import details_of, nothing_found
from runner.engines.eye_color.find import Found, White
from runner.engines.eye_color.iris import exposure_of
from runner.engines.eye_color.matte import build_matte
from runner.engines.eye_color.oklab import linear_from_srgb, oklab_from_linear
from runner.engines.eye_color.seeing import SeenFace, has_usable_eye, see_faces
from runner.engines.eye_color.types import Floats

_USUAL_WHITE = (0.010, 0.016)
"""OKLab a and b of the white of an eye in white light: a little pink and yellow."""


def recolor_photo(photo: Rgb8, params: Mapping[str, Json]) -> EngineResult:
    """Do what ``recolor_irises`` says."""
    faces = see_faces(photo)
    if not has_usable_eye(faces):
        raise nothing_found(faces, "no visible iris to recolor")
    target = _Target(_target_lab(params), exact=bool(params["rgb_given"]), lightness_only=_is_gray(photo))
    pixels = photo.copy()
    for face in faces:
        _recolor_face(pixels, photo, face, target)
    return EngineResult(pixels, details_of(faces, params, gray=target.lightness_only))


@dataclass(frozen=True, slots=True)
class _Target:
    """The color asked for, in OKLab under white light, and how to take it."""

    lab: Floats
    exact: bool
    lightness_only: bool


def _target_lab(params: Mapping[str, Json]) -> Floats:
    rgb = np.array(params["rgb"], np.uint8)
    return oklab_from_linear(linear_from_srgb(rgb))


def _is_gray(photo: Rgb8) -> bool:
    """Say whether the photo has no color at all, beyond rounding and compression."""
    step = max(1, int(max(photo.shape[:2]) / 512))
    few = photo[::step, ::step].astype(np.int16)
    return bool(np.percentile(few.max(axis=2) - few.min(axis=2), 99.5) <= 4)


def _recolor_face(pixels: Rgb8, photo: Rgb8, face: SeenFace, target: _Target) -> None:
    for seen in face.eyes:
        if not seen.is_usable:
            continue
        matte = build_matte(photo, seen.found.eye, seen.found.outline)
        linear = linear_from_srgb(matte.box.of(photo))
        encoded = recolor(linear, matte, _tint(face, seen.found, target))
        changed = matte.alpha[..., None] > 0
        piece = matte.box.of(pixels)
        piece[...] = np.where(changed, np.rint(encoded * 255).astype(np.uint8), piece)


def _tint(face: SeenFace, found: Found, target: _Target) -> Tint:
    whites = [seen.found.white for seen in face.eyes if seen.found.white is not None and seen.is_usable]
    own = found.white.light if found.white is not None else None
    light = None if not whites else 0.5 * max(white.light for white in whites) + 0.5 * (own or whites[0].light)
    return Tint(
        lab=target.lab,
        exposure=exposure_of(light),
        cast=np.zeros(2, np.float32) if target.exact else _cast(whites, target),
        lightness_only=target.lightness_only,
    )


def _cast(whites: list[White], target: _Target) -> Floats:
    """Take part of the tint of the light, seen on the white of the eyes, at most a twelfth of the target's chroma."""
    if not whites:
        return np.zeros(2, np.float32)
    tint = np.mean([[white.a, white.b] for white in whites], axis=0) - _USUAL_WHITE
    most = 0.08 * float(np.hypot(*target.lab[1:]))
    size = max(float(np.hypot(*tint)), 1e-6)
    cast: Floats = (tint * min(0.3, most / size)).astype(np.float32)
    return cast
