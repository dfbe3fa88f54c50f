"""Models, the balance, and what tells how the server is."""

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
    closed,
    enum,
    list_of,
    nullable,
    operation,
    page_of,
    path_id,
    ref,
)
from runner.server.openapi.runs import OWNER, SLUG

_NOT_HERE = (
    "org_id", "icon_url", "cover_url", "family_id", "family_variant_code", "architecture", "license_code",
    "param_count", "max_resolution", "paper_url", "github_url", "seo", "content", "created_by", "created_at",
    "updated_by", "updated_at", "deleted_by", "deleted_at",
)  # fmt: skip

_FIELD: dict[str, Schema] = {
    "name": TEXT,
    "display_name": TEXT,
    "description": TEXT,
    "variable_type_code": enum("image", "file", "string", "integer", "float", "array", "json"),
    "validator_code": nullable(TEXT),
    "validator_attrs": nullable(ANYTHING),
    "sort_order": COUNT,
}

SCHEMAS: dict[str, Schema] = {
    "ModelInput": closed(
        {
            **_FIELD,
            "id": ID,
            "model_id": ID,
            "default_behavior_code": NOTHING,
            "is_required": FLAG,
            "default_value": {},
            "is_featured": FLAG,
        }
    ),
    "ModelOutput": closed(_FIELD),
    "Model": closed(
        {
            "id": ID,
            "model_creator_id": ID,
            "slug": {"type": "string", "examples": ["runflow/eye-color"]},
            "name": TEXT,
            "description": TEXT,
            "version": TEXT,
            "is_public": FLAG,
            "is_open_source": FLAG,
            "is_official": FLAG,
            "category_code": TEXT,
            "status_code": TEXT,
            "availability_status": TEXT,
            "lora_support": FLAG,
            "fine_tuning": FLAG,
            "supports_streaming": FLAG,
            "notable_features": list_of(TEXT),
            "pricing_note": TEXT,
            "inputs": list_of(ref("ModelInput")),
            "outputs": list_of(ref("ModelOutput")),
            **dict.fromkeys(_NOT_HERE, NOTHING),
        },
        "What runs are made with.",
    ),
    "ModelPage": page_of(ref("Model")),
    "Balance": closed(
        {
            "id": ID,
            "org_id": ID,
            "balance": MONEY,
            "low_balance_threshold": MONEY,
            "low_balance_notified_at": NOTHING,
            "created_at": TIME,
            "updated_at": TIME,
        }
    ),
    "Health": closed({"status": enum("ok"), "ok": FLAG, "version": TEXT}),
    "Readiness": closed({"status": enum("ok", "unavailable"), "components": ANYTHING}),
}

_BYTES: Schema = {"schema": {"type": "string", "format": "binary"}}
_TEXT: Schema = {"schema": TEXT}
_MEASUREMENTS: Schema = {"description": "In the text form of Prometheus.", "content": {"text/plain": _TEXT}}
_PAGE: Schema = {"description": "A page for people.", "content": {"text/html": _TEXT}}
_PICTURE: Schema = {"description": "A picture.", "content": {"image/*": _BYTES}}

PATHS: dict[str, Schema] = {
    "/v1/models": {"get": operation("listModels", "List models", {200: answer("All.", ref("ModelPage"))})},
    "/v1/models/{owner}/{slug}": {
        "get": operation(
            "getModel",
            "Read a model, with its inputs",
            {200: answer("The model.", ref("Model"))},
            problems=[404],
            parameters=[OWNER, SLUG],
        )
    },
    "/v1/billing/balance": {
        "get": operation("getBalance", "Read the balance", {200: answer("The balance.", ref("Balance"))})
    },
    "/v1/health": {
        "get": operation(
            "getHealth", "Whether the server lives", {200: answer("It does.", ref("Health"))}, open_to_all=True
        )
    },
    "/v1/readiness": {
        "get": operation(
            "getReadiness",
            "Whether the server can do its work",
            {200: answer("It can.", ref("Readiness")), 503: answer("It cannot.", ref("Readiness"))},
            open_to_all=True,
        )
    },
    "/openapi.json": {
        "get": operation("getOpenapi", "This document", {200: answer("It.", ANYTHING)}, open_to_all=True)
    },
    "/metrics": {"get": operation("getMetrics", "Measurements", {200: _MEASUREMENTS})},
    "/": {"get": operation("getPage", "The queue and the latest results", {200: _PAGE})},
    "/thumbnails/{output_id}": {
        "get": operation(
            "getThumbnail",
            "A small picture of a result",
            {200: _PICTURE},
            problems=[404],
            parameters=[path_id("output_id", "Of an output.")],
        )
    },
}
