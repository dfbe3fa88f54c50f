"""Which pictures a report shows, what their thumbnails are called, and where their full versions lie."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal, TypeAlias
from urllib.parse import quote

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey, digest_json
from runner.plan.plan import Action, InputImage, MaskImage, ParamValue, StepImage
from runner.report.ending import ActionSummary
from runner.report.summary import RunSummary

PictureId: TypeAlias = str
"""16 hexadecimal digits: what the picture shows, so that one drawn for an earlier report serves again."""

VIEWABLE = frozenset({".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif"})
"""Endings of the files that browsers show."""

Suffix = Literal[".jpg", ".png"]


@dataclass(frozen=True, slots=True)
class InputPicture:
    """An input; the path is relative to the project root, with forward slashes."""

    path: str
    artifact: Artifact

    @property
    def id(self) -> PictureId:
        return self.artifact.digest[:16]


@dataclass(frozen=True, slots=True)
class ResultPicture:
    """The result of an action."""

    key: ActionKey
    artifact: Artifact

    @property
    def id(self) -> PictureId:
        return self.artifact.digest[:16]


@dataclass(frozen=True, slots=True)
class MaskPicture:
    """A mask, shown over the picture that it belongs to."""

    mask: MaskImage
    photo: InputPicture | ResultPicture

    @property
    def id(self) -> PictureId:
        return digest_json("mask-picture/1", [self.mask.digest, self.photo.artifact.digest])[:16]


Wanted: TypeAlias = InputPicture | ResultPicture | MaskPicture


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """How the page reaches a picture: URLs relative to the report's folder; None where there is nothing to reach.

    Attributes:
        small, large: Thumbnails of at most 480 and 960 px on the long side.
        full: The picture itself.
        viewable: Whether a browser can show ``full``.
    """

    small: str | None
    large: str | None
    full: str | None
    viewable: bool
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class Pictures:
    """All pictures of a report.

    Attributes:
        root_path: From the report's folder to the project root, relative, with forward slashes and none at its end.
    """

    by_id: Mapping[PictureId, Picture]
    root_path: str


def wanted_pictures(summary: RunSummary) -> list[Wanted]:
    """List the pictures that the report of a run shows, each once, in the order in which it shows them."""
    by_id: dict[PictureId, Wanted] = {}
    for cell in summary.cells:
        if cell.cell.photo is not None:
            photo = InputPicture(cell.cell.photo.path, cell.cell.photo.artifact)
            by_id.setdefault(photo.id, photo)
        for ended in cell.actions:
            for wanted in action_pictures(ended, summary.actions):
                by_id.setdefault(wanted.id, wanted)
    return list(by_id.values())


def thumb_name(picture_id: PictureId, suffix: Suffix, size: Literal["small", "large"]) -> str:
    """Name the file of a thumbnail, relative to the report's folder."""
    return f"thumbs/{picture_id}{'-2x' if size == 'large' else ''}{suffix}"


def link_pictures(summary: RunSummary, suffixes: Mapping[PictureId, Suffix], root_path: str) -> Pictures:
    """Say how the page reaches every picture.

    Args:
        summary: The run.
        suffixes: The pictures that have thumbnails, and the kind of their files.
        root_path: From the report's folder to the project root, relative, with forward slashes and none at its end.
    """
    written = {output.key: output.path for output in summary.outputs if output.digest is not None}
    by_id = {
        wanted.id: _link(wanted, suffixes.get(wanted.id), written, root_path) for wanted in wanted_pictures(summary)
    }
    return Pictures(by_id, root_path)


def file_url(path: str, root_path: str) -> str:
    """Make a relative URL of a path in the project; no name can turn it into a URL of another scheme or host."""
    return quote(f"{root_path or '.'}/{path}", safe="/")


def action_pictures(ended: ActionSummary, actions: Mapping[ActionKey, ActionSummary]) -> Iterator[Wanted]:
    """Give the pictures of one action: what went in, its masks, and what came out."""
    for value in ended.action.params.values():
        shown = param_picture(value, ended.action, actions)
        if shown is not None:
            yield shown
    if ended.action.paste_back is not None:
        mask = param_picture(ended.action.paste_back, ended.action, actions)
        if mask is not None:
            yield mask
    if ended.artifact is not None:
        yield ResultPicture(ended.action.key, ended.artifact)


def param_picture(value: ParamValue, action: Action, actions: Mapping[ActionKey, ActionSummary]) -> Wanted | None:
    """Find the picture of a parameter; None for one that is no picture or whose picture was never made."""
    match value:
        case InputImage():
            return InputPicture(value.path, value.artifact)
        case StepImage():
            upstream = actions.get(value.key)
            return ResultPicture(value.key, upstream.artifact) if upstream and upstream.artifact else None
        case MaskImage():
            photo = edited_picture(action, actions)
            return MaskPicture(value, photo) if photo else None
        case _:
            return None


def edited_picture(action: Action, actions: Mapping[ActionKey, ActionSummary]) -> InputPicture | ResultPicture | None:
    """Find the picture that an action edits: its parameter ``image``, or else its first picture."""
    named = action.params.get("image")
    images = [value for value in [named, *action.params.values()] if isinstance(value, InputImage | StepImage)]
    picture = param_picture(images[0], action, actions) if images else None
    return None if isinstance(picture, MaskPicture) else picture


def _link(wanted: Wanted, suffix: Suffix | None, written: Mapping[ActionKey, str], root_path: str) -> Picture:
    match wanted:
        case InputPicture():
            path, artifact = wanted.path, wanted.artifact
        case ResultPicture():
            path, artifact = written.get(wanted.key, ""), wanted.artifact
        case MaskPicture():
            path, artifact = "", wanted.photo.artifact
    return Picture(
        small=thumb_name(wanted.id, suffix, "small") if suffix else None,
        large=thumb_name(wanted.id, suffix, "large") if suffix else None,
        full=file_url(path, root_path) if path else None,
        viewable=PurePosixPath(path).suffix.lower() in VIEWABLE,
        width_px=artifact.width_px,
        height_px=artifact.height_px,
    )
