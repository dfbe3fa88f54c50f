"""The paths of the page and of its thumbnails."""

import asyncio
import sqlite3
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.core.digest import Digest
from runner.server.answers import Refusal
from runner.server.orgs.caller import caller_of
from runner.server.page.document import page_headers, page_html
from runner.server.page.overview import read_overview

if TYPE_CHECKING:
    from runner.server.service import Service

_THUMBNAIL_HEADERS = {"Cache-Control": "private, max-age=86400, immutable", "Content-Security-Policy": "sandbox"}


def routes(service: "Service") -> list[Route]:
    """Give the paths of the page."""

    async def show(request: Request) -> Response:
        org_id = caller_of(request).org_id
        overview = await service.database.read(lambda connection: read_overview(connection, org_id))
        return Response(page_html(overview), media_type="text/html", headers=page_headers())

    async def show_thumbnail(request: Request) -> Response:
        org_id, output_id = caller_of(request).org_id, request.path_params["output_id"]
        row = await service.database.read(lambda connection: _thumbnail(connection, org_id, output_id))
        content = await asyncio.to_thread(service.blobs.read, Digest(row["thumbnail_digest"]))
        return Response(content, media_type=row["thumbnail_media_type"], headers=_THUMBNAIL_HEADERS)

    return [
        Route("/", show, methods=["GET"]),
        Route("/thumbnails/{output_id}", show_thumbnail, methods=["GET"]),
    ]


def _thumbnail(connection: sqlite3.Connection, org_id: str, output_id: str) -> sqlite3.Row:
    query = "SELECT thumbnail_digest, thumbnail_media_type FROM outputs WHERE id = ? AND org_id = ?"
    row: sqlite3.Row | None = connection.execute(query, (output_id, org_id)).fetchone()
    if row is None:
        raise Refusal(404, "NOT_FOUND", "there is no such picture")
    return row
