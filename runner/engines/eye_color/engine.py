"""Recolor every visible iris of every face: the local engine for ``runflow/eye-color``."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from runner.core.digest import Json
from runner.core.errors import EngineError
from runner.engines.base import EngineResult, Mask8, Rgb8
from runner.engines.eye_color.color import Tint, exposure_of, recolor
from runner.engines.eye_color.faces import Face, find_faces
from runner.engines.eye_color.find import Found, White, find_irises
from runner.engines.eye_color.judge import Verdict, judge
from runner.engines.eye_color.matte import build_matte
from runner.engines.eye_color.network import open_network
from runner.engines.eye_color.oklab import linear_from_srgb, oklab_from_linear
from runner.engines.eye_color.types import Floats

_MOST_PIXELS = 50_000_000
_USUAL_WHITE = (0.010, 0.016)
"""OKLab a and b of the white of an eye in white light: a little pink and yellow."""


@dataclass(frozen=True, slots=True)
class _Seen:
    found: Found
    verdict: Verdict


def recolor_irises(images: Mapping[str, Rgb8 | Mask8], params: Mapping[str, Json]) -> EngineResult:
    """Recolor the irises to ``rgb``; no other pixel changes.

    Args:
        images: ``image``: upright sRGB, shape (rows, columns, 3), at most 50 megapixels.
        params: ``eye_color``: the name, for the details; ``rgb``: the target, three integers 0 to 255;
            ``rgb_given``: whether the user gave it. A color that was only named follows the tint of the photo's
            light a little; one that was given is met.

    Returns:
        The picture, and in the details each face's eyes: center, radius, confidence, whether it was recolored,
        and the reason where it was not.

    Raises:
        EngineError: ``no-visible-iris``, ``photo-too-large``, ``engine-not-installed``.
    """
    photo = images["image"]
    _check_size(photo)
    faces = _find(photo)
    if not _usable(faces):
        raise _nothing_found(faces)
    gray = _is_gray(photo)
    target = _target(params)
    pixels = photo.copy()
    for eyes in faces:
        _recolor_face(pixels, photo, eyes, Target(target, bool(params["rgb_given"]), gray))
    return EngineResult(pixels, _details(faces, params, gray))


@dataclass(frozen=True, slots=True)
class Target:
    """The color asked for, in OKLab under white light, and how to take it."""

    lab: Floats
    exact: bool
    lightness_only: bool


def _find(photo: Rgb8) -> list[list[_Seen]]:
    """Find the eyes of every face, upright or, where no such face has eyes to recolor, in the other turns.

    Not only where there is no face: of a photo that stands on its head the network may see a wrong face upright.
    """
    first: list[list[_Seen]] = []
    with open_network() as detect:
        for turns in (0, 1, 3, 2):
            faces = [_see(photo, face) for face in find_faces(photo, detect, turns)]
            if _usable(faces):
                return faces
            first = first or faces
    return first


def _usable(faces: list[list[_Seen]]) -> bool:
    return any(not seen.verdict.reason for eyes in faces for seen in eyes)


def _see(photo: Rgb8, face: Face) -> list[_Seen]:
    return [_Seen(found, judge(face, found)) for found in find_irises(photo, face)]


def _check_size(photo: Rgb8) -> None:
    rows, columns = photo.shape[:2]
    if rows * columns > _MOST_PIXELS:
        raise EngineError(
            "photo-too-large",
            f"{columns}×{rows} is more than the {_MOST_PIXELS // 1_000_000} megapixels that 'runflow/eye-color' takes",
            hint="resize it before, with a step 'use: image/resize'",
        )


def _target(params: Mapping[str, Json]) -> Floats:
    rgb = np.array(params["rgb"], np.uint8)
    return oklab_from_linear(linear_from_srgb(rgb))


def _is_gray(photo: Rgb8) -> bool:
    """Say whether the photo has no color at all, beyond rounding and compression."""
    step = max(1, int(max(photo.shape[:2]) / 512))
    few = photo[::step, ::step].astype(np.int16)
    return bool(np.percentile(few.max(axis=2) - few.min(axis=2), 99.5) <= 4)


def _recolor_face(pixels: Rgb8, photo: Rgb8, eyes: list[_Seen], target: Target) -> None:
    for seen in eyes:
        if seen.verdict.reason:
            continue
        matte = build_matte(photo, seen.found.eye, seen.found.outline)
        linear = linear_from_srgb(matte.box.of(photo))
        encoded = recolor(linear, matte, _tint(eyes, seen.found, target))
        changed = matte.alpha[..., None] > 0
        piece = matte.box.of(pixels)
        piece[...] = np.where(changed, np.rint(encoded * 255).astype(np.uint8), piece)


def _tint(eyes: list[_Seen], found: Found, target: Target) -> Tint:
    whites = [seen.found.white for seen in eyes if seen.found.white is not None and not seen.verdict.reason]
    own = found.white.light if found.white is not None else None
    light = None if not whites else 0.5 * max(white.light for white in whites) + 0.5 * (own or whites[0].light)
    return Tint(
        lab=target.lab,
        exposure=exposure_of(light),
        cast=np.zeros(2, np.float32) if target.exact else _cast(whites, target),
        lightness_only=target.lightness_only,
    )


def _cast(whites: list[White], target: Target) -> Floats:
    """Take part of the tint of the light, seen on the white of the eyes, at most a sixth of the target's chroma."""
    if not whites:
        return np.zeros(2, np.float32)
    tint = np.mean([[white.a, white.b] for white in whites], axis=0) - _USUAL_WHITE
    most = 0.16 * float(np.hypot(*target.lab[1:]))
    size = max(float(np.hypot(*tint)), 1e-6)
    cast: Floats = (tint * min(0.3, most / size)).astype(np.float32)
    return cast


def _nothing_found(faces: list[list[_Seen]]) -> EngineError:
    reasons = sorted({seen.verdict.reason for eyes in faces for seen in eyes})
    if not faces:
        seen = "no face was found"
    else:
        count = "a face was" if len(faces) == 1 else f"{len(faces)} faces were"
        seen = f"{count} found, but {'; '.join(reasons)}"
    return EngineError(
        "no-visible-iris",
        f"no visible iris to recolor: {seen}",
        hint="use a photo in which the eyes are open, uncovered and towards the camera",
    )


def _details(faces: list[list[_Seen]], params: Mapping[str, Json], gray: bool) -> dict[str, Json]:
    eyes: list[Json] = [_eye_details(index, seen) for index, eyes in enumerate(faces) for seen in eyes]
    return {
        "eye_color": params["eye_color"],
        "rgb": params["rgb"],
        "faces": len(faces),
        "eyes": eyes,
        "lightness_only": gray,
    }


def _eye_details(face: int, seen: _Seen) -> Json:
    limbus = seen.found.outline.limbus
    x, y = seen.found.eye.frame.to_photo(limbus.x, limbus.y)
    return {
        "face": face,
        "side": seen.found.eye.side,
        "center_px": [round(x, 1), round(y, 1)],
        "radius_px": round(seen.found.radius_px, 1),
        "confidence": round(seen.verdict.confidence, 2),
        "recolored": not seen.verdict.reason,
        "reason": seen.verdict.reason,
    }
