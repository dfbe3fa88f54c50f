"""Prices: what an action costs by its model's card, and what a plan costs by step."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_UP, Decimal

from runner.catalog.card import ModelCard
from runner.core.artifact import Size
from runner.core.money import ZERO, Money
from runner.plan.plan import Action, BudgetState, Cell, Quote, StepQuote, Totals
from runner.recipe.parsed import ParsedBudget

MEGAPIXEL = 1_000_000


def list_price(card: ModelCard, output_size: Size | None) -> Money:
    """What one action costs at a paid provider when nothing is cached.

    Raises:
        ValueError: the card does not let it be known before the work is done; the message says why.
    """
    price = card.price
    match price.unit:
        case "request" | "image":
            return price.amount
        case "megapixel" if output_size is not None:
            pixels = Decimal(output_size.width_px * output_size.height_px)
            amount = (price.amount.amount * pixels / MEGAPIXEL).quantize(Decimal("0.000001"), rounding=ROUND_UP)
            return Money(amount)
        case "megapixel":
            raise ValueError(
                f"'{card.id}' costs {price.amount:} per megapixel, and the size of its result is not known"
            )
        case "second":
            if not price.amount:
                return ZERO
            raise ValueError(f"'{card.id}' costs {price.amount:} per second, and the card gives no limit")


def quote(
    actions: tuple[Action, ...], cells: tuple[Cell, ...], cards: Mapping[str, ModelCard], budget: ParsedBudget
) -> Quote:
    """Add up a plan's actions, whose decisions are taken."""
    by_step: dict[str, list[Action]] = {}
    for action in actions:
        by_step.setdefault(action.step, []).append(action)
    steps = tuple(_step_quote(step, found, cards[found[0].uses]) for step, found in by_step.items())
    totals = Totals(
        cells=len(cells),
        actions=len(actions),
        cached=sum(step.cached for step in steps),
        due=sum(step.due for step in steps),
        blocked=sum(action.decision == "blocked" for action in actions),
        list_price=_sum(step.list_price for step in steps),
        cached_value=_sum(step.cached_value for step in steps),
        payable=_sum(step.payable for step in steps),
        worst_case=_worst_case(steps, budget.on_check_fail),
    )
    state = _budget_state(budget, totals.worst_case, steps, _items_over(budget.per_item, actions, cells))
    return Quote(totals=totals, steps=steps, budget=state)


def _step_quote(step: str, actions: list[Action], card: ModelCard) -> StepQuote:
    payable = _sum(action.payable for action in actions)
    redraws = _sum(action.payable * action.redraws for action in actions if action.redraws)
    return StepQuote(
        id=step,
        uses=card.id,
        provider=actions[0].provider,
        actions=len(actions),
        cached=sum(action.decision == "reuse" for action in actions),
        due=sum(action.decision in {"run", "collect"} for action in actions),
        list_price=_sum(action.list_price for action in actions),
        cached_value=_sum(action.list_price for action in actions if action.decision == "reuse"),
        payable=payable,
        worst_case=payable + redraws,
        unit=card.price.unit,
        unit_price=card.price.amount,
        price_as_of=card.price.as_of.isoformat() if card.price.as_of is not None else None,
    )


def _budget_state(
    budget: ParsedBudget, worst: Money, steps: tuple[StepQuote, ...], items_over: list[str]
) -> BudgetState:
    over: list[str] = []
    if budget.max is not None and worst > budget.max:
        over.append(f"the worst case is {worst:}, the budget {budget.max:}")
    over += [
        f"step '{step.id}' may cost {step.worst_case:}, its budget is {budget.per_step[step.id]:}"
        for step in steps
        if step.id in budget.per_step and step.worst_case > budget.per_step[step.id]
    ]
    over += items_over
    return BudgetState(
        max=budget.max,
        ok=not over,
        over=tuple(over),
        per_item=budget.per_item,
        per_step=dict(budget.per_step),
        on_check_fail=budget.on_check_fail,
    )


def _items_over(cap: Money | None, actions: tuple[Action, ...], cells: tuple[Cell, ...]) -> list[str]:
    """An action that several items share counts in full for each: any of them may be the one that needs it."""
    if cap is None:
        return []
    payable = {action.key: action.payable * (1 + action.redraws) for action in actions}
    by_item: dict[str, set[str]] = {}
    for cell in cells:
        by_item.setdefault(cell.item, set()).update(cell.actions.values())
    costs = {item: _sum(payable[key] for key in payable.keys() & keys) for item, keys in by_item.items()}
    return [f"item '{item}' may cost {cost:}, its budget is {cap:}" for item, cost in costs.items() if cost > cap]


def _worst_case(steps: tuple[StepQuote, ...], redraw_cap: Money | None) -> Money:
    """What is payable, and every further draw that a failed check may ask for, up to its own cap."""
    payable, worst = _sum(step.payable for step in steps), _sum(step.worst_case for step in steps)
    return worst if redraw_cap is None else payable + min(worst - payable, redraw_cap)


def _sum(amounts: Iterable[Money]) -> Money:
    return Money.total(list(amounts))
