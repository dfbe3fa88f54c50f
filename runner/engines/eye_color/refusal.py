"""Refuse a photo in which there is no face, or none with an iris to work on."""

from runner.core.errors import EngineError
from runner.engines.eye_color.seeing import SeenFace


def nothing_found(faces: list[SeenFace], missing: str, *, instead: str = "") -> EngineError:
    """Say that no face was found, or what is missing for want of a usable iris.

    Args:
        faces: As they were seen; no eye of theirs is usable.
        missing: What an iris was looked for, such as ``no visible iris to recolor``.
        instead: What else than another photo would help; ends the hint.
    """
    return _no_visible_iris(faces, missing, instead) if faces else no_face(instead)


def no_face(instead: str = "") -> EngineError:
    """Say that no face was found."""
    return EngineError("no-face", "no face was found", hint=f"use a photo in which a face is seen{instead}")


def _no_visible_iris(faces: list[SeenFace], missing: str, instead: str) -> EngineError:
    count = "a face was" if len(faces) == 1 else f"{len(faces)} faces were"
    reasons = sorted({seen.verdict.reason for face in faces for seen in face.eyes})
    return EngineError(
        "no-visible-iris",
        f"{missing}: {count} found, but {'; '.join(reasons)}",
        hint=f"use a photo in which the eyes are open, uncovered and towards the camera{instead}",
    )
