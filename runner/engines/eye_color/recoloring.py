"""Recolor every visible iris of every face of a photo."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from runner.core.digest import Json
from runner.engines.base import EngineResult, Rgb8
from runner.engines.eye_color.color import recolor
from runner.engines.eye_color.details import details_of
from runner.engines.eye_color.find import Found
from runner.engines.eye_color.light import cast, exposure
from runner.engines.eye_color.matte import Matte, build_matte
from runner.engines.eye_color.oklab import linear_from_srgb, oklab_from_linear
from runner.engines.eye_color.refusal import nothing_found
from runner.engines.eye_color.seeing import SeenFace, has_usable_eye, see_faces
from runner.engines.eye_color.tint import Tint
from runner.engines.eye_color.types import Floats


def recolor_photo(photo: Rgb8, params: Mapping[str, Json]) -> EngineResult:
    """Do what ``recolor_irises`` says."""
    return recolor_faces(photo, see_faces(photo), params)


def recolor_faces(photo: Rgb8, faces: list[SeenFace], params: Mapping[str, Json]) -> EngineResult:
    """Recolor the usable irises of faces that were seen in the photo.

    Raises:
        EngineError: ``no-face``: there are none; ``no-visible-iris``: no eye of theirs is usable.
    """
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
        if seen.is_usable:
            paint_iris(
                pixels, photo, build_matte(photo, seen.found.eye, seen.found.outline), _tint(face, seen.found, target)
            )


def paint_iris(pixels: Rgb8, photo: Rgb8, matte: Matte, tint: Tint) -> None:
    """Recolor one iris in place; a pixel that the matte does not change keeps its value, bit by bit.

    Args:
        pixels: What is painted on, of the photo's shape.
        photo: As it was.
        matte: Of the iris.
        tint: What the iris is to become.
    """
    encoded = recolor(linear_from_srgb(matte.box.of(photo)), matte, tint)
    piece = matte.box.of(pixels)
    piece[...] = np.where(matte.changes[..., None], np.rint(encoded * 255).astype(np.uint8), piece)


def _tint(face: SeenFace, found: Found, target: _Target) -> Tint:
    whites = [seen.found.white for seen in face.eyes if seen.found.white is not None and seen.is_usable]
    return Tint(
        lab=target.lab,
        exposure=exposure(found.white, whites),
        cast=np.zeros(2, np.float32) if target.exact else cast(whites, target.lab[1:]),
        lightness_only=target.lightness_only,
    )
