"""Runs for the tests of the report: small plans and journals, written by hand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal

from runner.core.artifact import Artifact, Size
from runner.core.check import CheckType
from runner.core.digest import ActionKey, Digest, Json, digest_bytes
from runner.core.event import (
    ActionCharged,
    ActionFailed,
    ActionInDoubt,
    ActionReused,
    ActionSkipped,
    ActionStarted,
    ActionSucceeded,
    CheckMeasured,
    Event,
    GateClosed,
    OutputFailed,
    OutputWritten,
    RunFinished,
    RunStarted,
    RunState,
)
from runner.core.money import ZERO, Money
from runner.plan.document import plan_document
from runner.plan.plan import (
    Action,
    BudgetState,
    Cell,
    Check,
    Decision,
    Gate,
    InputImage,
    MaskImage,
    Output,
    Plan,
    Quote,
    RecipeName,
    StepImage,
    StepQuote,
    Totals,
)

RUN_ID = "20261121T072500-ab12cd"
PRICE = Money(Decimal("0.05"))


def at(second: int) -> str:
    moment = datetime(2026, 11, 21, 7, 25, tzinfo=UTC) + timedelta(seconds=second)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def digest(name: str) -> Digest:
    return digest_bytes(name.encode())


def key(step: str, cell: str) -> ActionKey:
    return ActionKey(digest(f"{step}/{cell}"))


def artifact(name: str, width_px: int = 640, height_px: int = 480) -> Artifact:
    return Artifact(
        digest=digest(name), media_type="image/jpeg", size_bytes=1000, width_px=width_px, height_px=height_px
    )


def photo(cell: str) -> InputImage:
    return InputImage(path=f"photos/{cell}.jpg", artifact=artifact(f"photo {cell}"))


def mask(cell: str) -> MaskImage:
    return MaskImage(
        name="sofa",
        digest=digest(f"mask {cell}"),
        size=Size(640, 480),
        area=0.25,
        path=None,
        spec={"shape": "rect", "values": ["10%", "10%", "50%", "50%"]},
    )


def tone(cell: str, *, price: Money = PRICE, decision: Decision = "run") -> Action:
    """The first step: it edits the photo."""
    return Action(
        key=key("tone", cell),
        raw_key=key("tone", cell),
        step="tone",
        uses="studio/tone@2",
        provider="runflow",
        revision="2",
        cells=(cell,),
        params={"image": photo(cell), "strength": "0.40"},
        paste_back=None,
        needs=(),
        output_size=Size(640, 480),
        list_price=price,
        payable=price if decision == "run" else ZERO,
        decision=decision,
        reason="not made before" if decision == "run" else "",
    )


def fabric(cell: str, *, price: Money = PRICE, decision: Decision = "run") -> Action:
    """The second step: it edits what the first made, inside a mask."""
    return replace(
        tone(cell, price=price, decision=decision),
        key=key("fabric", cell),
        raw_key=key("fabric raw", cell),
        step="fabric",
        uses="studio/inpaint@1",
        revision="1",
        params={
            "image": StepImage(step="tone", key=key("tone", cell), size=Size(640, 480)),
            "mask": mask(cell),
            "prompt": "linen, <b>cream</b>",
        },
        paste_back=mask(cell),
        needs=(key("tone", cell),),
    )


def plan_of(*cells: str, price: Money = PRICE, matrix: Mapping[str, str] | None = None) -> Plan:
    """A plan of two steps over some cells."""
    steps = {
        "tone": [tone(cell, price=price) for cell in cells],
        "fabric": [fabric(cell, price=price) for cell in cells],
    }
    actions = [action for pair in zip(*steps.values(), strict=True) for action in pair]
    return Plan(
        recipe=RecipeName(path="recipes/autumn.yaml", name="autumn", digest=digest("recipe")),
        root="/project",
        provider="runflow",
        cells=tuple(
            Cell(
                id=cell,
                item=cell,
                matrix=dict(matrix or {}),
                photo=photo(cell),
                actions={"tone": key("tone", cell), "fabric": key("fabric", cell)},
                skipped={"crop": "when: item.key == 'cover'"},
            )
            for cell in cells
        ),
        actions=tuple(actions),
        masks=(),
        outputs=tuple(
            Output(
                cell=cell,
                path=f"out/{cell}.jpg",
                step="fabric",
                key=key("fabric", cell),
                source=photo(cell),
                media_type="image/jpeg",
                quality=90,
                keep=("icc",),
                mark=True,
            )
            for cell in cells
        ),
        quote=Quote(
            totals=Totals(
                cells=len(cells),
                actions=len(actions),
                cached=0,
                due=len(actions),
                blocked=0,
                list_price=price * len(actions),
                cached_value=ZERO,
                payable=price * len(actions),
                worst_case=price * len(actions),
            ),
            steps=tuple(step_quote(step, alike, price) for step, alike in steps.items()),
            budget=BudgetState(max=None, ok=True),
        ),
    )


def step_quote(step: str, actions: list[Action], price: Money) -> StepQuote:
    return StepQuote(
        id=step,
        uses=actions[0].uses if actions else "",
        provider="runflow",
        actions=len(actions),
        cached=0,
        due=len(actions),
        list_price=price * len(actions),
        cached_value=ZERO,
        payable=price * len(actions),
        worst_case=price * len(actions),
        unit="request",
        unit_price=price,
        price_as_of="2026-11-20",
    )


def started(plan: Plan, second: int = 0, recipe_text: str = "steps: []\n") -> Event:
    document: Json = plan_document(plan, created_at=at(0))
    return RunStarted(at=at(second), run_id=RUN_ID, plan=document, recipe_text=recipe_text)


def began(step: str, cell: str, second: int, attempt: int = 1) -> Event:
    return ActionStarted(at=at(second), key=key(step, cell), attempt=attempt)


def succeeded(
    step: str, cell: str, second: int, *, charged: Money = PRICE, job_id: str | None = None, rows: int = 480
) -> Event:
    return ActionSucceeded(
        at=at(second),
        key=key(step, cell),
        artifact=artifact(f"{step} of {cell}", height_px=rows),
        duration_ms=1500,
        attempts=1,
        charged=charged,
        job_id=job_id,
        details={"faces": 1},
        notes=("16-bit samples were reduced to 8",),
    )


def reused(step: str, cell: str, second: int) -> Event:
    return ActionReused(at=at(second), key=key(step, cell), artifact=artifact(f"{step} of {cell}"))


def failed(step: str, cell: str, second: int, *, charged: Money = ZERO, job_id: str | None = None) -> Event:
    return ActionFailed(
        at=at(second),
        key=key(step, cell),
        code="no-visible-iris",
        message=f"photos/{cell}.jpg: no visible iris",
        hint="runner mask shows what the engine sees",
        retryable=False,
        duration_ms=700,
        attempts=1,
        charged=charged,
        job_id=job_id,
    )


def doubted(step: str, cell: str, second: int) -> Event:
    return ActionInDoubt(
        at=at(second),
        key=key(step, cell),
        message=f"photos/{cell}.jpg: nobody can say whether '{step}' was bought: no answer",
        hint="runner resume looks again",
        reserved=PRICE,
        duration_ms=700,
        attempts=1,
    )


def charged(step: str, cell: str, second: int, job_id: str) -> Event:
    return ActionCharged(at=at(second), key=key(step, cell), job_id=job_id, charged=PRICE)


def skipped(step: str, cell: str, second: int) -> Event:
    return ActionSkipped(at=at(second), key=key(step, cell), reason="step tone failed")


def check(at: int, cell: str, type: CheckType, *, mask_of: MaskImage | None = None) -> Check:  # noqa: A002 - its name
    """A check of the second step's result."""
    return Check(
        at=at,
        cell=cell,
        step="fabric",
        key=key("fabric", cell),
        type=type,
        measure="final",
        severity="error",
        on_fail="fail",
        params={"mask": mask_of} if mask_of else {},
    )


