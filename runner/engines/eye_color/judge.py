"""Decide which of the irises found can be recolored, and say why not."""

from dataclasses import dataclass

import numpy as np

from runner.engines.eye_color.faces import Face
from runner.engines.eye_color.find import Found

LEAST_CONFIDENCE = 0.45
LEAST_RADIUS_PX = 2.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """Confidence 0 to 1, and the reason in words where the iris is left alone; empty where it is not."""

    confidence: float
    reason: str = ""


def judge(face: Face, found: Found) -> Verdict:
    """Judge one iris by what a person would object to, the plainest objection first."""
    for reason in _objections(face, found):
        return Verdict(0.0, reason)
    confidence = _confidence(found)
    if confidence < LEAST_CONFIDENCE:
        return Verdict(confidence, "no clear border between iris and white of the eye")
    return Verdict(confidence)


def turn_of(face: Face) -> float:
    """Tell how far a face is turned: 0 from the front, 1 in profile, by the bridge of the nose between the ears."""
    right, left, bridge = (face.points[index, :2] for index in (234, 454, 168))
    across = left - right
    share = float(np.dot(bridge - right, across) / max(float(np.dot(across, across)), 1e-6))
    return abs(2 * share - 1)


def _objections(face: Face, found: Found) -> list[str]:
    eye, limbus = found.eye, found.outline.limbus
    size = found.radius_px / max(face.size_px, 1e-6)
    checks = [
        (found.radius_px < LEAST_RADIUS_PX, f"an iris of {2 * found.radius_px:.0f} px is too small"),
        (turn_of(face) > 0.75, "the face is turned away"),
        (not 0.028 < size < 0.06, "the eye does not look like one"),
        (found.openness < 0.22 or eye.blink > 0.6, "the eye is closed or nearly so"),
        (found.clutter > 0.28, "hair lies over the eye"),
        (eye.look_down > 0.6 and limbus.support < 0.8, "the eye looks down or is covered"),
    ]
    return [reason for objection, reason in checks if objection]


def _confidence(found: Found) -> float:
    limbus = found.outline.limbus
    contrast = float(np.clip((limbus.contrast - 0.02) / 0.1, 0, 1))
    support = float(np.clip((limbus.support - 0.3) / 0.4, 0, 1))
    openness = float(np.clip((found.openness - 0.15) / 0.2, 0, 1))
    return float((contrast * support * openness) ** (1 / 3))
