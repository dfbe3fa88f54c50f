"""Purchases: what was bought or is being bought from a provider, one row per action key and draw.

A purchase goes ``claimed → prepared → accepted → finished | failed | in_doubt``. Each step is on the disk before the
next one is taken, so that a process killed at any instant leaves a row that says how to go on without paying twice.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

import orjson

from runner.core.digest import ActionKey, Digest
from runner.core.errors import StoreError
from runner.core.money import ZERO, Money
from runner.store.micros import from_micros, to_micros
from runner.store.state import Cell, State
from runner.store.wallet import Caps, Purse, add, reserve

PurchaseState: TypeAlias = Literal["claimed", "prepared", "accepted", "finished", "failed", "in_doubt"]

_COLUMNS = (
    "key, action, provider, run_id, step, draw, items, month,"
    " attempt, state, reserved, request, sent_at, job_id, reason"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What somebody wants to buy.

    Attributes:
        key: Of the work; each draw has its own.
        action: The action that it is for; others may share the work.
        purse: What it counts under.
        price: What it costs at most; set aside until it is known what was charged.
    """

    key: ActionKey
    action: ActionKey
    provider: str
    purse: Purse
    price: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """How far a purchase has come.

    Attributes:
        purse: What it counts under: the run that claimed it, its step, its items.
        attempt: From 1; one more for each attempt that is known to have failed.
        reserved: Set aside for it; zero once it is settled.
        request: The exact bytes that are or will be sent; None before they are prepared.
        sent_at: When they were first sent, RFC 3339 UTC; None while it is certain that they were not.
        job_id: What the provider calls it; None before it was accepted.
        reason: Why it failed or is in doubt.
    """

    key: ActionKey
    action: ActionKey
    provider: str
    purse: Purse
    attempt: int
    state: PurchaseState
    reserved: Money
    request: Digest | None = None
    sent_at: str | None = None
    job_id: str | None = None
    reason: str = ""

    @property
    def progress(self) -> str:
        """How far it has come, for a person; empty where nothing was sent."""
        if self.job_id is not None:
            return f"bought in run {self.purse.run_id}, not collected yet"
        if self.sent_at is None:
            return ""
        return f"in doubt since run {self.purse.run_id}" + (f": {self.reason}" if self.reason else "")

    @property
    def idempotency_key(self) -> str:
        """What the provider knows it by; another one after an attempt that is known to have failed."""
        return self.key if self.attempt == 1 else f"{self.key}~{self.attempt}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What a provider said a job cost.

    Attributes:
        action: The action that bought it.
        at: When it was noted, RFC 3339 UTC.
    """

    action: ActionKey
    job_id: str | None
    amount: Money
    at: str


class Purchases:
    """The purchases of a project, and the caps that they are held under."""

    def __init__(self, state: State) -> None:
        self._state = state

    def find(self, keys: Iterable[ActionKey]) -> dict[ActionKey, Purchase]:
        """Give the purchases of some keys; what was never wanted has none."""
        rows = self._state.read_among(f"SELECT {_COLUMNS} FROM purchases WHERE key IN ({{}})", keys)  # noqa: S608 - constants
        return {purchase.key: purchase for purchase in map(_purchase, rows)}

    def charges(self, run_id: str) -> list[Charge]:
        """Give what a run was charged, in the order in which it was noted."""
        query = "SELECT action, job_id, amount, at FROM charges WHERE run_id = ? ORDER BY number"
        return [
            Charge(
                action=ActionKey(str(action)),
                job_id=cast("str | None", job_id),
                amount=from_micros(cast("int", amount)),
                at=str(at),
            )
            for action, job_id, amount, at in self._state.read(query, (run_id,))
        ]

    def spent_in(self, month: str) -> Money:
        """Give what all runs spent and set aside in a month of the calendar, UTC, such as ``2026-11``.

        What is set aside for something that was never sent is left out: whoever claims that takes it over.
        """
        unsent = "SELECT sum(reserved) FROM purchases WHERE month = ? AND sent_at IS NULL"
        query = f"SELECT taken - coalesce(({unsent}), 0) FROM spending WHERE scope = ?"  # noqa: S608 - constants
        rows = self._state.read(query, (month, f"month {month}"))
        return from_micros(int(cast("int", rows[0][0]))) if rows else ZERO

    def open(self) -> list[Purchase]:
        """Give all purchases that are neither finished nor failed, by key."""
        states = "state IN ('claimed', 'prepared', 'accepted', 'in_doubt')"
        return [
            _purchase(row)
            for row in self._state.read(f"SELECT {_COLUMNS} FROM purchases WHERE {states} ORDER BY key")  # noqa: S608 - a constant
        ]

    def references(self) -> set[Digest]:
        """Give the digest of every request that may have to be sent again."""
        return {purchase.request for purchase in self.open() if purchase.request is not None}

    def claim(self, claim: Claim, caps: Caps) -> Purchase:
        """Set the price aside and note what is about to be bought; what is under way already is given as it stands.

        What was claimed or prepared by another run and never sent is taken over, under the caps of this one. The caller
        holds the lease of the key, so that nobody else goes on with the same purchase.

        Raises:
            Refused: ``over-budget``; nothing is set aside.
            StoreError: the state cannot be written.
        """
        return self._state.write(lambda connection: _claim(connection, claim, caps))

    def prepare(self, key: ActionKey, request: Digest) -> None:
        """Note the exact bytes that will be sent; they are a blob by now.

        Raises:
            StoreError: the state cannot be written.
        """
        self._move(key, ("claimed",), "state = 'prepared', request = ?", [request])

    def send(self, keys: Sequence[ActionKey], request: Digest, at: str) -> None:
        """Note that these bytes, a blob, are sent from now on for one purchase or for several: all, or none.

        Args:
            keys: Of prepared purchases.
            request: The bytes.
            at: RFC 3339 UTC; the first time of each stays.

        Raises:
            StoreError: the state cannot be written.
        """
        change = "request = ?, sent_at = coalesce(sent_at, ?)"

        def note(connection: sqlite3.Connection) -> None:
            for key in keys:
                _move(connection, key, ("prepared",), change, [request, at])

        self._state.write(note)

    def recall(self, key: ActionKey) -> None:
        """Note that the provider took nothing of what was just sent for the first time: it may be sent again, or anew.

        Raises:
            StoreError: the state cannot be written.
        """
        self._move(key, ("prepared", "in_doubt"), "state = 'prepared', sent_at = NULL, reason = ''", [])

    def accept(self, key: ActionKey, job_id: str) -> None:
        """Note what the provider calls the job.

        Raises:
            StoreError: the state cannot be written.
        """
        self._move(key, ("prepared", "in_doubt"), "state = 'accepted', job_id = ?, reason = ''", [job_id])

    def doubt(self, key: ActionKey, reason: str) -> None:
        """Note that nobody can say whether it was bought; what is set aside stays so.

        Raises:
            StoreError: the state cannot be written.
        """
        self._move(key, ("prepared", "in_doubt"), "state = 'in_doubt', reason = ?", [reason])

    def note_charge(self, key: ActionKey, charged: Money, at: str) -> Money:
        """Replace what is set aside by what the provider says the job cost, RFC 3339 UTC.

        Returns:
            What was noted: nothing where this job's cost was noted before.

        Raises:
            StoreError: the state cannot be written.
        """
        return self._state.write(lambda connection: _note_charge(connection, key, charged, at))

    def fail(self, key: ActionKey, reason: str) -> None:
        """Note that it is certain that no result will come; what is still set aside is given back.

        Raises:
            StoreError: the state cannot be written.
        """
        states: tuple[PurchaseState, ...] = ("claimed", "prepared", "accepted", "in_doubt")
        self._state.write(lambda connection: _end(connection, key, states, "failed", reason))

    def buy_again(self, key: ActionKey) -> None:
        """Give up a purchase that is in doubt: the next claim sends it under another key.

        What was set aside for it stays counted as spent, because it may have been charged.

        Raises:
            StoreError: the state cannot be written.
        """
        change = "state = 'failed', reason = 'given up to be bought again', reserved = 0"
        self._move(key, ("in_doubt",), change, [])

    def _move(self, key: ActionKey, states: Sequence[PurchaseState], change: str, values: Sequence[str]) -> None:
        self._state.write(lambda connection: _move(connection, key, states, change, values))


def finish(connection: sqlite3.Connection, key: ActionKey) -> None:
    """Note that the result is kept, inside a transaction of the caller's.

    Raises:
        StoreError: the purchase was not accepted.
    """
    _end(connection, key, ("accepted",), "finished", "")


def _note_charge(connection: sqlite3.Connection, key: ActionKey, charged: Money, at: str) -> Money:
    purchase = _find(connection, key)
    if purchase is None or _is_charged(connection, purchase):
        return ZERO
    connection.execute("UPDATE purchases SET reserved = 0 WHERE key = ?", (key,))
    add(connection, purchase.purse, to_micros(charged) - to_micros(purchase.reserved))
    connection.execute(
        "INSERT INTO charges (key, action, run_id, job_id, amount, at) VALUES (?, ?, ?, ?, ?, ?)",
        (key, purchase.action, purchase.purse.run_id, purchase.job_id, to_micros(charged), at),
    )
    return charged


def _is_charged(connection: sqlite3.Connection, purchase: Purchase) -> bool:
    query = "SELECT 1 FROM charges WHERE key = ? AND job_id = ?"
    return connection.execute(query, (purchase.key, purchase.job_id)).fetchone() is not None


def _end(
    connection: sqlite3.Connection,
    key: ActionKey,
    states: Sequence[PurchaseState],
    state: Literal["finished", "failed"],
    reason: str,
) -> None:
    """Bring a purchase to its end; what is still set aside for it is given back."""
    purchase = _find(connection, key)
    _move(connection, key, states, f"state = '{state}', reason = ?, reserved = 0", [reason])
    if purchase is not None:
        add(connection, purchase.purse, -to_micros(purchase.reserved))


def _claim(connection: sqlite3.Connection, claim: Claim, caps: Caps) -> Purchase:
    earlier = _find(connection, claim.key)
    if earlier is not None and not _is_free(earlier):
        return earlier
    if earlier is not None:
        add(connection, earlier.purse, -to_micros(earlier.reserved))
    reserve(connection, claim.purse, caps, claim.price)
    claimed = Purchase(
        key=claim.key,
        action=claim.action,
        provider=claim.provider,
        purse=claim.purse,
        attempt=1 if earlier is None else earlier.attempt + (earlier.state in {"failed", "finished"}),
        state="claimed",
        reserved=claim.price,
    )
    row = _row(claimed)
    marks = ", ".join("?" * len(row))
    connection.execute(f"INSERT OR REPLACE INTO purchases ({_COLUMNS}) VALUES ({marks})", row)  # noqa: S608 - only question marks
    return claimed


def _find(connection: sqlite3.Connection, key: ActionKey) -> Purchase | None:
    row = connection.execute(f"SELECT {_COLUMNS} FROM purchases WHERE key = ?", (key,)).fetchone()  # noqa: S608 - a constant
    return None if row is None else _purchase(row)


def _is_free(purchase: Purchase) -> bool:
    """Whether it may be begun anew: nothing was sent, or it came to an end whose result is not there any more."""
    return purchase.state in {"finished", "failed"} or (
        purchase.state in {"claimed", "prepared"} and purchase.sent_at is None
    )


def _move(
    connection: sqlite3.Connection, key: ActionKey, states: Sequence[PurchaseState], change: str, values: Sequence[str]
) -> None:
    marks = ", ".join("?" * len(states))
    done = connection.execute(
        f"UPDATE purchases SET {change} WHERE key = ? AND state IN ({marks})",  # noqa: S608 - constants and question marks
        (*values, key, *states),
    )
    if done.rowcount != 1:
        raise StoreError(
            "purchase-moved", f"the purchase {key[:12]} is not {' or '.join(states)}", hint="runner resume"
        )


def _row(purchase: Purchase) -> tuple[Cell, ...]:
    purse = purchase.purse
    return (
        purchase.key,
        purchase.action,
        purchase.provider,
        purse.run_id,
        purse.step,
        purse.draw,
        orjson.dumps(purse.items).decode(),
        purse.month,
        purchase.attempt,
        purchase.state,
        to_micros(purchase.reserved),
        purchase.request,
        purchase.sent_at,
        purchase.job_id,
        purchase.reason,
    )


def _purchase(row: Sequence[Cell]) -> Purchase:
    key, action, provider, *purse, attempt, state, reserved, request, sent_at, job_id, reason = row
    run_id, step, draw, items, month = purse
    return Purchase(
        key=ActionKey(str(key)),
        action=ActionKey(str(action)),
        provider=str(provider),
        purse=Purse(
            run_id=str(run_id),
            step=str(step),
            draw=cast("int", draw),
            items=tuple(orjson.loads(str(items))),
            month=str(month),
        ),
        attempt=cast("int", attempt),
        state=cast("PurchaseState", state),
        reserved=from_micros(cast("int", reserved)),
        request=None if request is None else Digest(str(request)),
        sent_at=cast("str | None", sent_at),
        job_id=cast("str | None", job_id),
        reason=str(reason),
    )
