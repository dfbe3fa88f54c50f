"""A small run, event by event."""

from dataclasses import replace

from runner.core.artifact import Artifact
from runner.core.digest import digest_bytes
from runner.core.event import (
    ActionFailed,
    ActionInDoubt,
    ActionReused,
    ActionSkipped,
    ActionStarted,
    ActionSucceeded,
    CheckMeasured,
    Event,
    OutputFailed,
    OutputWritten,
    RunFinished,
    RunStarted,
)
from runner.core.money import ZERO
from runner.plan.document import plan_document
from runner.plan.plan import Output, Plan
from tests.cli_render.plans import action, key, money, plan_of

RUN_ID = "20261121T072500-ab12cd"
PICTURE = Artifact(digest=digest_bytes(b"p"), media_type="image/jpeg", size_bytes=9, width_px=640, height_px=480)


def at(second: float) -> str:
    return f"2026-11-21T07:25:{second:06.3f}Z"


def portraits() -> Plan:
    """Five portraits in two steps; the first is there already."""
    cells = [f"d{number:02}" for number in range(5)]
    eyes = [action("eyes", [cell], "reuse" if cell == "d00" else "run", price="0.29") for cell in cells]
    web = [replace(action("web", [cell], price="0", provider="local"), needs=(key(f"eyes/{cell}"),)) for cell in cells]
    plan = plan_of([*eyes, *web], name="portraits", budget="2.00")
    outputs = tuple(
        Output(
            cell=cell,
            path=f"out/{cell}.jpg",
            step="web",
            key=key(f"web/{cell}"),
            source=None,
            media_type="image/jpeg",
            quality=None,
            keep=("icc",),
            mark=True,
        )
        for cell in cells
    )
    return replace(plan, outputs=outputs)


def started() -> RunStarted:
    plan = portraits()
    return RunStarted(at=at(0), run_id=RUN_ID, plan=plan_document(plan, created_at=at(0)), recipe_text="version: 1\n")


def succeeded(step: str, cell: str, second: float, duration_ms: int) -> ActionSucceeded:
    return ActionSucceeded(
        at=at(second),
        key=key(f"{step}/{cell}"),
        artifact=PICTURE,
        duration_ms=duration_ms,
        attempts=1,
        charged=money("0.29") if step == "eyes" else ZERO,
        job_id=f"job-{cell}" if step == "eyes" else None,
    )


def failed(cell: str, second: float) -> ActionFailed:
    return ActionFailed(
        at=at(second),
        key=key(f"eyes/{cell}"),
        code="no-visible-iris",
        message=f"photos/{cell}.jpg: no visible iris",
        hint="choose a photo with open eyes",
        retryable=False,
        duration_ms=400,
        attempts=1,
    )


def doubted(cell: str, second: float) -> ActionInDoubt:
    return ActionInDoubt(
        at=at(second),
        key=key(f"eyes/{cell}"),
        message=f"photos/{cell}.jpg: nobody can say whether 'eyes' was bought: no answer",
        hint="runner resume looks again",
        reserved=money("0.29"),
        duration_ms=400,
        attempts=1,
    )


def measured(value: str | None, *, passed: bool = False) -> CheckMeasured:
    return CheckMeasured(
        at=at(1),
        cell="d00",
        step="eyes",
        key=key("eyes/d00"),
        draw=0,
        type="outside_mask_unchanged",
        measure="final",
        value=value,
        threshold="at most 3%",
        passed=passed,
        severity="error",
    )


def written(cell: str, second: float, *, unchanged: bool) -> OutputWritten:
    return OutputWritten(
        at=at(second), cell=cell, path=f"out/{cell}.jpg", digest=digest_bytes(b"o"), unchanged=unchanged
    )


def events() -> list[Event]:
    """One reused, two bought, one failed and one never begun."""
    return [
        started(),
        ActionReused(at=at(0.1), key=key("eyes/d00"), artifact=PICTURE),
        ActionStarted(at=at(0.2), key=key("eyes/d01"), attempt=1),
        ActionStarted(at=at(0.2), key=key("eyes/d02"), attempt=1),
        succeeded("web", "d00", 0.5, 80),
        written("d00", 0.6, unchanged=True),
        ActionStarted(at=at(0.9), key=key("eyes/d02"), attempt=2),
        succeeded("eyes", "d01", 1.4, 1200),
        failed("d02", 1.5),
        ActionSkipped(at=at(1.5), key=key("web/d02"), reason="step 'eyes' failed"),
        failed("d03", 1.6),
        ActionSkipped(at=at(1.6), key=key("web/d03"), reason="step 'eyes' failed"),
        succeeded("eyes", "d04", 2, 900),
        succeeded("web", "d01", 2.1, 70),
        written("d01", 2.2, unchanged=False),
        succeeded("web", "d04", 2.3, 70),
        OutputFailed(at=at(2.4), cell="d04", path="out/d04.jpg", code="no-space", message="the disk is full"),
        RunFinished(at=at(12.3), run_id=RUN_ID, state="failed", exit_code=1),
    ]
