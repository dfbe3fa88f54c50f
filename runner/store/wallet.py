"""Caps on what may be spent, and what is spent and set aside under each, counted in the transaction that changes it."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from runner.core.errors import Refused
from runner.core.money import Money
from runner.store.micros import from_micros, to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The most that may be spent; None for no cap.

    Attributes:
        run: In one run.
        per_step: In one run, by step.
        per_item: In one run, for each item.
        redraws: In one run, for draws after the first.
        month: In one month of the calendar, UTC, by all runs of the project.
    """

    run: Money | None = None
    per_step: Mapping[str, Money] = field(default_factory=dict)
    per_item: Money | None = None
    redraws: Money | None = None
    month: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """What an amount counts under: its run, step, items and month, and whether it is for a draw after the first.

    Attributes:
        items: It counts in full for each of them.
        month: ``2026-11``.
    """

    run_id: str
    step: str
    draw: int
    items: tuple[str, ...]
    month: str

    def scopes(self) -> Iterator[str]:
        """Name every sum that an amount is part of."""
        yield f"run {self.run_id}"
        yield f"step {self.run_id} {self.step}"
        yield from (f"item {self.run_id} {item}" for item in self.items)
        yield f"month {self.month}"
        if self.draw > 0:
            yield f"redraws {self.run_id}"

    def bounds(self, caps: Caps) -> Iterator[tuple[str, str, Money]]:
        """Give each sum that has a cap: its scope, what people call the cap, and the cap."""
        if caps.run is not None:
            yield f"run {self.run_id}", "the budget", caps.run
        if self.step in caps.per_step:
            yield f"step {self.run_id} {self.step}", f"the budget of step '{self.step}'", caps.per_step[self.step]
        if caps.per_item is not None:
            for item in self.items:
                yield f"item {self.run_id} {item}", f"the budget of item '{item}'", caps.per_item
        if caps.month is not None:
            yield f"month {self.month}", "the budget of the month", caps.month
        if caps.redraws is not None and self.draw > 0:
            yield f"redraws {self.run_id}", "the budget for draws after a failed check", caps.redraws


def reserve(connection: sqlite3.Connection, purse: Purse, caps: Caps, price: Money) -> None:
    """Set an amount aside under every cap that applies; nothing always fits.

    Raises:
        Refused: ``over-budget``, saying which cap; the transaction of the caller's has to be given up.
    """
    for scope, name, cap in purse.bounds(caps) if price else ():
        taken = _taken(connection, scope)
        if to_micros(cap) < taken + to_micros(price):
            raise Refused(
                "over-budget",
                f"{price:} more would exceed {name} of {cap:}: {from_micros(taken):} is spent or set aside",
                hint="raise the budget, then make a new plan: runner run RECIPE",
            )
    add(connection, purse, to_micros(price))


def add(connection: sqlite3.Connection, purse: Purse, micros: int) -> None:
    """Change every sum that an amount is part of, by millionths of a dollar; below zero gives back."""
    if micros:
        connection.executemany(
            "INSERT INTO spending (scope, taken) VALUES (?, ?) ON CONFLICT (scope) DO UPDATE SET taken = taken + ?",
            [(scope, micros, micros) for scope in purse.scopes()],
        )


def _taken(connection: sqlite3.Connection, scope: str) -> int:
    row = connection.execute("SELECT taken FROM spending WHERE scope = ?", (scope,)).fetchone()
    return 0 if row is None else int(row[0])
