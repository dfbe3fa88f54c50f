"""Pictures that a report may show, each known by what it shows."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey, Digest, digest_json
from runner.plan.plan import MaskImage

PictureId: TypeAlias = str
"""16 hexadecimal digits: what the picture shows, so that one drawn for an earlier report serves again."""


@dataclass(frozen=True, slots=True)
class InputPicture:
    """An input; the path is relative to the project root, with forward slashes."""

    path: str
    artifact: Artifact
    id: PictureId = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", self.artifact.digest[:16])


@dataclass(frozen=True, slots=True)
class ResultPicture:
    """The result of an action."""

    key: ActionKey
    artifact: Artifact
    id: PictureId = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", self.artifact.digest[:16])


Whole: TypeAlias = InputPicture | ResultPicture


@dataclass(frozen=True, slots=True)
class MaskPicture:
    """A mask, shown over the picture that it belongs to, or its border alone, to lay over pictures of that size."""

    mask: MaskImage
    photo: Whole
    drawn: Literal["tinted", "outline"] = "tinted"
    id: PictureId = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", self._digest()[:16])

    def _digest(self) -> Digest:
        if self.drawn == "tinted":
            return digest_json("mask-picture/1", [self.mask.digest, self.photo.artifact.digest])
        photo = self.photo.artifact
        return digest_json("mask-outline/1", [self.mask.digest, photo.width_px, photo.height_px])


@dataclass(frozen=True, slots=True)
class HeatPicture:
    """How much changed where between two pictures of one size; the figures are also told inside and outside a mask."""

    before: Whole
    after: Whole
    mask: MaskImage | None
    id: PictureId = field(init=False)

    def __post_init__(self) -> None:
        digests = [self.before.artifact.digest, self.after.artifact.digest, self.mask.digest if self.mask else ""]
        object.__setattr__(self, "id", digest_json("heat/1", [*digests])[:16])


Wanted: TypeAlias = Whole | MaskPicture | HeatPicture


def shown_artifact(wanted: Wanted) -> Artifact:
    """Give the image whose size a picture has: itself, or what it is laid over."""
    if isinstance(wanted, MaskPicture):
        return wanted.photo.artifact
    return wanted.after.artifact if isinstance(wanted, HeatPicture) else wanted.artifact
