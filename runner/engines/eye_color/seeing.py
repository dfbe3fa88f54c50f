"""See a photo's faces, their irises, and which of these can be recolored."""

from collections.abc import Iterator
from dataclasses import dataclass

from runner.core.errors import EngineError
from runner.engines.base import Rgb8
from runner.engines.eye_color.closeup import stand_upright
from runner.engines.eye_color.face import Face
from runner.engines.eye_color.faces import find_faces, find_half_faces
from runner.engines.eye_color.find import Found, find_irises
from runner.engines.eye_color.judge import Verdict, judge
from runner.engines.eye_color.network import Detect, open_network

_MOST_PIXELS = 50_000_000


@dataclass(frozen=True, slots=True)
class Seen:
    """An eye as it was found and judged."""

    found: Found
    verdict: Verdict

    @property
    def is_usable(self) -> bool:
        """Whether the iris is seen well enough to be recolored."""
        return not self.verdict.reason


@dataclass(frozen=True, slots=True)
class SeenFace:
    """A face with both of its eyes, the person's right one first."""

    face: Face
    eyes: list[Seen]


def see_faces(photo: Rgb8) -> list[SeenFace]:
    """Find every face with its eyes: upright, else in the other turns, else cut in half by an edge of the photo.

    The search goes on until a face has eyes to recolor, not only until there is one: of a photo that lies on its
    side the network may see a wrong face upright. Where none has, the faces are the first that were found.

    Raises:
        EngineError: ``photo-too-large``, ``engine-not-installed``.
    """
    _check_size(photo)
    first: list[SeenFace] = []
    with open_network() as detect:
        for found in _searches(photo, detect):
            faces = [_see(photo, face, detect) for face in found]
            if has_usable_eye(faces):
                return faces
            first = first or faces
    return first


def _searches(photo: Rgb8, detect: Detect) -> Iterator[list[Face]]:
    for turns in (0, 1, 3, 2):
        yield find_faces(photo, detect, turns)
    yield find_half_faces(photo, detect)


def has_usable_eye(faces: list[SeenFace]) -> bool:
    """Say whether any eye of any face can be recolored."""
    return any(seen.is_usable for face in faces for seen in face.eyes)


def _check_size(photo: Rgb8) -> None:
    rows, columns = photo.shape[:2]
    if rows * columns > _MOST_PIXELS:
        raise EngineError(
            "photo-too-large",
            f"{columns}×{rows} is more than the {_MOST_PIXELS // 1_000_000} megapixels in which eyes can be looked for",
            hint="resize it before, with a step 'uses: image/resize'",
        )


def _see(photo: Rgb8, face: Face, detect: Detect) -> SeenFace:
    """Look at the eyes of a face; where they can be recolored, and may stand on their heads, take what is clearer."""
    seen = _look(photo, face)
    if not has_usable_eye([seen]):
        return seen
    standing = stand_upright(photo, face, detect)
    if standing is face:
        return seen
    return max(seen, _look(photo, standing), key=_clarity)


def _clarity(face: SeenFace) -> float:
    return sum(seen.verdict.confidence for seen in face.eyes)


def _look(photo: Rgb8, face: Face) -> SeenFace:
    pair = find_irises(photo, face)
    return SeenFace(face, [Seen(found, verdict) for found, verdict in zip(pair, judge(face, pair), strict=True)])
