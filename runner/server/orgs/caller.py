"""Who asks, and under which address."""

from dataclasses import dataclass
from typing import cast

from starlette.requests import Request
from starlette.types import Scope

_CALLER = "runner.caller"
_REQUEST_ID = "runner.request_id"


@dataclass(frozen=True, slots=True)
class Caller:
    """An organization, and the id of its request."""

    org_id: str
    request_id: str


def caller_of(request: Request) -> Caller:
    """Give who asks; only behind a path that needs a key."""
    return cast("Caller", request.scope[_CALLER])


def caller_in(scope: Scope) -> Caller | None:
    """Give who asks; None for a path that needs no key, or a request that was not let in."""
    return cast("Caller | None", scope.get(_CALLER))


def set_caller(scope: Scope, org_id: str) -> None:
    """Note who asks."""
    scope[_CALLER] = Caller(org_id, request_id_of(scope))


def request_id_of(scope: Scope) -> str:
    """Give the id of a request."""
    return cast("str", scope[_REQUEST_ID])


def set_request_id(scope: Scope, request_id: str) -> None:
    """Give a request its id."""
    scope[_REQUEST_ID] = request_id


def base_url(request: Request) -> str:
    """Give this server's address as the client wrote it: scheme and host, without a slash at the end."""
    return f"{request.url.scheme}://{request.url.netloc}"
