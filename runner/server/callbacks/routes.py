"""``/v1/runs/{run_id}/callback``: what was sent, and sending it again."""

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.core.digest import Json
from runner.server.answers import Refusal, json_answer
from runner.server.callbacks.attempt import MAX_ATTEMPTS
from runner.server.callbacks.enqueue import enqueue_run
from runner.server.callbacks.row import AttemptRow, DeliveryRow, attempts_of, deliveries_of_run
from runner.server.clock import now
from runner.server.orgs.caller import caller_of
from runner.server.runs.document import output_document
from runner.server.runs.routes import own_run
from runner.server.runs.row import outputs_of

if TYPE_CHECKING:
    from runner.server.service import Service


def routes(service: "Service") -> list[Route]:
    """Give the paths of callbacks."""

    async def show(request: Request) -> Response:
        org_id, run_id = caller_of(request).org_id, request.path_params["run_id"]
        return json_answer(await service.database.read(lambda connection: _documents(connection, org_id, run_id)))

    async def send_again(request: Request) -> Response:
        org_id, run_id = caller_of(request).org_id, request.path_params["run_id"]
        delivery = await service.database.write(lambda connection: _again(connection, service, org_id, run_id))
        service.deliverer.wake()
        return json_answer(delivery_document(delivery, ()), 201)

    return [
        Route("/v1/runs/{run_id}/callback", show, methods=["GET"]),
        Route("/v1/runs/{run_id}/callback-redeliveries", send_again, methods=["POST"]),
    ]


def delivery_document(delivery: DeliveryRow, attempts: Sequence[AttemptRow]) -> dict[str, Json]:
    """Write a delivery with its attempts; the payload as it is sent, and as JSON."""
    return {
        "id": delivery.id,
        "run_id": delivery.run_id,
        "callback_url": delivery.callback_url,
        "payload_bytes": delivery.payload.decode(),
        "payload": orjson.loads(delivery.payload),
        "signing_secret_id": delivery.signing_secret_id,
        "is_automatic": delivery.is_automatic,
        "status_code": delivery.status_code,
        "failure_reason_code": delivery.failure_reason_code,
        "failure_detail": delivery.failure_detail,
        "attempt_count": delivery.attempt_count,
        "max_attempts": MAX_ATTEMPTS,
        "next_attempt_at": delivery.next_attempt_at,
        "created_at": delivery.created_at,
        "updated_at": delivery.updated_at,
        "completed_at": delivery.completed_at,
        "attempts": [_attempt_document(attempt) for attempt in attempts],
    }


def _documents(connection: sqlite3.Connection, org_id: str, run_id: str) -> list[Json]:
    deliveries = deliveries_of_run(connection, own_run(connection, org_id, run_id).id)
    attempts = attempts_of(connection, [delivery.id for delivery in deliveries])
    return [delivery_document(delivery, attempts.get(delivery.id, [])) for delivery in deliveries]


def _again(connection: sqlite3.Connection, service: "Service", org_id: str, run_id: str) -> DeliveryRow:
    """Freeze a further callback, of the run as it is now, with addresses signed now."""
    run = own_run(connection, org_id, run_id)
    if not run.has_ended:
        raise Refusal(409, "CONFLICT", "the run has not ended; its callback is sent when it does")
    if run.callback_url is None:
        raise Refusal(409, "CONFLICT", "the run was created without a callback_url")
    outputs = outputs_of(connection, [run.id]).get(run.id, ())
    output = output_document(run, outputs, service.links, run.base_url)
    return enqueue_run(connection, run, output, now(), automatic=False)


def _attempt_document(attempt: AttemptRow) -> dict[str, Json]:
    return {
        "id": attempt.id,
        "delivery_id": attempt.delivery_id,
        "attempt_number": attempt.attempt_number,
        "status_code": attempt.status_code,
        "response_body": attempt.response_body,
        "response_time_ms": attempt.response_time_ms,
        "error_message": attempt.error_message,
        "created_at": attempt.created_at,
    }
