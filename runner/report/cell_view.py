"""What the page shows of each cell: text, ready to be laid out by the template and by the script alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runner.core.check import CheckType
from runner.core.digest import ActionKey
from runner.report.change_view import change_view
from runner.report.checks import CheckSummary, worst_check
from runner.report.parts import CellSummary, OutputSummary
from runner.report.pictures import Pictures
from runner.report.shown import Pair
from runner.report.summary import RunSummary
from runner.report.views import CellView, CheckView, Fact, FileView
from runner.report.wording import (
    CHECK_WORDS,
    OUTCOME_WORDS,
    cell_text,
    check_text,
    duration_text,
    measured_text,
    money_text,
)


def view_cells(summary: RunSummary, pictures: Pictures) -> tuple[CellView, ...]:
    """Put every cell of a run into words, in the order of the plan."""
    run = _Run({key: place for place, key in enumerate(summary.actions)}, summary.plan.report_checks, pictures)
    pairs = zip(summary.cells, pictures.shown.cells, strict=True)
    return tuple(_cell(cell, pair, run) for cell, pair in pairs)


@dataclass(frozen=True, slots=True)
class _Run:
    """What the cells of a run have in common: the places of its actions, which checks come first, its pictures."""

    places: Mapping[ActionKey, int]
    first: Sequence[CheckType]
    pictures: Pictures


def _cell(cell: CellSummary, pair: Pair, run: _Run) -> CellView:
    change = run.pictures.changes.get(pair.heat.id) if pair.heat else None
    checks = _in_order(cell.checks, run.first)
    worst = worst_check(checks)
    return CellView(
        id=cell.cell.id,
        name=cell.cell.item if cell.cell.item and cell.cell.matrix else cell.cell.id,
        title=cell_text(cell.cell),
        matrix=tuple(Fact(name, value) for name, value in cell.cell.matrix.items()),
        outcome=cell.outcome,
        word=OUTCOME_WORDS[cell.outcome],
        problem=cell_problem(cell, worst),
        charged=money_text(cell.charged),
        cost=int(cell.charged.amount * 1_000_000),
        time=duration_text(cell.duration_ms) if cell.duration_ms else "",
        duration_ms=cell.duration_ms,
        before=pair.before.id if pair.before else None,
        mask=pair.mask.id if pair.mask else None,
        after=pair.after.id if pair.after else None,
        outline=pair.outline.id if pair.outline else None,
        heat=pair.heat.id if pair.heat and change else None,
        change=change_view(change),
        changed=round(change.share, 5) if change else -1.0,
        chain=tuple(run.places[ended.action.key] for ended in cell.actions),
        omitted=tuple(Fact(step, reason) for step, reason in cell.cell.skipped.items()),
        check=worst.state if worst else "unmeasured" if cell.unmeasured else "none",
        check_word=_check_word(cell, worst),
        checks=tuple(_check(check) for check in checks),
        unmeasured=cell.unmeasured,
        files=tuple(
            FileView(output.path, run.pictures.project_url(output.path) if output.digest else "", _written(output))
            for output in cell.outputs
        ),
    )


def _in_order(checks: Sequence[CheckSummary], first: Sequence[CheckType]) -> list[CheckSummary]:
    """Put the checks first that the recipe wants to see first; the others stay as they are."""
    ranks: dict[str, int] = {name: rank for rank, name in enumerate(first)}
    return sorted(checks, key=lambda check: ranks.get(check.measured.type, len(ranks)))


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


def cell_problem(cell: CellSummary, worst: CheckSummary | None) -> str:
    """Say in one line what is wrong with a cell, the worst first; empty where nothing is."""
    errors = [f"{ended.action.step}: {ended.error.message}" for ended in cell.actions if ended.error]
    unwritten = [f"{output.path}: {output.error}" for output in cell.outputs if output.error]
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
