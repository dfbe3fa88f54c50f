"""``/openapi.json``."""

from typing import TYPE_CHECKING

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.server.answers import json_bytes_answer
from runner.server.openapi.document import openapi_document

if TYPE_CHECKING:
    from runner.server.service import Service


def routes(service: "Service") -> list[Route]:
    """Give the path of the OpenAPI document; the same for every server."""
    del service
    content = orjson.dumps(openapi_document())

    async def show(_request: Request) -> Response:
        return json_bytes_answer(content)

    return [Route("/openapi.json", show, methods=["GET"])]
