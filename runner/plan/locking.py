"""What a lock file says of a plan's actions: their lines, and where results are others than those that it holds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from runner.catalog.card import ModelCard
from runner.catalog.lock import Lock, with_actions
from runner.catalog.lock_lines import LockedAction, LockedPrice
from runner.core.artifact import Result
from runner.core.digest import ActionKey
from runner.plan.plan import Action, InputImage, MaskImage, Plan


@dataclass(frozen=True, slots=True)
class Scope:
    """How much of a recipe a plan stands for.

    Attributes:
        is_selection: Whether only some of its cells were selected.
        is_one_of_providers: Whether the provider was chosen for this run, so that others may be chosen for the next.
    """

    is_selection: bool
    is_one_of_providers: bool


def locked_price(card: ModelCard) -> LockedPrice:
    """Say what one unit of a model costs."""
    as_of = card.price.as_of.isoformat() if card.price.as_of is not None else None
    return LockedPrice(amount=card.price.amount, unit=card.price.unit, as_of=as_of)


def update_lock(
    lock: Lock, plan: Plan, cards: Mapping[str, ModelCard], results: Mapping[ActionKey, Result], scope: Scope
) -> Lock:
    """Bring a lock up to date after a run.

    Actions that the recipe no longer has are dropped, as far as the plan stands for the recipe: a selection keeps the
    lines of the other cells. An action without a result keeps the line that it had.

    Args:
        lock: As it stands.
        plan: What was carried out.
        cards: The catalog's, by id.
        results: What is there of the plan's actions.
        scope: What the plan stands for.
    """
    items = {cell.id: cell.item for cell in plan.cells}
    places = {action.key: _place(action, items, lock, scope) for action in plan.actions}
    fresh = [
        _locked(action, places[action.key], plan, cards[action.uses], results[action.key])
        for action in plan.actions
        if action.key in results
    ]
    return with_actions(lock, [*fresh, *_kept(lock, plan, fresh, scope)])


def drifted_from(locked: Sequence[LockedAction], result: Result) -> LockedAction | None:
    """Find what a lock holds of an action where its result is another one; None where it is the same, or not locked."""
    if any(_is_same(each, result) for each in locked):
        return None
    return locked[0] if locked else None


def _is_same(locked: LockedAction, result: Result) -> bool:
    is_other_revision = locked.reported and result.reported and locked.reported != result.reported
    return locked.result == result.digest and not is_other_revision


def _locked(action: Action, place: str, plan: Plan, card: ModelCard, result: Result) -> LockedAction:
    return LockedAction(
        key=action.key,
        step=action.step,
        cell=place,
        provider=action.provider,
        under=plan.provider,
        model=action.uses,
        revision=action.revision,
        price=locked_price(card),
        inputs={name: value.artifact.digest for name, value in action.params.items() if isinstance(value, InputImage)},
        masks={name: value.digest for name, value in action.params.items() if isinstance(value, MaskImage)},
        paste_back=action.paste_back.digest if action.paste_back is not None else None,
        reported=result.reported,
        result=result.digest,
    )


def _place(action: Action, items: Mapping[str, str], lock: Lock, scope: Scope) -> str:
    """Name the cells of an action in one word, so that its line stays the same when the batch grows."""
    before = lock.actions.get(action.key, ())
    if before and scope.is_selection:
        return before[0].cell
    if len(action.cells) == 1:
        return action.cells[0]
    of_items = {items[cell] for cell in action.cells}
    return f"{of_items.pop()}/*" if len(of_items) == 1 else "*"


def _kept(lock: Lock, plan: Plan, fresh: Iterable[LockedAction], scope: Scope) -> Iterator[LockedAction]:
    """The lines that stay as they are."""
    written = {action.key for action in fresh}
    planned = {action.key for action in plan.actions}
    places = {(action.step, action.cell, action.under) for action in fresh}
    steps = {action.step for action in plan.actions}
    for action in (each for same in lock.actions.values() for each in same if each.key not in written):
        is_elsewhere = scope.is_selection and (action.step, action.cell, action.under) not in places
        is_of_other = scope.is_one_of_providers and action.under != plan.provider and action.step in steps
        if action.key in planned or is_elsewhere or is_of_other:
            yield action
