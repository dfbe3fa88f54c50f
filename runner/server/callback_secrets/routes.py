"""``/v1/callback-secrets``: made, listed, renamed, promoted and deleted; shown in full once."""

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.core.digest import Json
from runner.server.answers import FieldError, Refusal, invalid, json_answer
from runner.server.callback_secrets.row import (
    SECRET_COLUMNS,
    SecretRow,
    create_secret,
    delete_secret,
    find_secret,
    make_current,
    rename_secret,
    retire,
    secret_of,
)
from runner.server.clock import now
from runner.server.listing.filter import Condition
from runner.server.listing.page import Listed, parse_page, read_page
from runner.server.orgs.caller import caller_of

if TYPE_CHECKING:
    from runner.server.service import Service

SECRETS = Listed(
    table="callback_secrets",
    columns=SECRET_COLUMNS,
    fields={"label": str},
    sortable=("created_at", "label", "id"),
    optional=frozenset({"label"}),
)

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]

_MAX_LABEL = 255
_PATH = "/v1/callback-secrets"


def routes(service: "Service") -> list[Route]:
    """Give the paths of callback secrets."""

    async def create(request: Request) -> Response:
        org_id = caller_of(request).org_id
        label = _label(await service.bodies.optional_json(request))
        made = await service.database.write(lambda connection: create_secret(connection, org_id, label, now()))
        return json_answer({**secret_document(made), "plain_secret": made.plain_secret}, 201)

    async def show_all(request: Request) -> Response:
        scope = Condition("org_id = ?", (caller_of(request).org_id,))
        asked = parse_page(request.query_params, SECRETS, scope)
        page = await service.database.read(lambda connection: read_page(connection, asked))
        return json_answer(page.document([secret_document(secret_of(row)) for row in page.rows]))

    async def show(request: Request) -> Response:
        org_id, secret_id = caller_of(request).org_id, request.path_params["secret_id"]
        return json_answer(
            secret_document(await service.database.read(lambda connection: _found(connection, org_id, secret_id)))
        )

    async def change(request: Request) -> Response:
        org_id, secret_id = caller_of(request).org_id, request.path_params["secret_id"]
        body = await service.bodies.json(request)
        changed = await service.database.write(lambda connection: _change(connection, org_id, secret_id, body))
        return json_answer(secret_document(changed))

    async def delete(request: Request) -> Response:
        org_id, secret_id = caller_of(request).org_id, request.path_params["secret_id"]
        await service.database.write(
            lambda connection: delete_secret(connection, _found(connection, org_id, secret_id).id)
        )
        return Response(status_code=204)

    return [
        Route(_PATH, _by_method(GET=show_all, POST=create), methods=["GET", "POST"]),
        Route(
            f"{_PATH}/{{secret_id}}",
            _by_method(GET=show, PATCH=change, DELETE=delete),
            methods=["GET", "PATCH", "DELETE"],
        ),
    ]


def _by_method(**endpoints: Endpoint) -> Endpoint:
    """Answer each method by its own endpoint; one path is one route, so that ``Allow`` names all its methods."""

    async def answer(request: Request) -> Response:
        return await endpoints["GET" if request.method == "HEAD" else request.method](request)

    return answer


def secret_document(secret: SecretRow) -> dict[str, Json]:
    """Write a secret as answers show it: never the secret itself."""
    return {
        "id": secret.id,
        "org_id": secret.org_id,
        "key_prefix": secret.key_prefix,
        "is_current": secret.is_current,
        "label": secret.label,
        "disabled_at": None,
        "last_used_at": secret.last_used_at,
        "created_at": secret.created_at,
        "updated_at": secret.updated_at,
    }


def _found(connection: sqlite3.Connection, org_id: str, secret_id: str) -> SecretRow:
    secret = find_secret(connection, org_id, secret_id)
    if secret is None:
        raise Refusal(404, "CALLBACK_SECRET_NOT_FOUND", "there is no such callback secret")
    return secret


def _change(connection: sqlite3.Connection, org_id: str, secret_id: str, body: Mapping[str, Json]) -> SecretRow:
    """Rename or promote a secret; what the body does not name stays as it is."""
    secret, at = _found(connection, org_id, secret_id), now()
    is_current = body.get("is_current")
    if is_current is not None and not isinstance(is_current, bool):
        raise invalid(FieldError("is_current", "must be true or false"))
    if "label" in body:
        rename_secret(connection, secret.id, _label(body), at)
    if is_current is True:
        make_current(connection, secret, at)
    elif is_current is False and secret.is_current:
        retire(connection, org_id, at)
    return _found(connection, org_id, secret_id)


def _label(body: Mapping[str, Json]) -> str | None:
    label = body.get("label")
    if label is not None and not (isinstance(label, str) and len(label) <= _MAX_LABEL):
        raise invalid(FieldError("label", f"must be a text of at most {_MAX_LABEL} characters, or null"))
    return label
