"""Plans of several cells with checks, a gate and a budget."""

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from PIL import Image

from runner.core.check import CheckType
from runner.core.event import ActionSkipped, CheckMeasured, OutputWritten
from runner.core.money import Money
from runner.plan.plan import Action, BudgetState, Cell, Check, CheckParam, Gate, Output, Plan
from tests.execute.plans import SIZE, Carried, output, plan

FORMAT: Mapping[str, CheckParam] = {"value": "png"}
"""What every result in these tests passes."""

OTHER_FORMAT: Mapping[str, CheckParam] = {"value": "jpeg"}
"""What none of them passes."""


def blank() -> bytes:
    """A picture without anything on it."""
    written = io.BytesIO()
    Image.new("RGB", (SIZE.width_px, SIZE.height_px), "gray").save(written, "PNG")
    return written.getvalue()


def check(
    of: Action,
    cell: str = "cell",
    *,
    kind: CheckType = "format",
    params: Mapping[str, CheckParam] = FORMAT,
    severity: Literal["error", "warn"] = "error",
    on_fail: Literal["fail", "quarantine"] = "fail",
    measure: Literal["raw", "final"] = "final",
) -> Check:
    """A check on the result of an action."""
    return Check(
        at=0,
        cell=cell,
        step=of.step,
        key=of.key,
        type=kind,
        measure=measure,
        severity=severity,
        on_fail=on_fail,
        params=params,
    )


def not_blank(of: Action, cell: str = "cell", *, measure: Literal["raw", "final"] = "final") -> Check:
    """Demands that there is something on the result."""
    return check(of, cell, kind="not_blank", params={"min_contrast": "2"}, measure=measure)


def in_cells(one: Action, *cells: str) -> Action:
    """An action that these cells share."""
    return replace(one, cells=cells)


def checked(
    root: Path,
    *actions: Action,
    checks: tuple[Check, ...] = (),
    outputs: tuple[Output, ...] = (),
    gate: Gate | None = None,
    cap: Money | None = None,
) -> Plan:
    """A plan whose cells are those that its actions name, in the order in which they first appear."""
    bare = plan(root, *actions, outputs=outputs)
    names = dict.fromkeys(cell for one in actions for cell in one.cells)
    cells = tuple(
        Cell(
            id=name,
            item=name,
            matrix={},
            photo=None,
            actions={one.step: one.key for one in actions if name in one.cells},
            skipped={},
        )
        for name in names
    )
    quote = replace(bare.quote, budget=BudgetState(max=cap, ok=True))
    return replace(bare, cells=cells, checks=checks, gate=gate, quote=quote)


def output_of(one: Action, cell: str) -> Output:
    """An output of a cell, named like it."""
    return replace(output(one, f"out/{cell}.png"), cell=cell)


def written(carried: Carried) -> list[str]:
    """The paths of the outputs that were written."""
    return sorted(event.path for event in carried.of(OutputWritten))


def verdicts(carried: Carried) -> list[str]:
    """The measurements in order, as ``CELL STEP passed``."""
    return [
        f"{event.cell} {event.step} {'passed' if event.passed else 'failed'}" for event in carried.of(CheckMeasured)
    ]


def skipped(carried: Carried, wanted: Plan) -> dict[str, str]:
    """The reason for each step that was skipped."""
    names = {one.key: one.step for one in wanted.actions}
    return {names[event.key]: event.reason for event in carried.of(ActionSkipped)}
