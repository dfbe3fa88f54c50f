"""Plans to render, built from few words."""

from collections.abc import Sequence
from dataclasses import replace

from runner.core.artifact import Size
from runner.core.digest import ActionKey, digest_bytes
from runner.core.money import ZERO, Money, parse_money
from runner.plan.plan import (
    Action,
    BudgetState,
    Cell,
    Decision,
    MaskImage,
    MaskState,
    Plan,
    Quote,
    RecipeName,
    StepQuote,
    Totals,
)

PLAN_ID = "sha256:9f2c" + "0" * 60
SIZE = Size(640, 480)


def money(text: str) -> Money:
    return parse_money(text)


def key(name: str) -> ActionKey:
    return ActionKey(digest_bytes(name.encode()))


def action(
    step: str,
    cells: Sequence[str],
    decision: Decision = "run",
    reason: str = "new",
    *,
    price: str = "0.55",
    provider: str = "runflow",
) -> Action:
    """An action whose key comes from its step and cells; payable where it runs at a paid provider."""
    name = key(f"{step}/{'/'.join(cells)}")
    return Action(
        key=name,
        raw_key=name,
        step=step,
        uses="runflow/reference-inpaint",
        provider=provider,
        revision="1",
        cells=tuple(cells),
        params={},
        paste_back=None,
        needs=(),
        output_size=SIZE,
        list_price=money(price),
        payable=money(price) if decision == "run" and provider != "local" else ZERO,
        decision=decision,
        reason=reason,
    )


def with_mask(action: Action, name: str, path: str | None) -> Action:
    mask = MaskImage(name=name, digest=digest_bytes(b""), size=SIZE, area=0.2, path=path, spec={"shape": "file"})
    return replace(action, paste_back=mask)


def cells_of(actions: Sequence[Action]) -> tuple[Cell, ...]:
    """The cells of actions, each its own item, in order."""
    names = list(dict.fromkeys(cell for action in actions for cell in action.cells))
    return tuple(
        Cell(
            id=name,
            item=name.split("/")[0],
            matrix={},
            photo=None,
            actions={action.step: action.key for action in actions if name in action.cells},
            skipped={},
        )
        for name in names
    )


def quote_of(actions: Sequence[Action], cells: Sequence[Cell], budget: str | None, as_of: str | None) -> Quote:
    """Add actions up as the planner does."""
    steps = tuple(
        _step(step, [a for a in actions if a.step == step], as_of) for step in dict.fromkeys(a.step for a in actions)
    )
    payable = Money.total([step.payable for step in steps])
    cap = None if budget is None else money(budget)
    totals = Totals(
        cells=len(cells),
        actions=len(actions),
        cached=sum(step.cached for step in steps),
        due=sum(step.due for step in steps),
        blocked=sum(a.decision == "blocked" for a in actions),
        list_price=Money.total([step.list_price for step in steps]),
        cached_value=Money.total([step.cached_value for step in steps]),
        payable=payable,
        worst_case=payable,
    )
    over = () if cap is None or payable <= cap else (f"the worst case is {payable:s}, the budget {cap:s}",)
    return Quote(totals=totals, steps=steps, budget=BudgetState(max=cap, ok=not over, over=over))


def _step(name: str, actions: list[Action], as_of: str | None) -> StepQuote:
    payable = Money.total([a.payable for a in actions])
    return StepQuote(
        id=name,
        uses=actions[0].uses,
        provider=actions[0].provider,
        actions=len(actions),
        cached=sum(a.decision == "reuse" for a in actions),
        due=sum(a.decision == "run" for a in actions),
        list_price=Money.total([a.list_price for a in actions]),
        cached_value=Money.total([a.list_price for a in actions if a.decision == "reuse"]),
        payable=payable,
        worst_case=payable,
        unit="request",
        unit_price=actions[0].list_price,
        price_as_of=as_of,
    )


def plan_of(
    actions: Sequence[Action],
    *,
    name: str = "autumn-catalog",
    budget: str | None = None,
    as_of: str | None = "2026-11-20",
    masks: Sequence[MaskState] = (),
) -> Plan:
    cells = cells_of(actions)
    return Plan(
        recipe=RecipeName(path="recipes/autumn.yaml", name=name, digest=digest_bytes(b"")),
        root="/project",
        provider="runflow",
        cells=cells,
        actions=tuple(actions),
        masks=tuple(masks),
        outputs=(),
        quote=quote_of(actions, cells, budget, as_of),
    )


def autumn() -> Plan:
    """The catalogue of the manual: 40 items, 111 cells, two of the items changed."""
    finishes = [f"ITEM-{at:03}/{finish}" for at in range(40) for finish in ("oak", "walnut", "white")][:111]
    items = list(dict.fromkeys(cell.split("/")[0] for cell in finishes))
    brand = [
        action(
            "brand",
            [c for c in finishes if c.startswith(item)],
            *(("run", "photo changed") if item == "ITEM-007" else ("reuse", "done before")),
        )
        for item in items
    ]
    changed = {"ITEM-007": "photo changed", "ITEM-012": "mask 'fabric' changed"}
    fabric = [
        with_mask(
            action("fabric", [cell], "run" if cell[:8] in changed else "reuse", changed.get(cell[:8], "done before")),
            "fabric",
            f"masks/{cell[:8]}.png",
        )
        for cell in finishes
    ]
    states = [MaskState(name="fabric", cell=cell, size=SIZE, area=0.2, problems=()) for cell in finishes]
    return plan_of([*brand, *fabric], budget="80.00", masks=states)
