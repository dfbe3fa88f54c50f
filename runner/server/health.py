"""Whether the server lives, whether it is ready, and its measurements."""

import sqlite3
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner import __version__
from runner.core.digest import Json
from runner.core.errors import StoreError
from runner.server.answers import json_answer
from runner.server.runs.queue import count_unfinished

if TYPE_CHECKING:
    from runner.server.service import Service


def routes(service: "Service") -> list[Route]:
    """Give the paths of health, readiness and metrics."""

    async def show_health(_request: Request) -> Response:
        return json_answer({"status": "ok", "ok": True, "version": __version__})

    async def show_readiness(_request: Request) -> Response:
        components: dict[str, Json] = {
            "database": await _database_state(service),
            "dispatcher": "ok" if service.dispatcher.is_running else "stopping",
        }
        is_ready = all(state == "ok" for state in components.values())
        document: Json = {"status": "ok" if is_ready else "unavailable", "components": components}
        return json_answer(document, 200 if is_ready else 503)

    async def show_metrics(_request: Request) -> Response:
        text = service.metrics.text(await service.database.read(count_unfinished))
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    return [
        Route("/v1/health", show_health, methods=["GET"]),
        Route("/v1/readiness", show_readiness, methods=["GET"]),
        Route("/metrics", show_metrics, methods=["GET"]),
    ]


async def _database_state(service: "Service") -> str:
    def ask(connection: sqlite3.Connection) -> None:
        connection.execute("SELECT id FROM orgs LIMIT 1").fetchone()

    try:
        await service.database.write(ask)
    except StoreError:
        return "unavailable"
    return "ok"
