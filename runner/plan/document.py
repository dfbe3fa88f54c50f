"""The plan as a document, ``runner-plan/1``: what ``plan --format json`` prints and a run carries out."""

from collections.abc import Mapping
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from runner.core.check import CheckType
from runner.core.diagnostic import Diagnostic, Severity, Span
from runner.core.digest import Digest, Json
from runner.plan.against import Against
from runner.plan.plan import (
    Action,
    BudgetState,
    Cell,
    Check,
    Gate,
    MaskState,
    Output,
    Plan,
    Quote,
    RecipeName,
    StepQuote,
    Totals,
)
from runner.plan.plan_id import plan_id, plan_members
from runner.plan.writers import as_json


class DiagnosticRecord(BaseModel):
    """A diagnostic, flat; lines and columns from 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    line: int
    column: int
    length: int
    severity: Severity
    code: str
    message: str
    hint: str


class PlanDocument(BaseModel):
    """A plan that can be saved, shown, compared and carried out."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="edit-runner plan")

    format: Literal["runner-plan/1"] = "runner-plan/1"
    plan_id: str
    created_at: str
    recipe: RecipeName
    root: str
    provider: str
    currency: Literal["USD"] = "USD"
    totals: Totals
    budget: BudgetState
    steps: tuple[StepQuote, ...]
    actions: tuple[Action, ...]
    cells: tuple[Cell, ...]
    masks: tuple[MaskState, ...]
    outputs: tuple[Output, ...]
    checks: tuple[Check, ...] = ()
    gate: Gate | None = None
    report_dir: str = ""
    select: tuple[str, ...] = Field((), description="What the cells were selected by; empty where they are all.")
    cards: Mapping[str, Digest] = Field(
        default_factory=dict, description="The digest of each model's card; a saved plan holds it to that."
    )
    report_title: str = ""
    report_checks: tuple[CheckType, ...] = ()
    diagnostics: tuple[DiagnosticRecord, ...]
    against: Against | None = None


def plan_document(plan: Plan, *, created_at: str) -> dict[str, Json]:
    """Write a plan as JSON data; the id is the digest of everything but the id, the time and ``against``."""
    members = plan_members(plan, plan_id=plan_id(plan), created_at=created_at)
    written: dict[str, Json] = orjson.loads(
        orjson.dumps(members, default=as_json, option=orjson.OPT_PASSTHROUGH_DATACLASS)
    )
    return written


def against_document(against: Against) -> Json:
    """Write a comparison as JSON data: what stands under ``against`` of a plan's document."""
    written: Json = TypeAdapter(Against).dump_python(against, mode="json")
    return written


def read_document(document: object) -> Plan:
    """Read a plan back.

    Raises:
        ValueError: it is not a ``runner-plan/1`` document; the message says where.
    """
    try:
        read = (
            TypeAdapter(PlanDocument).validate_json(document)
            if isinstance(document, str | bytes)
            else (PlanDocument.model_validate(document))
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the document"
        raise ValueError(f"not a runner-plan/1 document: {place}: {first['msg']}") from error
    return Plan(
        recipe=read.recipe,
        root=read.root,
        provider=read.provider,
        cells=read.cells,
        actions=read.actions,
        masks=read.masks,
        outputs=read.outputs,
        checks=read.checks,
        gate=read.gate,
        report_dir=read.report_dir,
        select=read.select,
        cards=read.cards,
        report_title=read.report_title,
        report_checks=read.report_checks,
        quote=Quote(totals=read.totals, steps=read.steps, budget=read.budget),
        diagnostics=tuple(_diagnostic(record) for record in read.diagnostics),
    )


def _diagnostic(record: DiagnosticRecord) -> Diagnostic:
    return Diagnostic(
        path=record.path,
        span=Span(record.line, record.column, record.length),
        code=record.code,
        message=record.message,
        hint=record.hint,
        severity=record.severity,
    )


def plan_schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    schema = PlanDocument.model_json_schema(by_alias=True, mode="serialization")
    schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    return schema
