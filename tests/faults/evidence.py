"""What the two sides have written down: the runner in its state, the server in its database."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from runner.server.ids import id_of

_MICRO = Decimal(1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerRun:
    """A run, as the server has it.

    Attributes:
        digest: Of its picture; None where there is none.
        cost: What was debited for it.
    """

    id: str
    reference: str
    status: str
    cost: Decimal
    digest: str | None

    @property
    def work(self) -> str:
        """The action key and draw that it is for, whichever attempt."""
        return self.reference.partition("~")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """A purchase, as the runner has it, with the result that it has for the same key."""

    key: str
    state: str
    attempt: int
    reserved: Decimal
    is_sent: bool
    job: str | None
    reason: str
    result: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What the runner's state says.

    Attributes:
        purchases: By key.
        charges: Job and amount, in their order.
        taken: Spent and set aside, by scope.
        runs: Their exit codes in order; None for one that has not ended.
    """

    purchases: dict[str, Bought]
    charges: list[tuple[str | None, Decimal]]
    taken: dict[str, Decimal]
    runs: list[int | None]

    @property
    def in_doubt(self) -> set[str]:
        return {key for key, purchase in self.purchases.items() if purchase.state == "in_doubt"}

    @property
    def under_way(self) -> set[str]:
        """What was sent, and has not come to its end."""
        ends = {"finished", "failed"}
        return {key for key, purchase in self.purchases.items() if purchase.is_sent and purchase.state not in ends}

    @property
    def held(self) -> Decimal:
        """All that was charged, and all that is set aside."""
        return sum((amount for _, amount in self.charges), Decimal()) + sum(
            (purchase.reserved for purchase in self.purchases.values()), Decimal()
        )


_NOTHING = Ledger(purchases={}, charges=[], taken={}, runs=[])


def read_ledger(root: Path) -> Ledger:
    """Read a project's state, in one transaction; an empty one where there is none yet."""
    path = root / ".runner" / "state.db"
    if not path.exists():
        return _NOTHING
    with _reading(path) as connection:
        if not _has_purchases(connection):
            return _NOTHING
        return Ledger(
            purchases={row[0]: _bought(row) for row in connection.execute(_PURCHASES)},
            charges=[
                (job, Decimal(amount) / _MICRO)
                for job, amount in connection.execute("SELECT job_id, amount FROM charges ORDER BY number")
            ],
            taken={scope: Decimal(taken) / _MICRO for scope, taken in connection.execute("SELECT * FROM spending")},
            runs=[code for (code,) in connection.execute("SELECT exit_code FROM runs ORDER BY started_at")],
        )


def read_runs(database: Path, organization: str) -> list[ServerRun]:
    """Read all runs that a server has of an organization."""
    with _reading(database) as connection:
        rows = connection.execute(_RUNS, (id_of("org", organization),)).fetchall()
    return [
        ServerRun(id=run_id, reference=reference, status=status, cost=Decimal(cost or 0) / _MICRO, digest=digest)
        for run_id, reference, status, cost, digest in rows
    ]


_RUNS = """
SELECT runs.id, client_ref, status_code, cost_micro, min(digest)
FROM runs LEFT JOIN outputs ON outputs.run_id = runs.id WHERE runs.org_id = ? GROUP BY runs.id ORDER BY runs.id
"""
_PURCHASES = """
SELECT purchases.key, state, attempt, reserved, sent_at IS NOT NULL, job_id, reason, digest
FROM purchases LEFT JOIN results USING (key)
"""


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None, timeout=30)) as connection:
        connection.execute("BEGIN")
        yield connection


def _has_purchases(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'purchases'").fetchone() is not None


def _bought(row: tuple[str, str, int, int, int, str | None, str, str | None]) -> Bought:
    key, state, attempt, reserved, is_sent, job, reason, result = row
    return Bought(
        key=key,
        state=state,
        attempt=attempt,
        reserved=Decimal(reserved) / _MICRO,
        is_sent=bool(is_sent),
        job=job,
        reason=reason,
        result=result,
    )
