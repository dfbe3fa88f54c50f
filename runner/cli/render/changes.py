"""What changed against an earlier plan: alike changes together, few lines whatever the size of the batch."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from runner.cli.render.layout import count
from runner.cli.render.why import MOST_ITEMS, steps_text, who_text
from runner.core.money import Difference
from runner.plan.against import ActionChange, Against

Kind = Literal["added", "changed", "removed"]
COMMIT_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """Changes of one kind with one reason: whose they are, why, in which steps, and what they cost."""

    kind: Kind
    who: str
    why: str
    steps: str
    list_delta: Difference
    payable_delta: Difference


def base_text(against: Against) -> str:
    """Name what a plan is compared with."""
    return f"{against.ref} ({against.commit[:COMMIT_DIGITS]})" if against.commit else against.ref


def counts_text(against: Against) -> str:
    """Say how many actions are different."""
    found = {kind: len(changes) for kind, changes in by_kind(against).items()}
    parts = [f"{number:,} {kind}" for kind, number in found.items() if number]
    return f"{', '.join(parts)}" if parts else "no action is different"


def by_kind(against: Against) -> Mapping[Kind, tuple[ActionChange, ...]]:
    """The changes by their kind, in the order that they are shown in."""
    return {"changed": against.changed, "added": against.added, "removed": against.removed}


def change_lines(against: Against) -> list[ChangeLine]:
    """Group changes by kind and reason, and by item where these are few."""
    return [line for kind, changes in by_kind(against).items() for line in _lines(kind, changes)]


def _lines(kind: Kind, changes: tuple[ActionChange, ...]) -> Iterator[ChangeLine]:
    groups: dict[str, dict[tuple[str, ...], list[ActionChange]]] = {}
    for change in changes:
        groups.setdefault(change.reason, {}).setdefault(change.items, []).append(change)
    for why, by_items in groups.items():
        if len(by_items) <= MOST_ITEMS:
            yield from (_line(kind, why, items, found) for items, found in by_items.items())
        else:
            everyone = tuple(dict.fromkeys(item for items in by_items for item in items))
            yield _line(kind, why, everyone, [change for found in by_items.values() for change in found])


def _line(kind: Kind, why: str, items: tuple[str, ...], changes: list[ActionChange]) -> ChangeLine:
    return ChangeLine(
        kind=kind,
        who=who_text(items),
        why=why,
        steps=steps_text(Counter(change.step for change in changes)),
        list_delta=Difference.total(change.list_delta for change in changes),
        payable_delta=Difference.total(change.payable_delta for change in changes),
    )


def headline_text(against: Against) -> str:
    """Say what changed in one line: the money, then how many actions."""
    money = f"list {_signed(against.list_delta)}, payable {_signed(against.payable_delta)}"
    return f"{money}; {counts_text(against)}"


def _signed(amount: Difference) -> str:
    return f"{amount:s}" if amount else "unchanged"


def cells_text(change: ActionChange) -> str:
    """Name the cells of a change; of many, only their number."""
    return ", ".join(change.cells) if len(change.cells) <= MOST_ITEMS else count(len(change.cells), "cell")
