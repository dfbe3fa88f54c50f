"""What the page shows of each cell and action: text, ready to be laid out by the template and by the script alike."""

from collections.abc import Mapping

from runner.core.digest import ActionKey
from runner.plan.plan import MaskImage, ParamValue
from runner.report.checks import CheckSummary, worst_check
from runner.report.details import detail_facts, detail_records
from runner.report.ending import ActionSummary
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
from runner.report.views import ActionView, CellView, CheckView, Fact, FileView
from runner.report.wording import (
    CHECK_WORDS,
    OUTCOME_WORDS,
    cell_text,
    check_text,
    duration_text,
    measured_text,
    param_text,
)


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
        outline=None,
        heat=None,
        change=None,
        seed="",
        started="",
        phases=(),
        tries=(),
        list_price=f"{action.list_price}",
        quoted=f"{action.payable}",
        charged=f"{ended.charged}",
        time=duration_text(ended.duration_ms) if ended.attempts else "",
        attempts=ended.attempts,
        job=ended.job_id or "",
        raw=ended.raw.digest if ended.raw and ended.raw != ended.artifact else "",
        notes=ended.notes,
        details=detail_facts(ended.details),
        records=detail_records(ended.details),
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
    worst = worst_check(cell.checks)
    return CellView(
        id=cell.cell.id,
        name=cell.cell.item if cell.cell.item and cell.cell.matrix else cell.cell.id,
        title=cell_text(cell.cell),
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
        outline=None,
        heat=None,
        change=None,
        changed=-1.0,
        chain=tuple(places[ended.action.key] for ended in cell.actions),
        omitted=tuple(Fact(step, reason) for step, reason in cell.cell.skipped.items()),
        check=worst.state if worst else "unmeasured" if cell.unmeasured else "none",
        check_word=_check_word(cell, worst),
        checks=tuple(_check(check) for check in cell.checks),
        unmeasured=cell.unmeasured,
        files=tuple(
            FileView(output.path, file_url(output.path, root_path), _written(output)) for output in cell.outputs
        ),
    )


def _check(check: CheckSummary) -> CheckView:
    measured = check.measured
    mask = f"mask {check.mask}" if check.mask else ""
    raw = "before pasting back" if measured.measure == "raw" else ""
    draw = f"draw {measured.draw + 1}" if measured.draw else ""
    return CheckView(
        type=measured.type,
        step=measured.step,
        on=", ".join(part for part in (measured.step, mask, raw, draw) if part),
        state=check.state,
        word=CHECK_WORDS[check.state],
        value=measured_text(measured),
        demanded=measured.threshold,
        message=measured.message,
    )


def _check_word(cell: CellSummary, worst: CheckSummary | None) -> str:
    if worst is None:
        return "checks not measured" if cell.unmeasured else ""
    if worst.state == "passed":
        return f"{len(cell.checks)} check{'s' if len(cell.checks) != 1 else ''} passed"
    return f"{measured_text(worst.measured)} ({worst.measured.type})"


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
    worst = worst_check(cell.checks)
    checked = worst is not None and worst.state in {"failed", "quarantined"}
    checks = [f"{check_text(worst.measured)} ({worst.measured.type})"] if worst and checked else []
    reasons = [f"{ended.action.step}: {ended.reason}" for ended in cell.actions if ended.reason]
    return next(iter([*errors, *unwritten, *checks, *reasons]), "")


def _written(output: OutputSummary) -> str:
    if output.error:
        return f"not written: {output.error}"
    if output.digest is None:
        return "not written"
    if output.quarantined:
        return "written to quarantine"
    return "unchanged" if output.unchanged else "written"
