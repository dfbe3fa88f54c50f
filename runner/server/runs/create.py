"""``POST /v1/models/{owner}/{slug}/runs``: a run is checked, paid for in advance, and waits."""

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
from starlette.requests import Request
from starlette.responses import Response

from runner.core.digest import Json
from runner.engines.all import REVISIONS
from runner.server.answers import json_bytes_answer
from runner.server.billing.credit import reserve
from runner.server.billing.micro import to_micro
from runner.server.clock import now
from runner.server.idempotency import Remember
from runner.server.ids import id_of, new_id
from runner.server.orgs.caller import Caller, base_url, caller_of
from runner.server.runs.document import run_document
from runner.server.runs.envelope import LIMIT_BYTES, Envelope, parse_envelope, parse_input
from runner.server.runs.links import Links
from runner.server.runs.logs import write_log
from runner.server.runs.row import RunRow, insert_run

if TYPE_CHECKING:
    from runner.server.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """What a run begins with."""

    model: str
    caller: Caller
    base_url: str
    price_micro: int
    input: dict[str, Json]
    envelope: Envelope


async def create_run(service: "Service", request: Request) -> Response:
    """Answer with the new run: 201; or with the one that the same request made before.

    Raises:
        Refusal: 402, 404, 409, 422, or for the body.
    """
    caller, model = caller_of(request), request.path_params["model"]
    card = service.offer.runnable_card(model)
    body = await service.bodies.json(request, LIMIT_BYTES)
    envelope, given = parse_envelope(body, service.options.callback_allow), parse_input(body)

    async def create(remember: Remember) -> bytes:
        accepted = await service.media.accept(caller.org_id, card, given)
        new = NewRun(
            model=model,
            caller=caller,
            base_url=base_url(request),
            price_micro=to_micro(service.offer.price(model)),
            input=accepted.input,
            envelope=envelope,
        )
        answer = await service.database.write(lambda connection: _write(connection, service.links, new, remember))
        service.metrics.runs_created(model, 1)
        return answer

    answer = await service.idempotency.answer(caller.org_id, request, body, create)
    service.dispatcher.wake()
    return json_bytes_answer(answer, 201)


def run_row(new: NewRun, at: str) -> RunRow:
    """Make the row of a run that waits."""
    return RunRow(
        id=new_id(),
        org_id=new.caller.org_id,
        model=new.model,
        model_id=id_of("model", new.model),
        revision=REVISIONS[new.model],
        status_code="queued",
        input=new.input,
        metadata=new.envelope.metadata,
        client_ref=new.envelope.client_ref,
        callback_url=new.envelope.callback_url,
        base_url=new.base_url,
        batch_id=None,
        batch_item_id=None,
        sequence_index=None,
        request_id=new.caller.request_id,
        price_micro=new.price_micro,
        cost_micro=None,
        attempts=0,
        failure_code=None,
        failure_message=None,
        failure_stage_code=None,
        created_at=at,
        started_at=None,
        completed_at=None,
        duration_ms=None,
    )


def _write(connection: sqlite3.Connection, links: Links, new: NewRun, remember: Remember) -> bytes:
    at = now()
    run = run_row(new, at)
    reserve(connection, run.org_id, run.price_micro, at)
    insert_run(connection, run)
    write_log(connection, run.id, "queued", at)
    answer = orjson.dumps(run_document(run, (), links, run.base_url))
    remember(connection, answer)
    return answer