def checked_plan(*cells: str) -> Plan:
    """The plan with three checks per cell, two of them alike but for their mask, and a gate."""
    checks = [
        one
        for cell in cells
        for one in (
            check(0, cell, "outside_mask_unchanged", mask_of=mask(cell)),
            check(1, cell, "outside_mask_unchanged", mask_of=replace(mask(cell), name="legs")),
            check(2, cell, "max_bytes"),
        )
    ]
    return replace(plan_of(*cells), checks=tuple(checks), gate=Gate(canary=2, min_pass_rate="0.95"))


def measured(
    cell: str,
    second: int,
    value: str | None,
    *,
    type: CheckType = "outside_mask_unchanged",  # noqa: A002 - its name
    passed: bool = False,
    draw: int = 0,
    severity: Literal["error", "warn"] = "error",
    on_fail: Literal["fail", "quarantine"] = "fail",
    message: str = "",
) -> Event:
    return CheckMeasured(
        at=at(second),
        cell=cell,
        step="fabric",
        key=key("fabric", cell),
        draw=draw,
        type=type,
        measure="final",
        value=value,
        threshold="at most 900,000 bytes" if type == "max_bytes" else "at most 3%",
        passed=passed,
        severity=severity,
        on_fail=on_fail,
        message=message,
    )


