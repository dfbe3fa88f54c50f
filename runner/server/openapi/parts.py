"""The words that the document is written with."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from runner.core.digest import Json

Schema: TypeAlias = dict[str, Json]

ID: Schema = {"type": "string", "format": "uuid"}
TIME: Schema = {"type": "string", "format": "date-time"}
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
NOTHING: Schema = {"type": "null"}
ANYTHING: Schema = {"type": "object"}
MONEY: Schema = {"type": "string", "pattern": r"^[0-9]+\.[0-9]{2,6}$", "description": "US dollars."}

_PROBLEMS = {
    400: "The request cannot be read.",
    401: "There is no good key.",
    402: "The balance is too low: `INSUFFICIENT_CREDIT`.",
    403: "The key, or the signature, is not one for this.",
    404: "There is no such thing, or it is another organization's.",
    405: "The path does not take this method.",
    408: "The body came too slowly.",
    409: "Something that came before forbids it.",
    413: "The body is too large.",
    415: "The body is of another type.",
    422: "Fields are wrong: `errors` has one entry each.",
    503: "The server cannot do it now.",
}


def ref(name: str) -> Schema:
    """Refer to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def nullable(schema: Schema) -> Schema:
    """Let a schema be null too."""
    return {"anyOf": [schema, NOTHING]}


def enum(*values: str) -> Schema:
    """Say which texts there are."""
    return {"type": "string", "enum": list(values)}


def list_of(schema: Schema, **limits: int) -> Schema:
    """Say what a list holds."""
    return {"type": "array", "items": schema, **limits}


def closed(properties: Mapping[str, Schema], description: str = "") -> Schema:
    """Describe an object of an answer: it has all of these fields and no others."""
    described: Schema = {"description": description} if description else {}
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
        **described,
    }


def asked(properties: Mapping[str, Schema], required: Sequence[str] = ()) -> Schema:
    """Describe an object of a request: other fields are left alone."""
    return {"type": "object", "properties": dict(properties), "required": list(required)}


def page_of(schema: Schema) -> Schema:
    """Describe a page of a list."""
    cursor: Schema = nullable({"type": "string", "description": "For `pq`."})
    return closed({"items": list_of(schema), "first": cursor, "next": cursor, "previous": cursor})


def json_content(schema: Schema) -> Schema:
    """Say that something is JSON."""
    return {"application/json": {"schema": schema}}


def answer(description: str, schema: Schema) -> Schema:
    """Describe a good answer in JSON."""
    return {"description": description, "content": json_content(schema)}


def path_id(name: str, description: str) -> Schema:
    """Describe a part of a path; any text may stand there, and most lead to a 404."""
    return {"name": name, "in": "path", "required": True, "schema": TEXT, "description": description}


def query(name: str, schema: Schema, description: str) -> Schema:
    """Describe a parameter that may be left out."""
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def header(name: str, schema: Schema, description: str) -> Schema:
    """Describe a header that may be left out."""
    return {"name": name, "in": "header", "required": False, "schema": schema, "description": description}


def operation(  # noqa: PLR0913 - the parts of an operation
    operation_id: str,
    summary: str,
    answers: Mapping[int, Schema],
    *,
    problems: Sequence[int] = (),
    parameters: Sequence[Schema] = (),
    body: Schema | None = None,
    open_to_all: bool = False,
) -> Schema:
    """Describe one method of a path.

    Args:
        operation_id: Its name.
        summary: What it does, in a line.
        answers: The good ones, by status.
        problems: The statuses of the others; those of every path are added.
        parameters: Besides the headers of every path.
        body: A request body.
        open_to_all: Whether it needs no key.
    """
    common = [400, 403, 503] if open_to_all else [400, 401, 403, 503]
    responses = {str(status): _problem(status) for status in sorted({*common, *problems})}
    responses |= {str(status): found for status, found in answers.items()}
    described: Schema = {"operationId": operation_id, "summary": summary, "responses": dict(responses)}
    described["parameters"] = [*parameters] if open_to_all else [*parameters, _ORGANIZATION]
    if body is not None:
        described["requestBody"] = body
    if open_to_all:
        described["security"] = []
    return described


def json_body(schema: Schema, *, required: bool = True, **more: Json) -> Schema:
    """Describe a request body in JSON."""
    return {"required": required, "content": {"application/json": {"schema": schema, **more}}}


def _problem(status: int) -> Schema:
    return {"description": _PROBLEMS[status], "content": json_content(ref("Problem"))}


_ORGANIZATION = header("X-Organization-Id", ID, "Must be the key's own organization.")
