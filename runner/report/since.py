"""What is different from an earlier run of the same recipe."""

from dataclasses import dataclass

from runner.core.money import Money
from runner.report.parts import CellSummary
from runner.report.summary import RunSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """The cells that are otherwise than in an earlier run, by id, in the order of the plan.

    Attributes:
        broken: They were done then, and are not now.
        mended: They were not done then, and are now.
        added, removed: They were not there then; they are not there now.
        changed: They were and are done, with another result.
        charged: What the earlier run was charged.
    """

    run_id: str
    broken: tuple[str, ...]
    mended: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    charged: Money


def since(earlier: RunSummary, now: RunSummary) -> Since:
    """Compare a run with an earlier one."""
    before = {cell.cell.id: cell for cell in earlier.cells}
    after = {cell.cell.id: cell for cell in now.cells}
    both = [cell_id for cell_id in after if cell_id in before]
    return Since(
        run_id=earlier.run_id,
        broken=tuple(one for one in both if _is_done(before[one]) and not _is_done(after[one])),
        mended=tuple(one for one in both if not _is_done(before[one]) and _is_done(after[one])),
        added=tuple(one for one in after if one not in before),
        removed=tuple(one for one in before if one not in after),
        changed=tuple(
            one
            for one in both
            if _is_done(before[one]) and _is_done(after[one]) and _results(before[one]) != _results(after[one])
        ),
        charged=earlier.charged,
    )


def _is_done(cell: CellSummary) -> bool:
    return cell.outcome in {"succeeded", "reused"}


def _results(cell: CellSummary) -> list[str]:
    return [ended.artifact.digest for ended in cell.actions[-1:] if ended.artifact]
