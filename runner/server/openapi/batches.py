"""Batches: up to a hundred runs at once."""

from runner.server.batches.create import MAX_ITEMS
from runner.server.openapi.common import LIST
from runner.server.openapi.parts import (
    ANYTHING,
    COUNT,
    ID,
    MONEY,
    NOTHING,
    TEXT,
    TIME,
    Schema,
    answer,
    asked,
    closed,
    enum,
    json_body,
    list_of,
    nullable,
    operation,
    page_of,
    path_id,
    ref,
)
from runner.server.openapi.runs import CLIENT_REF, CREATION, ENVELOPE, EYES, IDEMPOTENCY_KEY, OWNER, SLUG

_OUTCOME: dict[str, Schema] = {
    "sequence_index": COUNT,
    "run_id": ID,
    "status_code": ref("RunStatus"),
    "client_ref": CLIENT_REF,
}
_BRIEF: dict[str, Schema] = {"id": ID, **_OUTCOME}
_ERROR = nullable(closed({"code": TEXT, "message": nullable(TEXT)}))
_NOT_HERE = ("resolved_template_id", "dispatch_provider_link_id", "created_by", "failure_stage_code")

SCHEMAS: dict[str, Schema] = {
    "BatchStatus": enum("queued", "running", "succeeded", "failed", "partial_succeeded", "canceled"),
    "BatchOutput": nullable(
        closed(
            {
                "items": list_of(closed({**_OUTCOME, "output": ref("Output")})),
                "succeeded": COUNT,
                "failed": COUNT,
                "cancelled": COUNT,
                "total": COUNT,
            }
        )
    ),
    "Batch": closed(
        {
            "id": ID,
            "org_id": ID,
            "target_type": enum("model"),
            "target_type_code": enum("model"),
            "target_id": ID,
            "source_code": enum("api"),
            "status_code": ref("BatchStatus"),
            "items_total": COUNT,
            "items_succeeded": COUNT,
            "items_failed": COUNT,
            "items_cancelled": COUNT,
            "items": list_of(closed(_BRIEF)),
            "input": list_of(ANYTHING),
            "output": ref("BatchOutput"),
            "cost": nullable(MONEY),
            "metadata": nullable(ANYTHING),
            "callback_url": nullable(TEXT),
            "created_at": TIME,
            "started_at": nullable(TIME),
            "completed_at": nullable(TIME),
            "duration_ms": nullable(COUNT),
            "failure_code": nullable(TEXT),
            "failure_message": nullable(TEXT),
            "links": closed({"self": TEXT, "items": TEXT}),
            **dict.fromkeys(_NOT_HERE, NOTHING),
        },
        "Runs that were created together.",
    ),
    "BatchItem": closed(
        {
            **_BRIEF,
            "batch_id": ID,
            "input": ANYTHING,
            "cost": nullable(MONEY),
            "output": ref("Output"),
            "error": _ERROR,
            "started_at": nullable(TIME),
            "completed_at": nullable(TIME),
            "run": ref("Run"),
        }
    ),
    "BatchItemPage": page_of(ref("BatchItem")),
    "NewBatch": asked(
        {
            "input": list_of(
                {"type": "object", "properties": {"client_ref": CLIENT_REF}}, minItems=1, maxItems=MAX_ITEMS
            ),
            **ENVELOPE,
        },
        ["input"],
    ),
}

_BATCH_ID = path_id("batch_id", "Of a batch.")

PATHS: dict[str, Schema] = {
    "/v1/models/{owner}/{slug}/batches": {
        "post": operation(
            "createBatch",
            "Create up to a hundred runs, all or none",
            {201: answer("The batch, whose runs wait.", ref("Batch"))},
            problems=CREATION,
            parameters=[OWNER, SLUG, IDEMPOTENCY_KEY],
            body=json_body(ref("NewBatch"), example={"input": [EYES]}),
        )
    },
    "/v1/batches/{batch_id}": {
        "get": operation(
            "getBatch",
            "Read a batch",
            {200: answer("The batch.", ref("Batch"))},
            problems=[404],
            parameters=[_BATCH_ID],
        )
    },
    "/v1/batches/{batch_id}/items": {
        "get": operation(
            "listBatchItems",
            "List the items of a batch",
            {200: answer("A page.", ref("BatchItemPage"))},
            problems=[404, 422],
            parameters=[_BATCH_ID, *LIST],
        )
    },
    "/v1/batches/{batch_id}/items/{item_id}": {
        "get": operation(
            "getBatchItem",
            "Read an item of a batch",
            {200: answer("The item.", ref("BatchItem"))},
            problems=[404],
            parameters=[_BATCH_ID, path_id("item_id", "Of an item.")],
        )
    },
}
