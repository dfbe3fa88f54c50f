"""A run of many cells in a store, as the benchmarks of the report have it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from runner.core.artifact import Artifact, Size
from runner.core.digest import ActionKey, Json, digest_bytes
from runner.core.event import (
    ActionStarted,
    ActionSucceeded,
    CheckMeasured,
    Event,
    OutputWritten,
    Phases,
    RunFinished,
    RunStarted,
)
from runner.core.money import ZERO, parse_money
from runner.images.change import Change
from runner.plan.document import plan_document
from runner.plan.plan import (
    Action,
    BudgetState,
    Cell,
    Check,
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
from runner.report.wanted import HeatPicture
from runner.store.store import open_store

RUN_ID = "20261121T072500-ab12cd"
_PRICE = parse_money("0.05")
_SIZE = Size(1600, 1200)
_BEGAN = datetime(2026, 11, 21, 7, 25, tzinfo=UTC)
_RECIPE = "version: 1\nname: bench\nsteps:\n  - id: tone\n    uses: studio/tone\n  - id: fill\n    uses: studio/fill\n"


def write_run(root: Path, cells: int) -> None:
    """Record a run of two steps over cells that have a mask, a check and an output; its pictures are not there."""
    plan = _plan(root, [f"ITEM-{number:05}" for number in range(cells)])
    document = plan_document(plan, created_at="2026-11-21T07:25:00.000Z")
    started = RunStarted(at="2026-11-21T07:25:00.000Z", run_id=RUN_ID, plan=document, recipe_text=_RECIPE)
    events = [event for number, one in enumerate(plan.actions) for event in _events(one, number)]
    finished = RunFinished(at="2026-11-21T12:25:00.000Z", run_id=RUN_ID, state="succeeded", exit_code=0)
    (root / "runner.toml").write_text("")
    with open_store(root) as store:
        store.ledger.append(RUN_ID, [started, *events, finished])


def photos_plan(root: Path, paths: list[Path], size: Size) -> Plan:
    """Make a plan that only shows photos: cells without an action."""
    cells = []
    for path in paths:
        content = path.read_bytes()
        artifact = Artifact(
            digest=digest_bytes(content), media_type="image/jpeg", size_bytes=len(content),
            width_px=size.width_px, height_px=size.height_px,
        )  # fmt: skip
        photo = InputImage(path=path.relative_to(root).as_posix(), artifact=artifact)
        cells.append(Cell(id=path.stem, item=path.stem, matrix={}, photo=photo, actions={}, skipped={}))
    return replace(_plan(root, []), cells=tuple(cells))


def made_up_change(heat: HeatPicture) -> Change:
    """Say that something changed, most of it inside the mask."""
    share = int(heat.id[:4], 16) / 0x20000
    return Change(share=share, inside=0.9, outside=share / 9, mean=4 + share * 9, max=30 + share, columns=640, rows=480)


def _plan(root: Path, names: list[str]) -> Plan:
    actions = [action for name in names for action in _chain(name)]
    worth = _PRICE * len(actions)
    totals = Totals(
        cells=len(names), actions=len(actions), cached=0, due=len(actions), blocked=0, list_price=worth,
        cached_value=ZERO, payable=worth, worst_case=worth,
    )  # fmt: skip
    steps = tuple(_step_quote(step, len(names)) for step in ("tone", "fill"))
    return Plan(
        recipe=RecipeName(path="bench.yaml", name="bench", digest=digest_bytes(_RECIPE.encode())),
        root=str(root),
        provider="studio",
        cells=tuple(_cell(name) for name in names),
        actions=tuple(actions),
        masks=(),
        outputs=tuple(_output(name) for name in names),
        checks=tuple(_check(name) for name in names),
        quote=Quote(totals=totals, steps=steps, budget=BudgetState(max=None, ok=True)),
    )


def _step_quote(step: str, actions: int) -> StepQuote:
    worth = _PRICE * actions
    return StepQuote(
        id=step, uses=f"studio/{step}", provider="studio", actions=actions, cached=0, due=actions, list_price=worth,
        cached_value=ZERO, payable=worth, worst_case=worth, unit="request", unit_price=_PRICE, price_as_of="2026-11-20",
    )  # fmt: skip


def _cell(name: str) -> Cell:
    actions = {step: _key(step, name) for step in ("tone", "fill")}
    return Cell(id=name, item=name, matrix={}, photo=_photo(name), actions=actions, skipped={})


def _chain(name: str) -> tuple[Action, Action]:
    tone = Action(
        key=_key("tone", name), raw_key=_key("tone", name), step="tone", uses="studio/tone", provider="studio",
        revision="2", cells=(name,), params={"image": _photo(name), "strength": "0.40"}, paste_back=None, needs=(),
        output_size=_SIZE, list_price=_PRICE, payable=_PRICE, decision="run", reason="not made before",
    )  # fmt: skip
    image, seed = StepImage(step="tone", key=tone.key, size=_SIZE), int(tone.key[:6], 16)
    fill = replace(
        tone, key=_key("fill", name), raw_key=_key("raw", name), step="fill", uses="studio/fill",
        params={"image": image, "mask": _mask(name), "prompt": "linen, cream, soft light", "seed": seed},
        paste_back=_mask(name), needs=(tone.key,),
    )  # fmt: skip
    return tone, fill


def _output(name: str) -> Output:
    return Output(
        cell=name, path=f"out/{name}.jpg", step="fill", key=_key("fill", name), source=_photo(name),
        media_type="image/jpeg", quality=90, keep=("icc",), mark=True,
    )  # fmt: skip


def _check(name: str) -> Check:
    return Check(
        at=0, cell=name, step="fill", key=_key("fill", name), type="outside_mask_unchanged", measure="final",
        severity="error", on_fail="fail", params={"mask": _mask(name)},
    )  # fmt: skip


def _events(action: Action, number: int) -> Iterator[Event]:
    """Tell of an action that began so and so many starts after the run; its key is its chance."""
    chance = int(action.key[:8], 16)
    run_ms, queue_ms, download_ms = 1500 + chance % 4000, chance % 900, 100 + chance % 400
    began = _BEGAN + timedelta(milliseconds=number * 180)
    at = _text(began + timedelta(milliseconds=queue_ms + run_ms + download_ms + chance % 50))
    yield ActionStarted(at=_text(began), key=action.key, attempt=1)
    yield ActionSucceeded(
        at=at, key=action.key, artifact=_artifact(action.key), duration_ms=queue_ms + run_ms + download_ms, attempts=1,
        charged=_PRICE, job_id=f"job-{action.key[:12]}", details={"seed": chance},
        phases=Phases(queue_ms=queue_ms, run_ms=run_ms, download_ms=download_ms),
    )  # fmt: skip
    if action.step == "fill":
        cell = action.cells[0]
        yield CheckMeasured(
            at=at, cell=cell, step="fill", key=action.key, draw=0, type="outside_mask_unchanged",
            measure="final", value=f"0.00{chance % 10_000:04}", threshold="at most 3%", passed=True, severity="error",
        )  # fmt: skip
        yield OutputWritten(at=at, cell=cell, path=f"out/{cell}.jpg", digest=digest_bytes(at.encode()), unchanged=False)


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def _photo(name: str) -> InputImage:
    return InputImage(path=f"photos/{name}.jpg", artifact=_artifact(f"photo {name}"))


def _mask(name: str) -> MaskImage:
    spec: dict[str, Json] = {"shape": "rect", "values": ["10%", "10%", "50%", "50%"], "black_edits": False, "ops": []}
    digest = digest_bytes(f"mask {name}".encode())
    area = 0.2 + int(digest[:3], 16) / 20_000
    return MaskImage(name="sofa", digest=digest, size=_SIZE, area=area, path=None, spec=spec)


def _artifact(name: str) -> Artifact:
    return Artifact(
        digest=digest_bytes(name.encode()), media_type="image/jpeg", size_bytes=400_000, width_px=_SIZE.width_px,
        height_px=_SIZE.height_px,
    )  # fmt: skip


def _key(step: str, name: str) -> ActionKey:
    return ActionKey(digest_bytes(f"{step} {name}".encode()))
