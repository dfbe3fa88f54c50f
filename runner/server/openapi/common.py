"""What several resources share: problems, and the parameters of lists."""

from runner.server.listing.filter import MAX_LENGTH
from runner.server.listing.page import MAX_LIMIT
from runner.server.openapi.parts import TEXT, Schema, closed, list_of, nullable, query

SCHEMAS: dict[str, Schema] = {
    "FieldError": closed(
        {
            "field": {"type": "string", "examples": ["input.image_url"]},
            "message": {"type": "string", "examples": ["is required"]},
        },
        "What is wrong with one field.",
    ),
    "Problem": closed(
        {
            "code": {"type": "string", "pattern": "^[A-Z][A-Z_]*$", "description": "Stable."},
            "message": {"type": "string", "description": "For a person; may change."},
            "errors": nullable(list_of({"$ref": "#/components/schemas/FieldError"})),
        },
        "Why a request was not carried out.",
    ),
}

LIST: tuple[Schema, ...] = (
    query(
        "q",
        {"type": "string", "maxLength": MAX_LENGTH},
        "A filter, such as `status_code:failed AND created_at>2026-11-01`. Operators: = : > < >= <= AND OR NOT.",
    ),
    query("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}, "How many at most."),
    query("sort_by", TEXT, "Such as `created_at:desc`; several with commas."),
    query("pq", TEXT, "A cursor out of `first`, `next` or `previous`."),
    query("from_prev", {"type": "boolean"}, "Whether to go back from the cursor."),
)
