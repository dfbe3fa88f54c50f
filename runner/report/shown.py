"""Which pictures the actions and cells of a report show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from runner.core.digest import ActionKey
from runner.plan.plan import Action, InputImage, MaskImage, ParamValue, StepImage
from runner.report.ending import ActionSummary
from runner.report.parts import CellSummary
from runner.report.summary import RunSummary
from runner.report.wanted import HeatPicture, InputPicture, MaskPicture, PictureId, ResultPicture, Wanted, Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A picture before and after, and what is to be seen between the two; None where there is no such picture.

    Attributes:
        mask: Over the picture that it belongs to; ``outline`` is its border alone.
        heat: None also where the two cannot be compared.
    """

    before: Whole | None = None
    after: ResultPicture | None = None
    mask: MaskPicture | None = None
    outline: MaskPicture | None = None
    heat: HeatPicture | None = None


@dataclass(frozen=True, slots=True)
class ActionPictures:
    """The pictures of an action.

    Attributes:
        pair: What it edited and what it made.
        params: Its parameters that are pictures, by their names.
        pasted: The mask of pasting back.
    """

    pair: Pair
    params: Mapping[str, Wanted]
    pasted: Wanted | None


@dataclass(frozen=True, slots=True)
class ShownPictures:
    """All pictures of a report.

    Attributes:
        cells: The ends of each cell's chain, in the order of the plan.
        by_item: Each picture once, in the order in which the report shows them, grouped by the item that first needs
            it: those of a group are made from a few files.
    """

    actions: Mapping[ActionKey, ActionPictures]
    cells: Sequence[Pair]
    by_item: Sequence[Sequence[Wanted]]

    @property
    def wanted(self) -> Iterator[Wanted]:
        """Each picture once."""
        return (wanted for group in self.by_item for wanted in group)


def find_pictures(summary: RunSummary) -> ShownPictures:
    """Find the pictures that the report of a run shows."""
    finder = _Finder(summary.actions)
    actions = {key: finder.action(one) for key, one in summary.actions.items()}
    cells = [finder.chain(cell, actions) for cell in summary.cells]
    return ShownPictures(actions, cells, _by_item(summary.cells, cells, actions))


class _Finder:
    """Finds the pictures of actions and chains; each input and each result is one picture wherever it is shown."""

    def __init__(self, ended: Mapping[ActionKey, ActionSummary]) -> None:
        self._ended = ended
        self._results = {key: ResultPicture(key, one.artifact) for key, one in ended.items() if one.artifact}
        self._inputs: dict[tuple[str, str], InputPicture] = {}

    def action(self, ended: ActionSummary) -> ActionPictures:
        """Find what an action edited and made."""
        action = ended.action
        before, after, first = self._edited(action), self._results.get(action.key), first_mask(action)
        mask = MaskPicture(first, before) if first and before else None
        outline = MaskPicture(first, before, "outline") if first and before else None
        pair = Pair(before=before, after=after, mask=mask, outline=outline, heat=_heat(before, after, first))
        shown = ((name, self._shown(value, pair)) for name, value in action.params.items())
        pasted = self._shown(action.paste_back, pair) if action.paste_back else None
        return ActionPictures(pair, {name: picture for name, picture in shown if picture}, pasted)

    def chain(self, cell: CellSummary, actions: Mapping[ActionKey, ActionPictures]) -> Pair:
        """Find the ends of a chain; they are compared with its mask where it has one only."""
        pairs = [actions[ended.action.key].pair for ended in cell.actions]
        before, after = self._beginning(cell), pairs[-1].after if pairs else None
        masked = next((pair for pair in pairs if pair.mask), _NOTHING)
        masks = {mask.digest: mask for mask in (first_mask(ended.action) for ended in cell.actions) if mask}
        only = next(iter(masks.values())) if len(masks) == 1 else None
        return Pair(
            before=before, after=after, mask=masked.mask, outline=masked.outline, heat=_heat(before, after, only)
        )

    def _input(self, image: InputImage) -> InputPicture:
        name = (image.path, image.artifact.digest)
        known = self._inputs.get(name)
        if known is None:
            known = self._inputs[name] = InputPicture(image.path, image.artifact)
        return known

    def _shown(self, value: ParamValue, pair: Pair) -> Wanted | None:
        """Find the picture of a parameter; None for one that is no picture or whose picture was never made."""
        if isinstance(value, InputImage):
            return self._input(value)
        if isinstance(value, StepImage):
            return self._results.get(value.key)
        if isinstance(value, MaskImage) and pair.before:
            is_first = pair.mask is not None and pair.mask.mask.digest == value.digest
            return pair.mask if is_first else MaskPicture(value, pair.before)
        return None

    def _edited(self, action: Action) -> Whole | None:
        """Find the picture that an action edits: its parameter ``image``, or else its first picture."""
        for value in (action.params.get("image"), *action.params.values()):
            if isinstance(value, InputImage):
                return self._input(value)
            if isinstance(value, StepImage):
                return self._results.get(value.key)
        return None

    def _beginning(self, cell: CellSummary) -> Whole | None:
        """Find the picture that a cell begins with: its item's, or else what its last step's picture was made from."""
        photo = cell.cell.photo
        if photo is not None:
            return self._input(photo)
        return self._origin(cell.actions[-1].action) if cell.actions else None

    def _origin(self, action: Action) -> Whole | None:
        """Follow the pictures that are edited back to the input; steps need those before them, so this ends."""
        edited = self._edited(action)
        if isinstance(edited, ResultPicture):
            return self._origin(self._ended[edited.key].action) or edited
        return edited


_NOTHING = Pair()


def first_mask(action: Action) -> MaskImage | None:
    """Find what says where an action edits: its first mask, or else that of ``paste_back``."""
    for value in action.params.values():
        if isinstance(value, MaskImage):
            return value
    return action.paste_back


def _heat(before: Whole | None, after: Whole | None, mask: MaskImage | None) -> HeatPicture | None:
    if before is None or after is None:
        return None
    one, other = before.artifact, after.artifact
    is_comparable = one.width_px == other.width_px and one.height_px == other.height_px
    return HeatPicture(before, after, mask) if is_comparable else None


def _by_item(
    summaries: Sequence[CellSummary], cells: Sequence[Pair], actions: Mapping[ActionKey, ActionPictures]
) -> list[list[Wanted]]:
    seen: set[PictureId] = set()
    groups: dict[str, list[Wanted]] = {}
    for summary, pair in zip(summaries, cells, strict=True):
        group = groups.setdefault(summary.cell.item or summary.cell.id, [])
        for wanted in _in_order(summary, pair, actions):
            if wanted is not None and wanted.id not in seen:
                seen.add(wanted.id)
                group.append(wanted)
    return list(groups.values())


def _in_order(cell: CellSummary, pair: Pair, actions: Mapping[ActionKey, ActionPictures]) -> Iterator[Wanted | None]:
    """Give the pictures of a cell: what went in, its masks, what came out, and what changed."""
    yield pair.before
    for ended in cell.actions:
        shown = actions[ended.action.key]
        yield from shown.params.values()
        yield from (shown.pasted, shown.pair.outline, shown.pair.after, shown.pair.heat)
    yield pair.heat
