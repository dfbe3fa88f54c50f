"""The path of the balance."""

import sqlite3
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.core.digest import Json
from runner.server.answers import json_answer
from runner.server.billing.micro import decimal_text
from runner.server.orgs.caller import caller_of

if TYPE_CHECKING:
    from runner.server.service import Service


def routes(service: "Service") -> list[Route]:
    """Give the path of the balance."""

    async def show(request: Request) -> Response:
        org_id = caller_of(request).org_id
        return json_answer(await service.database.read(lambda connection: _balance(connection, org_id)))

    return [Route("/v1/billing/balance", show, methods=["GET"])]


def _balance(connection: sqlite3.Connection, org_id: str) -> Json:
    """Write what is left; what runs that have not ended may cost is still in it."""
    row = connection.execute("SELECT * FROM orgs WHERE id = ?", (org_id,)).fetchone()
    return {
        "id": row["balance_id"],
        "org_id": org_id,
        "balance": decimal_text(max(0, row["given_micro"] - row["spent_micro"])),
        "low_balance_threshold": "0.00",
        "low_balance_notified_at": None,
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }
