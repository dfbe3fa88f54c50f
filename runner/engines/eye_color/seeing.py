"""See a photo's faces, their irises, and which of these can be recolored."""

from dataclasses import dataclass

from runner.core.errors import EngineError
from runner.engines.base import Rgb8
from runner.engines.eye_color.face import Face
from runner.engines.eye_color.faces import find_faces
from runner.engines.eye_color.find import Found, find_irises
from runner.engines.eye_color.judge import Verdict, judge
from runner.engines.eye_color.network import open_network

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
    """Find every face with its eyes, upright or, where no such face has eyes to recolor, in the other turns.

    Not only where there is no face: of a photo that stands on its head the network may see a wrong face upright.
    Where no turn has eyes to recolor, the faces are those of the first turn that has any.

    Raises:
        EngineError: ``photo-too-large``, ``engine-not-installed``.
    """
    _check_size(photo)
    first: list[SeenFace] = []
    with open_network() as detect:
        for turns in (0, 1, 3, 2):
            faces = [_see(photo, face) for face in find_faces(photo, detect, turns)]
            if has_usable_eye(faces):
                return faces
            first = first or faces
    return first


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


def _see(photo: Rgb8, face: Face) -> SeenFace:
    pair = find_irises(photo, face)
    return SeenFace(face, [Seen(found, verdict) for found, verdict in zip(pair, judge(face, pair), strict=True)])
