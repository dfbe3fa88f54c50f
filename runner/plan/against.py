"""A plan against an earlier one: which actions are added, removed and changed, why, and what that costs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from runner.core.digest import ActionKey
from runner.core.money import ZERO, Difference, Money
from runner.plan.plan import Action, Cell, Plan
from runner.plan.reason import differences


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionChange:
    """What became of an action.

    Attributes:
        key: Of the action as it is now; of a removed one, as it was.
        was: The keys of the actions whose place it takes.
        cells, items: Those that it serves.
        list_delta, payable_delta: What it adds to the plan, or takes from it.
    """

    key: ActionKey
    was: tuple[ActionKey, ...] = ()
    step: str
    cells: tuple[str, ...]
    items: tuple[str, ...]
    reason: str
    list_delta: Difference
    payable_delta: Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """A plan against an earlier one; both are priced against the results that are there now.

    Attributes:
        ref: As it was typed: a ref of git, or a saved plan.
        commit: Of the ref; empty for a saved plan.
        notes: What a reader should know of the comparison, in whole sentences.
    """

    ref: str
    commit: str = ""
    list_delta: Difference
    payable_delta: Difference
    added: tuple[ActionChange, ...] = ()
    removed: tuple[ActionChange, ...] = ()
    changed: tuple[ActionChange, ...] = ()
    notes: tuple[str, ...] = ()


def compare(before: Plan | None, now: Plan, *, ref: str, commit: str = "", notes: tuple[str, ...] = ()) -> Against:
    """Compare two plans of a recipe, action by action; without an earlier one, everything is added.

    What the changes of all actions add up to is what the totals differ by.

    Args:
        before: The earlier one, with its decisions.
        now: The later one, with its decisions.
        ref: As in ``Against``, as are the others.
        commit: Of the ref.
        notes: On the comparison.
    """
    comparison = _Comparison(before, now)
    added, changed = comparison.sort()
    removed = tuple(comparison.removed())
    total = Difference.total
    return Against(
        ref=ref,
        commit=commit,
        list_delta=total(change.list_delta for change in (*added, *removed, *changed)),
        payable_delta=total(change.payable_delta for change in (*added, *removed, *changed)),
        added=added,
        removed=removed,
        changed=changed,
        notes=notes,
    )


@dataclass(slots=True)
class _Side:
    """One of the two plans, by what is looked up in it."""

    actions: Mapping[ActionKey, Action]
    cells: Mapping[str, Cell]
    items: frozenset[str]
    steps: frozenset[str]
    values: frozenset[tuple[str, str]]
    """Names and values of the matrix."""

    def items_of(self, action: Action) -> tuple[str, ...]:
        """The items that one of its actions is for."""
        return tuple(dict.fromkeys(self.cells[cell].item for cell in action.cells))


@dataclass(slots=True)
class _Sorted:
    added: list[ActionChange] = field(default_factory=list)
    changed: list[ActionChange] = field(default_factory=list)


class _Comparison:
    def __init__(self, before: Plan | None, now: Plan) -> None:
        self._before = _side(before)
        self._now = _side(now)
        self._is_new = before is None
        self._taken: set[ActionKey] = set()
        self._reasons: dict[ActionKey, tuple[str, ...]] = {}

    def sort(self) -> tuple[tuple[ActionChange, ...], tuple[ActionChange, ...]]:
        """Tell what is added from what is changed, in the order of the plan."""
        found = _Sorted()
        for action in self._now.actions.values():
            same = self._before.actions.get(action.key)
            was = self._predecessors(action) if same is None else [same]
            if same is not None:
                found.changed += self._priced_otherwise(same, action)
            elif was:
                found.changed.append(self._changed(was, action))
            else:
                reason = "the recipe is new" if self._is_new else _why_only_here(action, self._now, self._before, _NEW)
                found.added.append(self._change(action, [], reason))
        return tuple(found.added), tuple(found.changed)

    def removed(self) -> Iterator[ActionChange]:
        """Give the earlier actions that nothing took the place of; after ``sort``."""
        for action in self._before.actions.values():
            if action.key not in self._now.actions and action.key not in self._taken:
                reason = _why_only_here(action, self._before, self._now, _GONE)
                yield ActionChange(
                    key=action.key,
                    step=action.step,
                    cells=action.cells,
                    items=self._before.items_of(action),
                    reason=reason,
                    list_delta=ZERO.difference(action.list_price),
                    payable_delta=ZERO.difference(action.payable),
                )

    def _predecessors(self, action: Action) -> list[Action]:
        """The earlier actions of its step for its cells that are not in the plan any more."""
        keys = [cell.actions.get(action.step) for cell in self._cells(action) if cell is not None]
        return [self._before.actions[key] for key in dict.fromkeys(keys) if key is not None]

    def _cells(self, action: Action) -> Iterator[Cell | None]:
        return (self._before.cells.get(cell) for cell in action.cells)

    def _changed(self, was: list[Action], action: Action) -> ActionChange:
        """An earlier action counts once, though several may take its place."""
        above = {key: _from_above(self._reasons[key], self._now.actions[key].step) for key in self._known(action)}
        self._reasons[action.key] = differences(was[0], action, above)
        counted = [one for one in was if one.key not in self._taken and one.key not in self._now.actions]
        self._taken.update(one.key for one in was)
        return self._change(action, counted, ", ".join(self._reasons[action.key]), was)

    def _priced_otherwise(self, before: Action, now: Action) -> Iterator[ActionChange]:
        """The same work at another price, or work that is blocked in one of the plans only."""
        if before.decision == "blocked" != now.decision:
            yield self._change(now, [before], "is not blocked any more", [before])
        elif now.decision == "blocked" != before.decision:
            yield self._change(now, [before], f"blocked: {now.reason}", [before])
        elif before.list_price != now.list_price:
            yield self._change(now, [before], f"price was {before.list_price:s}", [before])

    def _change(self, action: Action, counted: list[Action], reason: str, was: Iterable[Action] = ()) -> ActionChange:
        return ActionChange(
            key=action.key,
            was=tuple(one.key for one in was),
            step=action.step,
            cells=action.cells,
            items=self._now.items_of(action),
            reason=reason,
            list_delta=action.list_price.difference(Money.total([one.list_price for one in counted])),
            payable_delta=action.payable.difference(Money.total([one.payable for one in counted])),
        )

    def _known(self, action: Action) -> list[ActionKey]:
        return [key for key in action.needs if key in self._reasons]


@dataclass(frozen=True, slots=True)
class _Words:
    """How it is said that something is in one of the plans only."""

    item: str
    step: str
    value: str
    skipped: str
    otherwise: str


_NEW = _Words("new item", "step '{}' is new", "{} is new", "was skipped: {}", "new")
_GONE = _Words("the item is gone", "step '{}' is gone", "{} is gone", "is skipped: {}", "not needed any more")


def _why_only_here(action: Action, here: _Side, there: _Side, words: _Words) -> str:
    """Say why the other plan has no such action."""
    cell = here.cells[action.cells[0]]
    if action.step not in there.steps:
        return words.step.format(action.step)
    if cell.item not in there.items:
        return words.item
    values = [f"{name}={value}" for name, value in cell.matrix.items() if (name, value) not in there.values]
    if values:
        return words.value.format(", ".join(values))
    other = there.cells.get(cell.id)
    if other is not None and action.step in other.skipped:
        return words.skipped.format(other.skipped[action.step])
    return words.otherwise


def _from_above(reasons: tuple[str, ...], step: str) -> tuple[str, ...]:
    """Say of what changed above an action where it did, unless it is a picture or a mask, which say it themselves."""
    return tuple(
        reason if reason.startswith(("photo ", "mask ")) or " in step " in reason else f"{reason} in step '{step}'"
        for reason in reasons
    )


def _side(plan: Plan | None) -> _Side:
    cells = {} if plan is None else {cell.id: cell for cell in plan.cells}
    return _Side(
        actions={} if plan is None else {action.key: action for action in plan.actions},
        cells=cells,
        items=frozenset(cell.item for cell in cells.values()),
        steps=frozenset(step for cell in cells.values() for step in (*cell.actions, *cell.skipped)),
        values=frozenset(value for cell in cells.values() for value in cell.matrix.items()),
    )
