"""Credit: reserved when runs are accepted, debited when they succeed, given back when they do not."""

import sqlite3

from runner.server.answers import Refusal
from runner.server.billing.micro import decimal_text


def reserve(connection: sqlite3.Connection, org_id: str, price_micro: int, now: str) -> None:
    """Set aside what runs will cost if they succeed.

    Raises:
        Refusal: 402, what is left is not enough.
    """
    changed = connection.execute(
        "UPDATE orgs SET reserved_micro = reserved_micro + :price, updated_at = :now"
        " WHERE id = :org AND (:price = 0 OR given_micro - spent_micro - reserved_micro >= :price)",
        {"price": price_micro, "org": org_id, "now": now},
    )
    if changed.rowcount == 0:
        message = f"the balance is too low: {decimal_text(price_micro)} USD are needed"
        raise Refusal(402, "INSUFFICIENT_CREDIT", message)


def settle(connection: sqlite3.Connection, org_id: str, price_micro: int, cost_micro: int, now: str) -> None:
    """Give back what was set aside for a run, and debit what it cost."""
    connection.execute(
        "UPDATE orgs SET reserved_micro = reserved_micro - ?, spent_micro = spent_micro + ?, updated_at = ?"
        " WHERE id = ?",
        (price_micro, cost_micro, now, org_id),
    )
