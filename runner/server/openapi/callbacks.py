"""Callbacks and their secrets."""

from runner.server.openapi.common import LIST
from runner.server.openapi.parts import (
    ANYTHING,
    COUNT,
    FLAG,
    ID,
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

_LABEL: Schema = {"type": ["string", "null"], "maxLength": 255}
_SECRET: dict[str, Schema] = {
    "id": ID,
    "org_id": ID,
    "key_prefix": {"type": "string", "description": "The beginning of the secret."},
    "is_current": {"type": "boolean", "description": "Whether callbacks are signed with it."},
    "label": _LABEL,
    "disabled_at": NOTHING,
    "last_used_at": nullable(TIME),
    "created_at": TIME,
    "updated_at": TIME,
}

SCHEMAS: dict[str, Schema] = {
    "CallbackSecret": closed(_SECRET),
    "CallbackSecretPage": page_of(ref("CallbackSecret")),
    "NewCallbackSecret": closed(
        {**_SECRET, "plain_secret": {"type": "string", "description": "Shown this once."}},
        "A secret right after it was made.",
    ),
    "CallbackAttempt": closed(
        {
            "id": ID,
            "delivery_id": ID,
            "attempt_number": COUNT,
            "status_code": nullable({"type": "integer", "minimum": 100, "maximum": 999}),
            "response_body": nullable(TEXT),
            "response_time_ms": COUNT,
            "error_message": nullable(TEXT),
            "created_at": TIME,
        }
    ),
    "CallbackDelivery": closed(
        {
            "id": ID,
            "run_id": ID,
            "callback_url": TEXT,
            "payload_bytes": {"type": "string", "description": "What is sent, byte for byte."},
            "payload": ANYTHING,
            "signing_secret_id": nullable(ID),
            "is_automatic": FLAG,
            "status_code": enum("pending", "succeeded", "failed"),
            "failure_reason_code": nullable(enum("HTTP_STATUS", "NETWORK_ERROR", "REFUSED")),
            "failure_detail": nullable(TEXT),
            "attempt_count": COUNT,
            "max_attempts": COUNT,
            "next_attempt_at": nullable(TIME),
            "created_at": TIME,
            "updated_at": TIME,
            "completed_at": nullable(TIME),
            "attempts": list_of(ref("CallbackAttempt")),
        }
    ),
}

_RUN_ID = path_id("run_id", "Of a run.")
_SECRET_ID = path_id("secret_id", "Of a secret.")
_BODY_PROBLEMS = (408, 413, 415, 422)

PATHS: dict[str, Schema] = {
    "/v1/runs/{run_id}/callback": {
        "get": operation(
            "listCallbacks",
            "List what was sent for a run, the latest first",
            {200: answer("All.", list_of(ref("CallbackDelivery")))},
            problems=[404],
            parameters=[_RUN_ID],
        )
    },
    "/v1/runs/{run_id}/callback-redeliveries": {
        "post": operation(
            "redeliverCallback",
            "Send the callback of a run again, with new addresses",
            {201: answer("The new delivery.", ref("CallbackDelivery"))},
            problems=[404, 409],
            parameters=[_RUN_ID],
        )
    },
    "/v1/callback-secrets": {
        "post": operation(
            "createCallbackSecret",
            "Make a secret; the first one is the current one",
            {201: answer("The secret.", ref("NewCallbackSecret"))},
            problems=_BODY_PROBLEMS,
            body=json_body(asked({"label": _LABEL}), required=False),
        ),
        "get": operation(
            "listCallbackSecrets",
            "List secrets, without what they are",
            {200: answer("A page.", ref("CallbackSecretPage"))},
            problems=[422],
            parameters=LIST,
        ),
    },
    "/v1/callback-secrets/{secret_id}": {
        "get": operation(
            "getCallbackSecret",
            "Read a secret, without what it is",
            {200: answer("It.", ref("CallbackSecret"))},
            problems=[404],
            parameters=[_SECRET_ID],
        ),
        "patch": operation(
            "changeCallbackSecret",
            "Rename a secret, or sign with it from now on",
            {200: answer("It.", ref("CallbackSecret"))},
            problems=[404, *_BODY_PROBLEMS],
            parameters=[_SECRET_ID],
            body=json_body(asked({"label": _LABEL, "is_current": {"type": ["boolean", "null"]}})),
        ),
        "delete": operation(
            "deleteCallbackSecret",
            "Forget a secret",
            {204: {"description": "It is gone."}},
            problems=[404],
            parameters=[_SECRET_ID],
        ),
    },
}
