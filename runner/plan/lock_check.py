"""A plan held against its recipe's lock file: what is another than it holds, and what ``--frozen`` misses."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from runner.catalog.card import ModelCard
from runner.catalog.lock import Lock
from runner.catalog.lock_lines import LockedPrice
from runner.core.artifact import Result
from runner.core.diagnostic import Diagnostic
from runner.core.digest import ActionKey
from runner.plan.locking import drifted_from, locked_price
from runner.plan.plan import Action, Plan
from runner.recipe.parsed import ParsedRecipe

MOST_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedState:
    """What a plan is held against.

    Attributes:
        lock: The recipe's lock file.
        name: Of the lock file, as people know it.
        cards: The catalog's, by id.
        results: What the store holds of the plan's actions that the lock file has.
    """

    lock: Lock
    name: str
    cards: Mapping[str, ModelCard]
    results: Mapping[ActionKey, Result]


def lock_warnings(recipe: ParsedRecipe, plan: Plan, state: LockedState) -> Iterator[Diagnostic]:
    """Report prices and results that are not those of the lock file."""
    yield from _prices(recipe, plan, state)
    drifted = [action for action in plan.actions if _has_drifted(action, state)]
    yield from _step_problems(drifted, "drift", f"not what '{state.name}' holds", recipe, "warning")


def frozen_misses(recipe: ParsedRecipe, plan: Plan, state: LockedState) -> Iterator[Diagnostic]:
    """Report the actions that are not locked, or whose results are not there: they would have to be made or bought."""
    unlocked = [action for action in plan.actions if action.key not in state.lock.actions]
    gone = [action for action in plan.actions if action.key in state.lock.actions and action.decision != "reuse"]
    yield from _step_problems(unlocked, "frozen-miss", f"not in '{state.name}'", recipe)
    yield from _step_problems(gone, "frozen-miss", "not in the store", recipe)


def prices_not_locked(plan: Plan, state: LockedState) -> list[str]:
    """Name the models that a plan buys from at a price that the lock file does not hold."""
    bought = dict.fromkeys(action.uses for action in plan.actions if action.payable)
    prices = _locked_prices(state.lock)
    return [model for model in bought if not _is_price_of(state.cards[model], prices.get(model, ()))]


def _prices(recipe: ParsedRecipe, plan: Plan, state: LockedState) -> Iterator[Diagnostic]:
    prices, told = _locked_prices(state.lock), set[str]()
    for step in recipe.steps:
        model = next((action.uses for action in plan.actions if action.step == step.id), None)
        locked = prices.get(model or "", [])
        if model is None or model in told or not locked or _is_price_of(state.cards[model], locked):
            continue
        told.add(model)
        span = recipe.source.value_span((*step.place, "uses"))
        message = f"'{model}' costs {locked_price(state.cards[model])}; '{state.name}' holds {locked[-1]}"
        hint = "a run writes the price of today into the lock file"
        yield recipe.source.diagnostic(span, "price-changed", message, hint=hint, severity="warning")


def _locked_prices(lock: Lock) -> dict[str, list[LockedPrice]]:
    """The prices that a lock holds of each model, the oldest first."""
    prices: dict[str, dict[LockedPrice, None]] = {}
    for action in (each for same in lock.actions.values() for each in same):
        prices.setdefault(action.model, {})[action.price] = None
    return {model: sorted(found, key=lambda price: price.as_of or "") for model, found in prices.items()}


def _is_price_of(card: ModelCard, locked: Iterable[LockedPrice]) -> bool:
    """Whether a price is among those that are locked; on which day it was read does not matter."""
    now = locked_price(card)
    return any((price.amount, price.unit) == (now.amount, now.unit) for price in locked)


def _has_drifted(action: Action, state: LockedState) -> bool:
    result = state.results.get(action.key)
    return result is not None and drifted_from(state.lock.actions.get(action.key, ()), result) is not None


def _step_problems(
    actions: Sequence[Action],
    code: str,
    what: str,
    recipe: ParsedRecipe,
    severity: Literal["error", "warning"] = "error",
) -> Iterator[Diagnostic]:
    """Make one problem of the actions of each step, and name them."""
    places = {step.id: step.place for step in recipe.steps}
    groups: dict[str, list[Action]] = {}
    for action in actions:
        groups.setdefault(action.step, []).append(action)
    for step, found in groups.items():
        span = recipe.source.value_span((*places[step], "id"))
        subject = f"a result of step '{step}' is" if len(found) == 1 else f"{len(found)} results of step '{step}' are"
        yield recipe.source.diagnostic(span, code, f"{subject} {what}", hint=_names(found), severity=severity)


def _names(actions: Sequence[Action]) -> str:
    names = list(dict.fromkeys(action.cells[0] for action in actions))
    more = [f"and {len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    return f"for {', '.join([*names[:MOST_NAMED], *more])}"
