"""The paths of runs."""

import sqlite3
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.core.digest import Json
from runner.server.answers import Refusal, invalid_field, json_answer
from runner.server.listing.filter import Condition
from runner.server.listing.page import parse_page, read_page
from runner.server.orgs.caller import base_url, caller_of
from runner.server.routing import WholeRoute
from runner.server.runs.create import create_run
from runner.server.runs.document import run_document
from runner.server.runs.ending import Canceled
from runner.server.runs.listed import RUN_LOGS, RUNS
from runner.server.runs.logs import log_document
from runner.server.runs.row import OutputRow, RunRow, find_run, outputs_of, run_of

if TYPE_CHECKING:
    from runner.server.service import Service

STATUS_DOCUMENTS: tuple[Json, ...] = (
    {"code": "queued", "name": "Queued", "description": "Accepted; waits for a worker.", "is_terminal": False},
    {"code": "dispatching", "name": "Dispatching", "description": "Its pictures are fetched.", "is_terminal": False},
    {"code": "running", "name": "Running", "description": "The model works on it.", "is_terminal": False},
    {"code": "succeeded", "name": "Succeeded", "description": "Its output is ready.", "is_terminal": True},
    {"code": "failed", "name": "Failed", "description": "There is no output; nothing was billed.", "is_terminal": True},
    {"code": "canceled", "name": "Canceled", "description": "Nobody wants it any more.", "is_terminal": True},
)

_REASON_CHARACTERS = range(3, 501)


def routes(service: "Service") -> list[Route]:
    """Give the paths of runs; before those of models, whose pattern takes in much."""

    async def create(request: Request) -> Response:
        return await create_run(service, request)

    async def show(request: Request) -> Response:
        return await _show(service, request)

    async def show_all(request: Request) -> Response:
        return await _show_all(service, request)

    async def show_statuses(_request: Request) -> Response:
        return json_answer(list(STATUS_DOCUMENTS))

    async def show_logs(request: Request) -> Response:
        return await _show_logs(service, request)

    async def cancel(request: Request) -> Response:
        return await _cancel(service, request)

    return [
        WholeRoute("/v1/models/{model:path}/runs", create, methods=["POST"]),
        Route("/v1/runs", show_all, methods=["GET"]),
        Route("/v1/runs/statuses", show_statuses, methods=["GET"]),
        Route("/v1/runs/{run_id}", show, methods=["GET"]),
        Route("/v1/runs/{run_id}/logs", show_logs, methods=["GET"]),
        Route("/v1/admin/runs/{run_id}/cancellation", cancel, methods=["POST"]),
    ]


def own_run(connection: sqlite3.Connection, org_id: str, run_id: str) -> RunRow:
    """Find a run of an organization.

    Raises:
        Refusal: 404, there is none, or it is another organization's.
    """
    run = find_run(connection, run_id)
    if run is None or run.org_id != org_id:
        raise Refusal(404, "RUN_NOT_FOUND", f"there is no run '{run_id[:64]}'")
    return run


async def _show(service: "Service", request: Request) -> Response:
    caller, run_id = caller_of(request), request.path_params["run_id"]
    run, outputs = service.database.read_at_once(lambda connection: _with_outputs(connection, caller.org_id, run_id))
    return json_answer(run_document(run, outputs, service.links, base_url(request)))


async def _show_all(service: "Service", request: Request) -> Response:
    scope = Condition("org_id = ?", (caller_of(request).org_id,))
    asked = parse_page(request.query_params, RUNS, scope)
    base = base_url(request)

    def read(connection: sqlite3.Connection) -> dict[str, Json]:
        page = read_page(connection, asked)
        runs = [run_of(row) for row in page.rows]
        outputs = outputs_of(connection, [run.id for run in runs])
        return page.document([run_document(run, outputs.get(run.id, ()), service.links, base) for run in runs])

    return json_answer(await service.database.read(read))


async def _show_logs(service: "Service", request: Request) -> Response:
    caller, run_id = caller_of(request), request.path_params["run_id"]
    asked = parse_page(request.query_params, RUN_LOGS, Condition("run_id = ?", (run_id,)))

    def read(connection: sqlite3.Connection) -> dict[str, Json]:
        own_run(connection, caller.org_id, run_id)
        page = read_page(connection, asked)
        return page.document([log_document(row) for row in page.rows])

    return json_answer(await service.database.read(read))


async def _cancel(service: "Service", request: Request) -> Response:
    caller, run_id = caller_of(request), request.path_params["run_id"]
    reason = _parse_reason(await service.bodies.optional_json(request))

    await service.database.read(lambda connection: own_run(connection, caller.org_id, run_id))
    ended = await service.finisher.end(run_id, Canceled(reason))
    run, outputs = await service.database.read(lambda connection: _with_outputs(connection, caller.org_id, run_id))
    document = run_document(run, outputs, service.links, base_url(request))
    return json_answer(document, 200 if ended is None else 201)


def _with_outputs(connection: sqlite3.Connection, org_id: str, run_id: str) -> tuple[RunRow, tuple[OutputRow, ...]]:
    run = own_run(connection, org_id, run_id)
    return run, outputs_of(connection, [run.id]).get(run.id, ())


def _parse_reason(body: dict[str, Json]) -> str | None:
    reason = body.get("reason")
    if reason is None or (isinstance(reason, str) and len(reason) in _REASON_CHARACTERS):
        return reason
    raise invalid_field("reason", "must be a text of 3 to 500 characters, or null")
