"""What happened in a run, in order: append-only facts from which progress, report and totals are folded."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey, Digest, Json
from runner.core.money import ZERO, Money
from runner.core.unwritten import Unwritten

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

RunState = Literal["succeeded", "failed", "refused", "interrupted"]


class _AsParsed:
    """Has pydantic take JSON as its parser gives it: to look at each of a million values again takes half a minute."""

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.any_schema()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """A run began, or went on: a resumed run has several of these under one id.

    Attributes:
        plan: The ``runner-plan/1`` document that is carried out; as JSON where it was read.
        recipe_text: The recipe as it was read, for the report.
        saved_plan: The saved plan that is applied, by its digest and date; empty where a recipe is run, or a run is
            gone on with. A saved plan begins one run.
    """

    at: str
    run_id: str
    plan: Annotated[Json | Unwritten, _AsParsed()]
    recipe_text: str
    saved_plan: str = ""
    event: Literal["run-started"] = "run-started"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionStarted:
    """An attempt at an action began."""

    at: str
    key: ActionKey
    attempt: int
    event: Literal["action-started"] = "action-started"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFailed:
    """An attempt failed, and the action will be tried again; the last attempt's failure is the action's own.

    Attributes:
        duration_ms: Of this attempt.
        job_id: Of the latest job; None where there is none.
    """

    at: str
    key: ActionKey
    attempt: int
    code: str
    message: str
    hint: str
    duration_ms: int
    job_id: str | None = None
    event: Literal["attempt-failed"] = "attempt-failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phases:
    """Where the time of an attempt went, as far as it can be told.

    Attributes:
        queue_ms: From its beginning until it was worked on: uploads, a place, a free worker, the provider's queue.
        run_ms: In which it was worked on, as the worker or the provider says.
        download_ms: In which the result was fetched; 0 where it was here already.
    """

    queue_ms: int
    run_ms: int
    download_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSucceeded:
    """An action has its result.

    Attributes:
        phases: Of the attempt that succeeded; None where the result was there already, or nobody measured.
        raw: The provider's own result where ``paste_back`` made ``artifact`` from it.
        details: What the engine or provider said about the result.
        notes: Sentences for a person: a depth that was reduced, a profile that was ignored.
    """

    at: str
    key: ActionKey
    artifact: Artifact
    duration_ms: int
    attempts: int
    charged: Money = ZERO
    job_id: str | None = None
    raw: Artifact | None = None
    details: dict[str, Json] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    phases: Phases | None = None
    event: Literal["action-succeeded"] = "action-succeeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionReused:
    """An earlier result serves; nothing was done or paid."""

    at: str
    key: ActionKey
    artifact: Artifact
    details: dict[str, Json] = field(default_factory=dict)
    event: Literal["action-reused"] = "action-reused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionFailed:
    """An action ended without a result."""

    at: str
    key: ActionKey
    code: str
    message: str
    hint: str
    retryable: bool
    duration_ms: int
    attempts: int
    charged: Money = ZERO
    job_id: str | None = None
    event: Literal["action-failed"] = "action-failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionInDoubt:
    """Nobody can say whether an action was bought: the provider gave no answer, and does not list it.

    Attributes:
        reserved: What it costs if it was; it stays set aside.
    """

    at: str
    key: ActionKey
    message: str
    hint: str
    reserved: Money
    duration_ms: int
    attempts: int
    event: Literal["action-in-doubt"] = "action-in-doubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionCharged:
    """An earlier process was charged for an action and was gone before it could say so."""

    at: str
    key: ActionKey
    job_id: str | None
    charged: Money
    event: Literal["action-charged"] = "action-charged"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSkipped:
    """An action was not started: one that it needs failed, or the run stopped first."""

    at: str
    key: ActionKey
    reason: str
    event: Literal["action-skipped"] = "action-skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckMeasured:
    """A check of one cell was measured.

    Attributes:
        key: The action whose result was measured.
        draw: Which of its draws, from 0.
        type: Of the check, such as ``ssim``.
        measure: Whether the provider's own result was measured, or that after ``paste_back``.
        value: What was measured, as decimal text; None where it could not be measured, which has failed.
        threshold: What was demanded, in words: ``at most 3%``.
        message: What a person needs to know beyond the figures; why it could not be measured.
        on_fail: What a failure does to the cell: ``fail`` it, or write its outputs to quarantine.
    """

    at: str
    cell: str
    step: str
    key: ActionKey
    draw: int
    type: str
    measure: Literal["raw", "final"]
    value: str | None
    threshold: str
    passed: bool
    severity: Literal["error", "warn"]
    on_fail: Literal["fail", "quarantine"] = "fail"
    message: str = ""
    event: Literal["check-measured"] = "check-measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultDrifted:
    """A result is not the one that the recipe's lock file holds under the same key.

    Attributes:
        digest, locked_digest: Of the result, and of that in the lock file.
        revision, locked_revision: As the provider reported it; empty where it did not.
    """

    at: str
    key: ActionKey
    digest: Digest
    locked_digest: Digest
    revision: str = ""
    locked_revision: str = ""
    event: Literal["result-drifted"] = "result-drifted"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateClosed:
    """The gate stopped the batch: too few cells passed their checks.

    Attributes:
        phase: While the canary ran, or later.
        passed, measured: Cells.
        min_pass_rate: Share of cells that must pass, 0 to 1, as decimal text.
    """

    at: str
    phase: Literal["canary", "batch"]
    passed: int
    measured: int
    min_pass_rate: str
    event: Literal["gate-closed"] = "gate-closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputWritten:
    """An output stands at its path; ``unchanged`` where it was right already and was left alone."""

    at: str
    cell: str
    path: str
    digest: Digest
    unchanged: bool
    event: Literal["output-written"] = "output-written"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFailed:
    """An output could not be written; the result itself is kept in the store."""

    at: str
    cell: str
    path: str
    code: str
    message: str
    event: Literal["output-failed"] = "output-failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """The run ended, for now or for good."""

    at: str
    run_id: str
    state: RunState
    exit_code: int
    event: Literal["run-finished"] = "run-finished"


ActionEvent: TypeAlias = (
    ActionStarted
    | AttemptFailed
    | ActionSucceeded
    | ActionReused
    | ActionFailed
    | ActionInDoubt
    | ActionCharged
    | ActionSkipped
)

Event: TypeAlias = (
    RunStarted | ActionEvent | CheckMeasured | ResultDrifted | GateClosed | OutputWritten | OutputFailed | RunFinished
)
