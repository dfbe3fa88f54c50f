"""Which pictures a report shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from runner.core.artifact import Artifact, Size
from runner.core.digest import ActionKey, Digest, digest_json
from runner.plan.plan import Action, InputImage, MaskImage, ParamValue, StepImage
from runner.report.ending import ActionSummary
from runner.report.parts import CellSummary
from runner.report.summary import RunSummary

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
        size = self.photo.artifact.size
        return digest_json("mask-outline/1", [self.mask.digest, size.width_px, size.height_px])


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

Actions: TypeAlias = Mapping[ActionKey, ActionSummary]


def wanted_pictures(summary: RunSummary) -> list[Wanted]:
    """List the pictures that the report of a run shows, each once, in the order in which it shows them."""
    return [wanted for group in pictures_by_item(summary) for wanted in group]


def pictures_by_item(summary: RunSummary) -> list[list[Wanted]]:
    """Group the pictures by the item that first needs them: those of a group are made from a few files."""
    seen: set[PictureId] = set()
    groups: dict[str, list[Wanted]] = {}
    for cell in summary.cells:
        group = groups.setdefault(cell.cell.item or cell.cell.id, [])
        for wanted in _cell_pictures(cell, summary.actions):
            if wanted.id not in seen:
                seen.add(wanted.id)
                group.append(wanted)
    return list(groups.values())


def picture_before(cell: CellSummary, actions: Actions) -> Whole | None:
    """Find the picture that a cell begins with: its item's, or else what its last step's picture was made from."""
    photo = cell.cell.photo
    if photo is not None:
        return InputPicture(photo.path, photo.artifact)
    return _origin(cell.actions[-1].action, actions) if cell.actions else None


def result_picture(ended: ActionSummary) -> ResultPicture | None:
    """Give the result of an action as a picture."""
    return ResultPicture(ended.action.key, ended.artifact) if ended.artifact else None


def mask_picture(ended: ActionSummary, actions: Actions) -> MaskPicture | None:
    """Find the first mask of an action, over the picture that it edits."""
    mask, photo = first_mask(ended.action), edited_picture(ended.action, actions)
    return MaskPicture(mask, photo) if mask and photo else None


def action_heat(ended: ActionSummary, actions: Actions) -> HeatPicture | None:
    """Say what to compare to see what one action changed; None where its ends cannot be compared."""
    return _heat(edited_picture(ended.action, actions), result_picture(ended), first_mask(ended.action))


def chain_heat(cell: CellSummary, actions: Actions) -> HeatPicture | None:
    """Say what to compare to see what a whole chain changed; with its mask where it has one only."""
    if not cell.actions:
        return None
    masks = {mask.digest: mask for mask in (first_mask(ended.action) for ended in cell.actions) if mask}
    only = next(iter(masks.values())) if len(masks) == 1 else None
    return _heat(picture_before(cell, actions), result_picture(cell.actions[-1]), only)


def first_mask(action: Action) -> MaskImage | None:
    """Find what says where an action edits: its first mask, or else that of ``paste_back``."""
    for value in action.params.values():
        if isinstance(value, MaskImage):
            return value
    return action.paste_back


def param_picture(value: ParamValue, action: Action, actions: Actions) -> Wanted | None:
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


def edited_picture(action: Action, actions: Actions) -> Whole | None:
    """Find the picture that an action edits: its parameter ``image``, or else its first picture."""
    for value in (action.params.get("image"), *action.params.values()):
        if isinstance(value, InputImage):
            return InputPicture(value.path, value.artifact)
        if isinstance(value, StepImage):
            upstream = actions.get(value.key)
            return result_picture(upstream) if upstream else None
    return None


def shown_size(wanted: Wanted) -> Size:
    """Give the size of what a picture shows."""
    match wanted:
        case MaskPicture(photo=photo):
            return photo.artifact.size
        case HeatPicture(after=after):
            return after.artifact.size
        case _:
            return wanted.artifact.size


def _cell_pictures(cell: CellSummary, actions: Actions) -> Iterator[Wanted]:
    before = picture_before(cell, actions)
    if before is not None:
        yield before
    for ended in cell.actions:
        yield from _action_pictures(ended, actions)
    heat = chain_heat(cell, actions)
    if heat is not None:
        yield heat


def _action_pictures(ended: ActionSummary, actions: Actions) -> Iterator[Wanted]:
    """Give the pictures of one action: what went in, its masks, what came out, and what changed."""
    for value in (*ended.action.params.values(), ended.action.paste_back):
        shown = param_picture(value, ended.action, actions) if value is not None else None
        if shown is not None:
            yield shown
    mask, result, heat = mask_picture(ended, actions), result_picture(ended), action_heat(ended, actions)
    if mask is not None:
        yield MaskPicture(mask.mask, mask.photo, "outline")
    if result is not None:
        yield result
    if heat is not None:
        yield heat


def _origin(action: Action, actions: Actions) -> Whole | None:
    """Follow the pictures that are edited back to the input; steps need those before them, so this ends."""
    edited = edited_picture(action, actions)
    if isinstance(edited, ResultPicture):
        return _origin(actions[edited.key].action, actions) or edited
    return edited


def _heat(before: Whole | None, after: Whole | None, mask: MaskImage | None) -> HeatPicture | None:
    if before is None or after is None or before.artifact.size != after.artifact.size:
        return None
    return HeatPicture(before, after, mask)
