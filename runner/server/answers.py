"""Answers: JSON, and problems in the flat form ``{"code", "message", "errors"}``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from runner.core.digest import Json


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of a request.

    Attributes:
        field: Its path: ``input.image_url``, ``input[3].image_url``, ``q``.
    """

    field: str
    message: str


class Refusal(Exception):
    """A request that is not carried out; it becomes the answer.

    Args:
        status: The HTTP status, 4xx or 503.
        code: Stable, in CAPITALS.
        message: For a person.
        errors: One per field, for 422.
        headers: Further headers of the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


def invalid(*errors: FieldError) -> Refusal:
    """Make the refusal of fields that are wrong: 422."""
    message = "; ".join(f"{error.field}: {error.message}" for error in errors[:5])
    return Refusal(422, "VALIDATION_ERROR", message, errors=errors)


def invalid_field(field: str, message: str) -> Refusal:
    """Make the refusal of one field that is wrong: 422."""
    return invalid(FieldError(field, message))


def json_answer(document: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with JSON."""
    return json_bytes_answer(orjson.dumps(document), status, headers)


def json_bytes_answer(content: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with JSON that was written before."""
    return Response(content, status, headers=headers, media_type="application/json")


def problem_answer(refusal: Refusal) -> Response:
    """Answer with a problem."""
    errors: Json = [{"field": error.field, "message": error.message} for error in refusal.errors] or None
    document: Json = {"code": refusal.code, "message": refusal.message, "errors": errors}
    return json_answer(document, refusal.status, refusal.headers)


async def answer_refusal(_request: Request, error: Exception) -> Response:
    """Answer a request that one of ours refused; a handler of Starlette."""
    assert isinstance(error, Refusal)  # noqa: S101 - Starlette calls a handler with its own class only
    return problem_answer(error)


async def answer_http_exception(_request: Request, error: Exception) -> Response:
    """Answer a request that the router refused: no such path, or no such method; a handler of Starlette."""
    assert isinstance(error, HTTPException)  # noqa: S101 - Starlette calls a handler with its own class only
    code, message = _ROUTER_PROBLEMS.get(error.status_code, ("BAD_REQUEST", error.detail))
    return problem_answer(Refusal(error.status_code, code, message, headers=error.headers))


_ROUTER_PROBLEMS = {
    404: ("NOT_FOUND", "there is nothing at this path"),
    405: ("METHOD_NOT_ALLOWED", "this path does not take this method"),
}
