"""The paths of batches."""

import sqlite3
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.core.digest import Json
from runner.server.answers import Refusal, json_answer
from runner.server.batches.create import create_batch
from runner.server.batches.document import batch_document, item_document
from runner.server.batches.progress import items_of
from runner.server.batches.row import BatchRow, find_batch
from runner.server.listing.filter import Condition
from runner.server.listing.page import parse_page, read_page
from runner.server.orgs.caller import base_url, caller_of
from runner.server.routing import WholeRoute
from runner.server.runs.listed import BATCH_ITEMS
from runner.server.runs.row import outputs_of, run_of

if TYPE_CHECKING:
    from runner.server.service import Service


def routes(service: "Service") -> list[Route]:
    """Give the paths of batches; before those of models, whose pattern takes in much."""

    async def create(request: Request) -> Response:
        return await create_batch(service, request)

    async def show(request: Request) -> Response:
        return await _show(service, request)

    async def show_items(request: Request) -> Response:
        return await _show_items(service, request)

    async def show_item(request: Request) -> Response:
        return await _show_item(service, request)

    return [
        WholeRoute("/v1/models/{model:path}/batches", create, methods=["POST"]),
        Route("/v1/batches/{batch_id}", show, methods=["GET"]),
        Route("/v1/batches/{batch_id}/items", show_items, methods=["GET"]),
        Route("/v1/batches/{batch_id}/items/{item_id}", show_item, methods=["GET"]),
    ]


def own_batch(connection: sqlite3.Connection, org_id: str, batch_id: str) -> BatchRow:
    """Find a batch of an organization.

    Raises:
        Refusal: 404, there is none, or it is another organization's.
    """
    batch = find_batch(connection, batch_id)
    if batch is None or batch.org_id != org_id:
        raise Refusal(404, "BATCH_NOT_FOUND", f"there is no batch '{batch_id[:64]}'")
    return batch


async def _show(service: "Service", request: Request) -> Response:
    caller, batch_id, base = caller_of(request), request.path_params["batch_id"], base_url(request)

    def read(connection: sqlite3.Connection) -> Json:
        batch = own_batch(connection, caller.org_id, batch_id)
        return batch_document(connection, batch, items_of(connection, batch.id), service.links, base)

    return json_answer(await service.database.read(read))


async def _show_items(service: "Service", request: Request) -> Response:
    caller, batch_id, base = caller_of(request), request.path_params["batch_id"], base_url(request)
    asked = parse_page(request.query_params, BATCH_ITEMS, Condition("batch_id = ?", (batch_id,)))

    def read(connection: sqlite3.Connection) -> Json:
        own_batch(connection, caller.org_id, batch_id)
        page = read_page(connection, asked)
        runs = [run_of(row) for row in page.rows]
        outputs = outputs_of(connection, [run.id for run in runs])
        return page.document([item_document(run, outputs.get(run.id, ()), service.links, base) for run in runs])

    return json_answer(await service.database.read(read))


async def _show_item(service: "Service", request: Request) -> Response:
    caller, item_id, base = caller_of(request), request.path_params["item_id"], base_url(request)

    def read(connection: sqlite3.Connection) -> Json:
        batch = own_batch(connection, caller.org_id, request.path_params["batch_id"])
        run = next((run for run in items_of(connection, batch.id) if run.batch_item_id == item_id), None)
        if run is None:
            raise Refusal(404, "BATCH_ITEM_NOT_FOUND", f"there is no item '{item_id[:64]}' in this batch")
        return item_document(run, outputs_of(connection, [run.id]).get(run.id, ()), service.links, base)

    return json_answer(await service.database.read(read))
