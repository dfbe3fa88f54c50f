"""See a photo's faces, their irises, and which of these can be recolored."""

from dataclasses import dataclass

from runner.engines.base import Rgb8
from runner.engines.eye_color.faces import Face, find_faces
from runner.engines.eye_color.find import Found, find_irises
from runner.engines.eye_color.judge import Verdict, judge
from runner.engines.eye_color.network import open_network


@dataclass(frozen=True, slots=True)
class Seen:
    """An eye as it was found and judged."""

    found: Found
    verdict: Verdict


def see_eyes(photo: Rgb8) -> list[list[Seen]]:
    """Find the eyes of every face, upright or, where no such face has eyes to recolor, in the other turns.

    Not only where there is no face: of a photo that stands on its head the network may see a wrong face upright.
    """
    first: list[list[Seen]] = []
    with open_network() as detect:
        for turns in (0, 1, 3, 2):
            faces = [_see(photo, face) for face in find_faces(photo, detect, turns)]
            if is_usable(faces):
                return faces
            first = first or faces
    return first


def is_usable(faces: list[list[Seen]]) -> bool:
    """Say whether any eye of any face can be recolored."""
    return any(not seen.verdict.reason for eyes in faces for seen in eyes)


def _see(photo: Rgb8, face: Face) -> list[Seen]:
    pair = find_irises(photo, face)
    return [Seen(found, verdict) for found, verdict in zip(pair, judge(face, pair), strict=True)]
