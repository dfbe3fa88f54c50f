"""Decide which of the irises found can be recolored, and say why not."""

from dataclasses import dataclass

import numpy as np

from runner.engines.eye_color.face import Face
from runner.engines.eye_color.find import Found

LEAST_CONFIDENCE = 0.5
LEAST_BESIDE_A_CLEAR_EYE = 0.3
"""Of an eye whose neighbor has 0.7 or more: two eyes of different colors look worse than one that is a bit off."""

LEAST_RADIUS_PX = 2.5

_DOUBT_OF_OTHER = 0.5
"""How much of the doubt about one eye counts for the other: what covers one, mostly covers both."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Confidence 0 to 1, and the reason in words where the iris is left alone; empty where it is not."""

    confidence: float
    reason: str = ""


def judge(face: Face, pair: list[Found]) -> list[Verdict]:
    """Judge both irises of a face by what a person would object to, the plainest objection first."""
    objections = [_objections(face, found) for found in pair]
    odds = [odds_of(found) for found in pair]
    doubts = [0.0 if reasons else max(min(own, 0.0), -3.0) for reasons, own in zip(objections, odds, strict=True)]
    sure = [
        0.0 if reasons else _probability(own + _DOUBT_OF_OTHER * doubt)
        for reasons, own, doubt in zip(objections, odds, doubts[::-1], strict=True)
    ]
    least = [LEAST_BESIDE_A_CLEAR_EYE if other >= 0.7 else LEAST_CONFIDENCE for other in sure[::-1]]
    return [_verdict(*known) for known in zip(pair, objections, sure, least, strict=True)]


def odds_of(found: Found) -> float:
    """Weigh the evidence: the logarithm of the odds that this is an open, uncovered eye.

    Fitted by logistic regression, validated by leaving out one person at a time, on portraits as they are, blurred,
    dimmed and behind tinted glasses, against the same with lids drawn shut and with dark and mirroring lenses drawn
    over the eyes: 96 of 100 eyes are kept, 97 of 100 covered ones refused.
    """
    evidence, eye = found.evidence, found.eye
    return (
        -2.8
        + 2.2 * float(np.clip(evidence.separation, 0, 0.8))
        + 3.6 * float(np.clip(evidence.depth, 0, 0.6))
        + 2.2 * float(np.clip(found.outline.limbus.support, 0.2, 0.9))
        + 4.0 * float(np.clip(evidence.weaker_side, -0.1, 0.35))
        - 2.5 * float(np.clip(evidence.unevenness, 0, 0.5))
        - 29.0 * float(np.clip(evidence.color_of_white, -0.06, 0.06))
        - 5.4 * float(np.clip(evidence.clutter, 0, 0.4))
        - 2.4 * eye.look_down
        - 0.7 * eye.blink
    )


def turn_of(face: Face) -> float:
    """Tell how far a face is turned: 0 from the front, 1 in profile, by the bridge of the nose between the ears."""
    right, left, bridge = (face.points[index, :2] for index in (234, 454, 168))
    across = left - right
    share = float(np.dot(bridge - right, across) / max(float(np.dot(across, across)), 1e-6))
    return abs(2 * share - 1)


def _objections(face: Face, found: Found) -> list[str]:
    size = found.radius_px / max(face.size_px, 1e-6)
    checks = [
        (not found.is_whole, "the edge of the photo cuts the eye off"),
        (found.radius_px < LEAST_RADIUS_PX, f"an iris of {2 * found.radius_px:.0f} px is too small"),
        (turn_of(face) > 0.75, "the face is turned away"),
        (not 0.028 < size < 0.06, "the eye does not look like one"),
        (found.openness < 0.22 or found.eye.blink > 0.6, "the eye is closed or nearly so"),
        (found.evidence.clutter > 0.28, "hair lies over the eye"),
    ]
    return [reason for objection, reason in checks if objection]


def _probability(odds: float) -> float:
    return float(1 / (1 + np.exp(-odds)))


def _verdict(found: Found, reasons: list[str], confidence: float, least: float) -> Verdict:
    if reasons:
        return Verdict(0.0, reasons[0])
    if confidence >= least:
        return Verdict(confidence)
    if found.eye.look_down > 0.55:
        return Verdict(confidence, "the eye looks down or is covered")
    return Verdict(confidence, "no clear border between iris and white of the eye")