def closed(second: int, phase: Literal["canary", "batch"] = "canary") -> Event:
    return GateClosed(at=at(second), phase=phase, passed=3, measured=6, min_pass_rate="0.95")


def made(cell: str, second: int) -> list[Event]:
    """Both steps of a cell have their results."""
    return [succeeded("tone", cell, second), succeeded("fabric", cell, second)]


def quarantined(cell: str, second: int) -> Event:
    return OutputWritten(
        at=at(second), cell=cell, path=f"quarantine/out/{cell}.jpg", digest=digest(f"out {cell}"), unchanged=False
    )


def checked_journal() -> list[Event]:
    """Five cells: one passed, one failed, one in quarantine, one warned of, one never measured; the gate closed."""
    return [
        started(checked_plan("a", "b", "c", "d", "e")),
        *made("a", 1),
        *made("b", 2),
        *made("c", 3),
        *made("d", 4),
        measured("a", 5, "0.001", passed=True),
        measured("a", 5, "0.002", passed=True),
        measured("a", 5, "812345", type="max_bytes", passed=True),
        written("a", 5),
        measured("b", 6, "0.042"),
        measured("b", 6, None, message="the mask is empty"),
        measured("c", 7, "0.031", on_fail="quarantine"),
        quarantined("c", 7),
        measured("d", 8, "912345", type="max_bytes", severity="warn"),
        written("d", 8),
        closed(9),
        ActionSkipped(at=at(9), key=key("tone", "e"), reason="the gate closed"),
        ActionSkipped(at=at(9), key=key("fabric", "e"), reason="the gate closed"),
        finished(10, "failed", 4),
    ]


def written(cell: str, second: int, *, unchanged: bool = False) -> Event:
    return OutputWritten(
        at=at(second), cell=cell, path=f"out/{cell}.jpg", digest=digest(f"out {cell}"), unchanged=unchanged
    )


def unwritten(cell: str, second: int) -> Event:
    return OutputFailed(
        at=at(second), cell=cell, path=f"out/{cell}.jpg", code="not-writable", message="the disk is full"
    )


def finished(second: int, state: RunState = "succeeded", exit_code: int = 0) -> Event:
    return RunFinished(at=at(second), run_id=RUN_ID, state=state, exit_code=exit_code)


def full_journal() -> list[Event]:
    """A run of three cells: one done, one failed in its first step, one whose output cannot be written."""
    return [
        started(plan_of("a", "b", "c")),
        began("tone", "a", 1),
        succeeded("tone", "a", 2),
        began("fabric", "a", 2),
        succeeded("fabric", "a", 4, job_id="job-1"),
        written("a", 4),
        began("tone", "b", 4),
        failed("tone", "b", 5, charged=PRICE, job_id="job-2"),
        skipped("fabric", "b", 5),
        reused("tone", "c", 5),
        reused("fabric", "c", 6),
        unwritten("c", 6),
        finished(7, "failed", 1),
    ]
