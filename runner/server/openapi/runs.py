"""Runs: created, read, listed, canceled."""

from runner.core.digest import Json
from runner.server.openapi.common import LIST
from runner.server.openapi.parts import (
    ANYTHING,
    COUNT,
    FLAG,
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
    header,
    json_body,
    list_of,
    nullable,
    operation,
    page_of,
    path_id,
    ref,
)
from runner.server.runs.envelope import MAX_REF
from runner.server.runs.row import STATUSES

CREATION = (402, 404, 408, 409, 413, 415, 422)

OWNER = path_id("owner", "Such as `runflow`.")
SLUG = path_id("slug", "Such as `eye-color`; a slug may have several parts, with slashes between them.")

IDEMPOTENCY_KEY = header(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7e]+$"},
    "The same request with the same key is carried out once, and answered alike; another one is a 409.",
)

ENVELOPE: dict[str, Schema] = {
    "callback_url": {
        "type": ["string", "null"],
        "maxLength": 2048,
        "pattern": "^https?://",
        "description": "Is told when all is over. `http:` only to hosts that the server was started with.",
    },
    "metadata": {"type": ["object", "null"], "description": "Kept and given back as it is; at most 64 KiB."},
}
CLIENT_REF: Schema = {"type": ["string", "null"], "maxLength": MAX_REF, "description": "The client's own name for it."}

EYES: Json = {
    "image_url": "https://public.runflow.io/images/models/runflow/eye-color/examples/1/before.webp",
    "eye_color": "forest green",
    "color_red": 50,
    "color_green": 110,
    "color_blue": 60,
}

_NOT_HERE = (
    "flow_id", "flow_version_id", "comfyui_workflow_id", "resolved_template_id", "jurisdiction_code", "context",
    "created_by", "nodes_total", "nodes_completed", "cost_breakdown", "feedback_is_positive", "feedback_reason",
    "source_chat_message_id", "current_evaluation_summary",
)  # fmt: skip
"""Fields of the contract that are always null here."""

_ERROR = closed({"code": TEXT, "message": nullable(TEXT)})

SCHEMAS: dict[str, Schema] = {
    "RunStatus": enum(*STATUSES),
    "Output": nullable(
        closed(
            {
                "outputs": list_of(closed({"url": {"type": "string", "format": "uri"}, "type": enum("image")})),
                "seed": NOTHING,
                "timing": NOTHING,
                "nsfw_detected": NOTHING,
            },
            "What a succeeded run gave; its addresses are signed, good for 24 hours, and new with each read.",
        )
    ),
    "Run": closed(
        {
            "id": ID,
            "org_id": ID,
            "status_code": ref("RunStatus"),
            "model": TEXT,
            "model_id": ID,
            "target_type": enum("model"),
            "target_version": TEXT,
            "batch_id": nullable(ID),
            "client_ref": CLIENT_REF,
            "request_id": ID,
            "callback_url": nullable(TEXT),
            "source_code": enum("api", "batch"),
            "input": ANYTHING,
            "output": ref("Output"),
            "metadata": nullable(ANYTHING),
            "cost": nullable(MONEY),
            "created_at": TIME,
            "started_at": nullable(TIME),
            "completed_at": nullable(TIME),
            "duration_ms": nullable(COUNT),
            "failure_code": nullable(TEXT),
            "failure_message": nullable(TEXT),
            "failure_stage_code": nullable(enum("dispatch", "preprocess", "inference", "postprocess")),
            "error": nullable(_ERROR),
            "has_logs": FLAG,
            "has_node_runs": FLAG,
            "links": closed({"self": TEXT, "logs": TEXT, "callback": TEXT}),
            **dict.fromkeys(_NOT_HERE, NOTHING),
        },
        "One edit of one picture.",
    ),
    "RunPage": page_of(ref("Run")),
    "RunLog": closed(
        {
            "id": ID,
            "run_id": ID,
            "level_code": enum("info", "warning", "error"),
            "message": TEXT,
            "timestamp": TIME,
            "meta": nullable(ANYTHING),
        }
    ),
    "RunLogPage": page_of(ref("RunLog")),
    "Status": closed({"code": ref("RunStatus"), "name": TEXT, "description": TEXT, "is_terminal": FLAG}),
    "NewRun": asked(
        {
            "input": {"type": "object", "description": "The fields of the model; see its page, or `GET` the model."},
            **ENVELOPE,
            "client_ref": CLIENT_REF,
        },
        ["input"],
    ),
}

_RUN_ID = path_id("run_id", "Of a run.")
_CANCELLATION = asked({"reason": {"type": ["string", "null"], "minLength": 3, "maxLength": 500}})

PATHS: dict[str, Schema] = {
    "/v1/models/{owner}/{slug}/runs": {
        "post": operation(
            "createRun",
            "Create a run",
            {201: answer("The run, which waits.", ref("Run"))},
            problems=CREATION,
            parameters=[OWNER, SLUG, IDEMPOTENCY_KEY],
            body=json_body(ref("NewRun"), example={"input": EYES}),
        )
    },
    "/v1/runs": {
        "get": operation(
            "listRuns", "List runs", {200: answer("A page.", ref("RunPage"))}, problems=[422], parameters=LIST
        )
    },
    "/v1/runs/statuses": {
        "get": operation("listRunStatuses", "List the statuses of runs", {200: answer("All.", list_of(ref("Status")))})
    },
    "/v1/runs/{run_id}": {
        "get": operation(
            "getRun", "Read a run", {200: answer("The run.", ref("Run"))}, problems=[404], parameters=[_RUN_ID]
        )
    },
    "/v1/runs/{run_id}/logs": {
        "get": operation(
            "listRunLogs",
            "Read what happened to a run",
            {200: answer("A page.", ref("RunLogPage"))},
            problems=[404, 422],
            parameters=[_RUN_ID, *LIST],
        )
    },
    "/v1/admin/runs/{run_id}/cancellation": {
        "post": operation(
            "cancelRun",
            "Cancel a run",
            {
                200: answer("It had ended before; nothing changed.", ref("Run")),
                201: answer("It is canceled.", ref("Run")),
            },
            problems=[404, 408, 413, 415, 422],
            parameters=[_RUN_ID],
            body=json_body(_CANCELLATION, required=False),
        )
    },
}
