"""Decide which of the irises found can be recolored, and say why not."""

from dataclasses import dataclass

import numpy as np

from runner.engines.eye_color.face import Face
from runner.engines.eye_color.find import Found

LEAST_RADIUS_PX = 2.5

_MOST_TURN = 0.9
"""In profile, which is 1, an iris is seen from the side: a sliver that no disc fits."""

_MOST_FROM_OTHER = 1.5
"""How much the other eye may add to or take from the points of an eye."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Confidence 0 to 1, and the reason in words where the iris is left alone; empty where it is not."""

    confidence: float
    reason: str = ""


def judge(face: Face, pair: list[Found]) -> list[Verdict]:
    """Judge both irises of a face: by what a person would object to, the plainest first, then by points.

    What covers one eye mostly covers both, so half of the other eye's points count too, within bounds: hair or a
    hand may lie over one alone.
    """
    objections = [_objections(face, found) for found in pair]
    points = [0.0 if reasons else points_of(found) for reasons, found in zip(objections, pair, strict=True)]
    others = [float(np.clip(other / 2, -_MOST_FROM_OTHER, _MOST_FROM_OTHER)) for other in points[::-1]]
    return [_verdict(*known) for known in zip(pair, objections, points, others, strict=True)]


def points_of(found: Found) -> float:
    """Count for and against an open, uncovered eye; above 0 it is one.

    A good eye has a disc of 0.8 that is darker than the white by 0.45 of it: 4 points. One in deep shade, behind
    tinted glasses or out of focus keeps 1. A lid or a hand has no disc, a dark lens no depth; what a mirror shows
    lies in skin of another tint. Disc and depth count only as far as the other bears them out: a strong edge in a
    mirror is no disc, and the shape of an eye deep behind a dark lens has no depth. The network says of lowered
    eyes that they look down.
    """
    evidence = found.evidence
    disc, depth = float(np.clip(evidence.disc, 0, 0.9)), float(np.clip(evidence.depth, 0, 0.5))
    for_it = 6.0 * min(disc, 4 * depth) + 9.0 * min(depth, 0.6 * disc)
    return for_it - 13.0 * min(evidence.strangeness, 0.15) - 2.5 * found.eye.look_down - 4.4


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
        (turn_of(face) > _MOST_TURN, "the face is turned away"),
        (not 0.028 < size < 0.06, "the eye does not look like one"),
        (found.openness < 0.22 or found.eye.blink > 0.6, "the eye is closed or nearly so"),
        (found.evidence.clutter > 0.28, "hair lies over the eye"),
    ]
    return [reason for objection, reason in checks if objection]


def _verdict(found: Found, reasons: list[str], points: float, other: float) -> Verdict:
    if reasons:
        return Verdict(0.0, reasons[0])
    confidence = float(1 / (1 + np.exp(-points - other)))
    return Verdict(confidence, "" if confidence >= 0.5 else _doubt(found))


def _doubt(found: Found) -> str:
    """Name what took most."""
    if found.evidence.strangeness > 0.06:
        return "glasses or a shadow cover the eye"
    if found.eye.look_down > 0.5:
        return "the eye looks down or is covered"
    return "no clear border between iris and white of the eye"
