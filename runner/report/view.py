"""What the page shows of each cell and action: text, ready to be laid out by the template and by the script alike."""

from collections.abc import Mapping
from dataclasses import dataclass

from runner.core.digest import ActionKey
from runner.plan.plan import MaskImage, ParamValue
from runner.report.ending import ActionSummary, Outcome
from runner.report.parts import CellSummary, OutputSummary
from runner.report.pictures import (
    InputPicture,
    PictureId,
    ResultPicture,
    edited_picture,
    file_url,
    param_picture,
)
from runner.report.summary import RunSummary
from runner.report.wording import OUTCOME_WORDS, duration_text, json_text, param_text


@dataclass(frozen=True, slots=True)
class Fact:
    """A label with its text, and the picture of it where there is one."""

    label: str
    text: str
    picture: PictureId | None = None


@dataclass(frozen=True, slots=True)
class FileView:
    """An output: its path, where it lies from the report, and what became of it."""

    path: str
    url: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionView:
    """An action, in words.

    Attributes:
        before, mask, after: What it edited, where, and what came out; None where there is no such picture.
        problem: The error's code and message, or why it was skipped; empty where it has a result.
        shared: How many other cells have this action too.
    """

    step: str
    uses: str
    revision: str
    provider: str
    key: str
    outcome: Outcome
    word: str
    planned: str
    params: tuple[Fact, ...]
    before: PictureId | None
    mask: PictureId | None
    after: PictureId | None
    list_price: str
    quoted: str
    charged: str
    time: str
    attempts: int
    job: str
    raw: str
    notes: tuple[str, ...]
    details: tuple[Fact, ...]
    problem: str
    hint: str
    shared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """A cell, in words.

    Attributes:
        cost: The charge in millionths of a dollar, to sort by.
        chain: Its actions, by their place in the list of all actions.
        omitted: Steps that do not apply, each with its reason.
    """

    id: str
    matrix: tuple[Fact, ...]
    outcome: Outcome
    word: str
    problem: str
    charged: str
    cost: int
    time: str
    duration_ms: int
    before: PictureId | None
    mask: PictureId | None
    after: PictureId | None
    chain: tuple[int, ...]
    omitted: tuple[Fact, ...]
    files: tuple[FileView, ...]


def view_actions(summary: RunSummary) -> tuple[ActionView, ...]:
    """Put every action of a run into words, in the order of the plan."""
    return tuple(_action(ended, summary.actions) for ended in summary.actions.values())


def view_cells(summary: RunSummary, root_path: str) -> tuple[CellView, ...]:
    """Put every cell of a run into words, in the order of the plan."""
    places = {key: place for place, key in enumerate(summary.actions)}
    return tuple(_cell(cell, summary.actions, places, root_path) for cell in summary.cells)


def _action(ended: ActionSummary, actions: Mapping[ActionKey, ActionSummary]) -> ActionView:
    action, error = ended.action, ended.error
    before = edited_picture(action, actions)
    pasted = (Fact("pasted back", f"inside {param_text(action.paste_back)}"),) if action.paste_back else ()
    return ActionView(
        step=action.step,
        uses=action.uses,
        revision=action.revision,
        provider=action.provider,
        key=action.key,
        outcome=ended.outcome,
        word=OUTCOME_WORDS[ended.outcome],
        planned=f"{action.decision}: {action.reason}" if action.reason else action.decision,
        params=(*(_param(name, value, ended, actions) for name, value in action.params.items()), *pasted),
        before=before.id if before else None,
        mask=_mask(ended, actions),
        after=_result(ended),
        list_price=f"{action.list_price}",
        quoted=f"{action.payable}",
        charged=f"{ended.charged}",
        time=duration_text(ended.duration_ms) if ended.attempts else "",
        attempts=ended.attempts,
        job=ended.job_id or "",
        raw=ended.raw.digest if ended.raw and ended.raw != ended.artifact else "",
        notes=ended.notes,
        details=tuple(Fact(name, json_text(value)) for name, value in ended.details.items()),
        problem=f"{error.code}: {error.message}" if error else ended.reason,
        hint=error.hint if error else "",
        shared=len(action.cells) - 1,
    )


def _cell(
    cell: CellSummary,
    actions: Mapping[ActionKey, ActionSummary],
    places: Mapping[ActionKey, int],
    root_path: str,
) -> CellView:
    masks = (_mask(ended, actions) for ended in cell.actions)
    return CellView(
        id=cell.cell.id,
        matrix=tuple(Fact(name, value) for name, value in cell.cell.matrix.items()),
        outcome=cell.outcome,
        word=OUTCOME_WORDS[cell.outcome],
        problem=_problem(cell),
        charged=f"{cell.charged}",
        cost=int(cell.charged.amount * 1_000_000),
        time=duration_text(cell.duration_ms) if cell.duration_ms else "",
        duration_ms=cell.duration_ms,
        before=_before(cell, actions),
        mask=next((mask for mask in masks if mask), None),
        after=_result(cell.actions[-1]) if cell.actions else None,
        chain=tuple(places[ended.action.key] for ended in cell.actions),
        omitted=tuple(Fact(step, reason) for step, reason in cell.cell.skipped.items()),
        files=tuple(
            FileView(output.path, file_url(output.path, root_path), _written(output)) for output in cell.outputs
        ),
    )


def _param(name: str, value: ParamValue, ended: ActionSummary, actions: Mapping[ActionKey, ActionSummary]) -> Fact:
    picture = param_picture(value, ended.action, actions)
    return Fact(name, param_text(value), picture.id if picture else None)


def _mask(ended: ActionSummary, actions: Mapping[ActionKey, ActionSummary]) -> PictureId | None:
    values = [*ended.action.params.values(), ended.action.paste_back]
    masks = (param_picture(value, ended.action, actions) for value in values if isinstance(value, MaskImage))
    return next((mask.id for mask in masks if mask), None)


def _result(ended: ActionSummary) -> PictureId | None:
    return ResultPicture(ended.action.key, ended.artifact).id if ended.artifact else None


def _before(cell: CellSummary, actions: Mapping[ActionKey, ActionSummary]) -> PictureId | None:
    photo = cell.cell.photo
    if photo is not None:
        return InputPicture(photo.path, photo.artifact).id
    first = edited_picture(cell.actions[0].action, actions) if cell.actions else None
    return first.id if first else None


def _problem(cell: CellSummary) -> str:
    errors = [f"{ended.action.step}: {ended.error.message}" for ended in cell.actions if ended.error]
    unwritten = [f"{output.path}: {output.error}" for output in cell.outputs if output.error]
    reasons = [f"{ended.action.step}: {ended.reason}" for ended in cell.actions if ended.reason]
    return next(iter([*errors, *unwritten, *reasons]), "")


def _written(output: OutputSummary) -> str:
    if output.error:
        return f"not written: {output.error}"
    if output.digest is None:
        return "not written"
    return "unchanged" if output.unchanged else "written"
