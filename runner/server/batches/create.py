"""``POST /v1/models/{owner}/{slug}/batches``: all of its runs are accepted, or none."""

import sqlite3
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import orjson
from starlette.requests import Request
from starlette.responses import Response

from runner.catalog.card import ModelCard
from runner.core.digest import Json
from runner.server.answers import FieldError, Refusal, invalid, invalid_field, json_bytes_answer
from runner.server.batches.document import batch_document
from runner.server.batches.row import BatchRow, insert_batch
from runner.server.billing.credit import reserve
from runner.server.billing.micro import to_micro
from runner.server.clock import now
from runner.server.idempotency import Remember
from runner.server.ids import id_of, new_id
from runner.server.orgs.caller import Caller, base_url, caller_of
from runner.server.runs.create import NewRun, run_row
from runner.server.runs.envelope import LIMIT_BYTES, Envelope, parse_envelope, ref_errors
from runner.server.runs.links import Links
from runner.server.runs.logs import write_log
from runner.server.runs.row import RunRow, insert_run

if TYPE_CHECKING:
    from runner.server.service import Service

MAX_ITEMS = 100


@dataclass(frozen=True, slots=True)
class _Item:
    """One item of a batch as its client sent it."""

    input: dict[str, Json]
    client_ref: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _NewBatch:
    """What a batch begins with."""

    model: str
    caller: Caller
    base_url: str
    price_micro: int
    items: tuple[_Item, ...]
    envelope: Envelope


async def create_batch(service: "Service", request: Request) -> Response:
    """Answer with the new batch: 201; or with the one that the same request made before.

    Raises:
        Refusal: 402, 404, 409, 422, or for the body.
    """
    caller, model = caller_of(request), request.path_params["model"]
    card = service.offer.runnable_card(model)
    body = await service.bodies.json(request, LIMIT_BYTES)
    envelope, items = parse_envelope(body, service.options.callback_allow), _parse_items(body)

    async def create(remember: Remember) -> bytes:
        new = _NewBatch(
            model=model,
            caller=caller,
            base_url=base_url(request),
            price_micro=to_micro(service.offer.price(model)),
            items=await _accept(service, caller.org_id, card, items),
            envelope=envelope,
        )
        answer = await service.database.write(lambda connection: _write(connection, service.links, new, remember))
        service.metrics.runs_created(new.model, len(new.items))
        return answer

    answer = await service.idempotency.answer(caller.org_id, request, body, create)
    service.dispatcher.wake()
    return json_bytes_answer(answer, 201)


def _parse_items(body: dict[str, Json]) -> tuple[_Item, ...]:
    given = body.get("input")
    if not isinstance(given, list) or not 1 <= len(given) <= MAX_ITEMS:
        raise invalid_field("input", f"must be a list of 1 to {MAX_ITEMS} objects")
    errors: list[FieldError] = []
    items: list[_Item] = []
    for number, item in enumerate(given):
        if not isinstance(item, dict):
            errors.append(FieldError(f"input[{number}]", "must be an object"))
            continue
        ref = item.get("client_ref")
        errors += ref_errors(f"input[{number}].client_ref", ref)
        fields = {name: value for name, value in item.items() if name != "client_ref"}
        items.append(_Item(fields, ref if isinstance(ref, str) else None))
    if errors:
        raise invalid(*errors)
    return tuple(items)


async def _accept(service: "Service", org_id: str, card: ModelCard, items: tuple[_Item, ...]) -> tuple[_Item, ...]:
    """Check all items, and tell of everything that is wrong at once."""
    errors: list[FieldError] = []
    accepted: list[_Item] = []
    for number, item in enumerate(items):
        try:
            found = await service.media.accept(org_id, card, item.input, f"input[{number}]")
            accepted.append(replace(item, input=found.input))
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            errors += refusal.errors
    if errors:
        raise invalid(*errors)
    return tuple(accepted)


def _write(connection: sqlite3.Connection, links: Links, new: _NewBatch, remember: Remember) -> bytes:
    at = now()
    batch = _batch_row(new, at)
    reserve(connection, batch.org_id, new.price_micro * len(new.items), at)
    insert_batch(connection, batch)
    runs = [_item_run(new, batch, number, item, at) for number, item in enumerate(new.items)]
    for run in runs:
        insert_run(connection, run)
        write_log(connection, run.id, "queued", at)
    answer = orjson.dumps(batch_document(connection, batch, runs, links, batch.base_url))
    remember(connection, answer)
    return answer


def _batch_row(new: _NewBatch, at: str) -> BatchRow:
    return BatchRow(
        id=new_id(),
        org_id=new.caller.org_id,
        model=new.model,
        model_id=id_of("model", new.model),
        status_code="queued",
        metadata=new.envelope.metadata,
        callback_url=new.envelope.callback_url,
        base_url=new.base_url,
        request_id=new.caller.request_id,
        items_total=len(new.items),
        items_succeeded=0,
        items_failed=0,
        items_canceled=0,
        cost_micro=0,
        created_at=at,
        started_at=None,
        completed_at=None,
        duration_ms=None,
    )


def _item_run(new: _NewBatch, batch: BatchRow, number: int, item: _Item, at: str) -> RunRow:
    run = run_row(
        NewRun(
            model=new.model,
            caller=new.caller,
            base_url=new.base_url,
            price_micro=new.price_micro,
            input=item.input,
            envelope=Envelope(None, None, item.client_ref),
        ),
        at,
    )
    return replace(run, batch_id=batch.id, batch_item_id=new_id(), sequence_index=number)
