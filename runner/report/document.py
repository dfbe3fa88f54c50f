"""The run as a document, ``runner-run/1``: what ``show --format json`` prints and ``run.json`` holds."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey, Digest, Json
from runner.core.event import RunState
from runner.core.money import Money
from runner.report.checks import CheckSummary
from runner.report.ending import ActionSummary, Outcome
from runner.report.summary import RunSummary


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RunTotals(_Record):
    """The run in figures; the outcomes count actions."""

    cells: int
    actions: int
    succeeded: int
    reused: int
    failed: int
    skipped: int
    in_doubt: int
    quoted: Money = Field(description="What the plan said the run would cost at most.")
    reserved: Money = Field(description="What is set aside for actions that are in doubt.")
    charged: Money = Field(description="What the providers said it cost.")
    cached_value: Money = Field(description="List price of the results that were there already.")


class ErrorRecord(_Record):
    """Why an action has no result."""

    code: str
    message: str
    retryable: bool


class ActionRecord(_Record):
    """An action and how it ended."""

    key: ActionKey
    step: str
    cells: tuple[str, ...]
    outcome: Outcome
    attempts: int
    job_id: str | None
    quoted: Money
    charged: Money
    duration_ms: int
    artifact: Artifact | None
    error: ErrorRecord | None


class CheckRecord(_Record):
    """A measured value against its threshold; of a check that was measured more than once, the latest."""

    cell: str
    step: str
    type: str
    measure: Literal["raw", "final"] = Field(description="Before or after paste_back.")
    value: str | None = Field(description="Decimal; a share is from 0 to 1. None where it could not be measured.")
    threshold: str = Field(description="What is demanded, in words.")
    passed: bool
    severity: Literal["error", "warn"]


class OutputRecord(_Record):
    """A file that the run was to write."""

    cell: str
    path: str
    digest: Digest | None = Field(description="None where the file was not written.")


class RunDocument(BaseModel):
    """A run that can be read by other programs."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="edit-runner run")

    format: Literal["runner-run/1"] = "runner-run/1"
    run_id: str
    plan_id: str
    state: RunState
    exit_code: int
    started_at: str
    finished_at: str | None = Field(description="None where the journal has no end.")
    totals: RunTotals
    actions: tuple[ActionRecord, ...]
    checks: tuple[CheckRecord, ...]
    outputs: tuple[OutputRecord, ...]


def run_document(summary: RunSummary) -> dict[str, Json]:
    """Write a run as JSON data."""
    document = RunDocument(
        run_id=summary.run_id,
        plan_id=summary.plan_id,
        state=summary.state,
        exit_code=summary.exit_code,
        started_at=summary.started_at,
        finished_at=summary.finished_at,
        totals=_totals(summary),
        actions=tuple(_action(action) for action in summary.actions.values()),
        checks=tuple(_check(check) for cell in summary.cells for check in cell.checks),
        outputs=tuple(
            OutputRecord(cell=output.cell, path=output.path, digest=output.digest) for output in summary.outputs
        ),
    )
    written: dict[str, Json] = document.model_dump(mode="json")
    return written


def run_schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    schema = RunDocument.model_json_schema(mode="serialization")
    schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    return schema


def _totals(summary: RunSummary) -> RunTotals:
    outcomes = [action.outcome for action in summary.actions.values()]
    return RunTotals(
        cells=len(summary.cells),
        actions=len(outcomes),
        succeeded=outcomes.count("succeeded"),
        reused=outcomes.count("reused"),
        failed=outcomes.count("failed"),
        skipped=outcomes.count("skipped"),
        in_doubt=outcomes.count("in_doubt"),
        quoted=summary.plan.quote.totals.payable,
        reserved=summary.reserved,
        charged=summary.charged,
        cached_value=summary.plan.quote.totals.cached_value,
    )


def _check(check: CheckSummary) -> CheckRecord:
    measured = check.measured
    return CheckRecord(
        cell=measured.cell,
        step=measured.step,
        type=measured.type,
        measure=measured.measure,
        value=measured.value,
        threshold=measured.threshold,
        passed=measured.passed,
        severity=measured.severity,
    )


def _action(summary: ActionSummary) -> ActionRecord:
    error = summary.error
    return ActionRecord(
        key=summary.action.key,
        step=summary.action.step,
        cells=summary.action.cells,
        outcome=summary.outcome,
        attempts=summary.attempts,
        job_id=summary.job_id,
        quoted=summary.action.payable,
        charged=summary.charged,
        duration_ms=summary.duration_ms,
        artifact=summary.artifact,
        error=ErrorRecord(code=error.code, message=error.message, retryable=error.retryable) if error else None,
    )
