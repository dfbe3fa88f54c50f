"""Plans made by hand, and what is needed to carry them out."""

import asyncio
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image

from runner.core.artifact import Artifact, Size
from runner.core.digest import ActionKey, Json, digest_bytes, digest_json
from runner.core.errors import ExitCode
from runner.core.event import Event
from runner.core.money import ZERO
from runner.execute.doors import Doors, Policy, Run
from runner.execute.execute import execute
from runner.execute.stop import StopSignal
from runner.plan.document import plan_document
from runner.plan.plan import (
    Action,
    BudgetState,
    Cell,
    InputImage,
    MaskImage,
    Output,
    ParamValue,
    Plan,
    Quote,
    RecipeName,
    StepImage,
    Totals,
)
from runner.providers.base import Provider
from runner.store.store import open_store
from tests.execute.providers import InlinePool

T = TypeVar("T", bound=Event)

SIZE = Size(48, 32)


def png(seed: int, size: Size = SIZE) -> bytes:
    """A picture of noise."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size.height_px, size.width_px, 3), np.uint8)
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "PNG")
    return written.getvalue()


def photo(root: Path, name: str, seed: int, size: Size = SIZE) -> InputImage:
    """A picture in the project."""
    content = png(seed, size)
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    artifact = Artifact(
        digest=digest_bytes(content),
        media_type="image/png",
        size_bytes=len(content),
        width_px=size.width_px,
        height_px=size.height_px,
    )
    return InputImage(path=name, artifact=artifact)


def part_mask(area: str) -> MaskImage:
    """A mask that covers the left part of the picture."""
    from runner.images.mask import digest_mask, mask_area
    from runner.plan.masks import draw_mask

    spec: dict[str, Json] = {"shape": "rect", "values": ["0", "0", area, "100%"], "black_edits": False, "ops": []}
    mask = draw_mask(spec, {}, SIZE)
    return MaskImage(
        name="part",
        digest=digest_mask(mask),
        size=SIZE,
        area=mask_area(mask),
        path=None,
        spec=spec,
    )


def action(
    step: str,
    params: Mapping[str, ParamValue],
    *,
    uses: str = "test/echo",
    provider: str = "echo",
    paste_back: MaskImage | None = None,
) -> Action:
    """An action whose key follows from what it takes; the provider is told its step."""
    params = {**params, "step": step}
    identity = digest_json("test", [step, uses, {name: repr(value) for name, value in params.items()}])
    raw_key = ActionKey(identity)
    key = raw_key if paste_back is None else ActionKey(digest_json("test-paste", [raw_key, paste_back.digest]))
    return Action(
        key=key,
        raw_key=raw_key,
        step=step,
        uses=uses,
        provider=provider,
        revision="1",
        cells=("cell",),
        params=params,
        paste_back=paste_back,
        needs=tuple(value.key for value in params.values() if isinstance(value, StepImage)),
        output_size=None,
        list_price=ZERO,
    )


def after(earlier: Action) -> StepImage:
    """The result of an action, as a parameter."""
    return StepImage(step=earlier.step, key=earlier.key, size=None)


def output(of: Action, path: str, source: InputImage | None = None) -> Output:
    """A PNG of a result."""
    return Output(
        cell="cell",
        path=path,
        step=of.step,
        key=of.key,
        source=source,
        media_type="image/png",
        quality=None,
        keep=("icc", "copyright"),
        mark=False,
    )


def plan(root: Path, *actions: Action, outputs: tuple[Output, ...] = ()) -> Plan:
    """A plan of one cell."""
    totals = Totals(
        cells=1,
        actions=len(actions),
        cached=0,
        due=len(actions),
        blocked=0,
        list_price=ZERO,
        cached_value=ZERO,
        payable=ZERO,
        worst_case=ZERO,
    )
    return Plan(
        recipe=RecipeName(path="recipe.yaml", name="recipe", digest=digest_bytes(b"recipe")),
        root=str(root),
        provider="echo",
        cells=(
            Cell(
                id="cell",
                item="",
                matrix={},
                photo=None,
                actions={one.step: one.key for one in actions},
                skipped={},
            ),
        ),
        actions=actions,
        masks=(),
        outputs=outputs,
        quote=Quote(totals=totals, steps=(), budget=BudgetState(max=None, ok=True)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What came of carrying out a plan."""

    code: ExitCode
    events: list[Event]

    def names(self) -> list[str]:
        """The events by kind, in order."""
        return [event.event for event in self.events]

    def of(self, kind: type[T]) -> list[T]:
        """The events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]


RUN_ID = "20261121T000000-000001"


def carry_out(
    wanted: Plan,
    provider: Provider,
    *,
    policy: Policy = Policy(jobs=2),  # noqa: B008 - frozen
    run_id: str = RUN_ID,
    make_pool: Callable[[], InlinePool] = InlinePool,
    recipe_text: str = "",
) -> Carried:
    """Execute a plan with one provider under every name."""
    return asyncio.run(
        carry_out_async(wanted, provider, policy=policy, run_id=run_id, make_pool=make_pool, recipe_text=recipe_text)
    )


async def carry_out_async(
    wanted: Plan,
    provider: Provider,
    *,
    policy: Policy = Policy(jobs=2),  # noqa: B008 - frozen
    run_id: str = RUN_ID,
    stop: StopSignal | None = None,
    make_pool: Callable[[], InlinePool] = InlinePool,
    recipe_text: str = "",
) -> Carried:
    """See ``carry_out``."""
    events: list[Event] = []
    run = Run(run_id=run_id, document=plan_document(wanted, created_at="2026-11-21T00:00:00Z"), recipe_text=recipe_text)
    with open_store(Path(wanted.root)) as store, make_pool() as pool:
        doors = Doors(store=store, pool=pool, providers={"echo": provider, "local": provider}, emit=events.append)
        code = await execute(wanted, run=run, doors=doors, policy=policy, stop=stop or StopSignal())
    return Carried(code=code, events=events)
