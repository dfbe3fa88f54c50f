"""What the thumbnails of a report are called, and how the page reaches its pictures."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, NamedTuple
from urllib.parse import quote

from runner.core.digest import ActionKey
from runner.images.change import Change
from runner.report.shown import ShownPictures, find_pictures
from runner.report.summary import RunSummary
from runner.report.wanted import (
    InputPicture,
    PictureId,
    ResultPicture,
    Wanted,
    Whole,
    shown_artifact,
)

VIEWABLE = frozenset({".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif"})
"""Endings of the files that browsers show."""

Suffix = Literal[".jpg", ".png"]


class Drawn(NamedTuple):
    """What was drawn for a picture: the kind of its files, and in which sizes."""

    suffix: Suffix
    sizes: Literal["both", "large"] = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbs:
    """How the page reaches the thumbnails of a picture: URLs relative to the report's folder, its id as ``*``.

    Attributes:
        small, large: At most 480 and 960 px on the long side; a drawing has one size, ``large``.
    """

    small: str | None
    large: str | None


class Picture(NamedTuple):
    """How the page reaches a picture; None where there is nothing to reach.

    Attributes:
        thumbs: Its thumbnails; those that are alike but for their ids are one value.
        full: The URL of the picture itself, relative to the report's folder.
        viewable: Whether a browser can show ``full``.
    """

    id: PictureId
    thumbs: Thumbs
    full: str | None
    viewable: bool
    width_px: int
    height_px: int

    @property
    def small(self) -> str | None:
        """The URL of the small thumbnail."""
        return self.thumbs.small and self.thumbs.small.replace("*", self.id)

    @property
    def large(self) -> str | None:
        """The URL of the large thumbnail."""
        return self.thumbs.large and self.thumbs.large.replace("*", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """All pictures of a report.

    Attributes:
        shown: Which of them each action and cell shows.
        changes: What the pictures of changes show, in figures.
        root_path: From the report's folder to the project root, relative, with forward slashes and none at its end;
            None where the page cannot reach it.
    """

    shown: ShownPictures
    by_id: Mapping[PictureId, Picture]
    changes: Mapping[PictureId, Change]
    root_path: str | None

    def project_url(self, path: str) -> str:
        """Make a relative URL of a path in the project; empty where the page cannot reach it."""
        return "" if self.root_path is None else file_url(path, self.root_path)


def thumb_name(picture_id: PictureId, suffix: Suffix, size: Literal["small", "large"]) -> str:
    """Name the file of a thumbnail, relative to the report's folder."""
    return f"thumbs/{picture_id}{'-2x' if size == 'large' else ''}{suffix}"


def overlay_name(picture_id: PictureId) -> str:
    """Name the file of a drawing that is laid over a picture, relative to the report's folder."""
    return f"thumbs/{picture_id}.png"


def file_names(picture_id: PictureId, drawn: Drawn) -> tuple[str, ...]:
    """Name the files of a picture, relative to the report's folder; the one that is written last stands last."""
    if drawn.sizes == "large":
        return (overlay_name(picture_id),)
    return (thumb_name(picture_id, drawn.suffix, "small"), thumb_name(picture_id, drawn.suffix, "large"))


def link_pictures(
    summary: RunSummary,
    drawn: Mapping[PictureId, Drawn],
    root_path: str,
    *,
    shown: ShownPictures | None = None,
    changes: Mapping[PictureId, Change] | None = None,
    full: Mapping[PictureId, str] | None = None,
) -> Pictures:
    """Say how the page reaches every picture.

    Args:
        summary: The run.
        drawn: The pictures that have thumbnails.
        root_path: From the report's folder to the project root, relative, with forward slashes and none at its end.
        shown: Its pictures, where they were found before.
        changes: What the pictures of changes show, in figures.
        full: Pictures that lie in full size in the report's own folder, relative to it.
    """
    written = {output.key: output.path for output in summary.outputs if output.digest is not None}
    shown = shown or find_pictures(summary)
    by_id: dict[PictureId, Picture] = {}
    for one in shown.wanted:
        path, kept = _place(one, written), full.get(one.id, "") if full else ""
        url = file_url(kept, "") if kept else file_url(path, root_path) if path else None
        by_id[one.id] = _picture(one, drawn.get(one.id), url, kept or path)
    return Pictures(shown=shown, by_id=by_id, changes=changes or {}, root_path=root_path)


def file_url(path: str, root_path: str) -> str:
    """Make a relative URL of a path in the project; no name can turn it into a URL of another scheme or host."""
    return quote(f"{root_path or '.'}/{path}", safe="/")


def _place(wanted: Wanted, written: Mapping[ActionKey, str]) -> str:
    """Where a picture lies in the project; empty where it lies nowhere."""
    if isinstance(wanted, InputPicture):
        return wanted.path
    return written.get(wanted.key, "") if isinstance(wanted, ResultPicture) else ""


def _picture(wanted: Wanted, drawn: Drawn | None, full: str | None, path: str) -> Picture:
    image = shown_artifact(wanted)
    return Picture(
        id=wanted.id,
        thumbs=_thumbs(drawn),
        full=full,
        viewable=path != "" and path[path.rfind(".") :].lower() in VIEWABLE,
        width_px=image.width_px,
        height_px=image.height_px,
    )


@cache
def _thumbs(drawn: Drawn | None) -> Thumbs:
    names = file_names("*", drawn) if drawn else ()
    return Thumbs(small=names[0] if len(names) > 1 else None, large=names[-1] if names else None)


def full_name(picture: Whole) -> str:
    """Name the file of a picture in full size, relative to the report's folder."""
    return f"full/{picture.id}.{picture.artifact.media_type.removeprefix('image/').replace('jpeg', 'jpg')}"


def inline_pictures(pictures: Pictures, contents: Mapping[str, bytes]) -> Pictures:
    """Put the thumbnails themselves where their names were; what is not in the page cannot be reached from it."""
    by_id = {
        picture_id: picture._replace(
            thumbs=Thumbs(small=_inline(picture.small, contents), large=_inline(picture.large, contents)),
            full=None,
        )
        for picture_id, picture in pictures.by_id.items()
    }
    return replace(pictures, by_id=by_id, root_path=None)


def _inline(name: str | None, contents: Mapping[str, bytes]) -> str | None:
    if name is None:
        return None
    media_type = "image/png" if name.endswith(".png") else "image/jpeg"
    return f"data:{media_type};base64,{b64encode(contents[name]).decode()}"
