"""The application: all paths, behind the gate."""

import logging

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from runner.core.errors import StoreError
from runner.server import health
from runner.server.answers import Refusal, answer_http_exception, answer_refusal, problem_answer
from runner.server.assets import routes as assets
from runner.server.batches import routes as batches
from runner.server.billing import routes as billing
from runner.server.callback_secrets import routes as callback_secrets
from runner.server.callbacks import routes as callbacks
from runner.server.files import routes as files
from runner.server.gate import LOOPBACK_NAMES, Gate
from runner.server.models import routes as models
from runner.server.openapi import routes as openapi
from runner.server.page import routes as page
from runner.server.runs import routes as runs
from runner.server.service import Service

_RESOURCES = (health, runs, batches, billing, assets, callbacks, callback_secrets, files, openapi, page, models)
"""Models come last: their pattern takes in every path below theirs."""


def make_application(service: Service, hosts: frozenset[str] = frozenset()) -> ASGIApp:
    """Put the application together.

    Args:
        service: What the paths work with.
        hosts: Names under which a server without keys may be addressed, besides those of the loopback.
    """
    routes = [route for resource in _RESOURCES for route in resource.routes(service)]
    app = Starlette(
        routes=routes,
        exception_handlers={
            Refusal: answer_refusal,
            HTTPException: answer_http_exception,
            StoreError: _answer_full_disk,
            Exception: _answer_bug,
        },
    )
    app.router.redirect_slashes = False
    return Gate(
        app=app,
        patterns={route.endpoint: route.path for route in routes},
        keys=service.keys,
        metrics=service.metrics,
        log=service.log,
        hosts=LOOPBACK_NAMES | hosts,
    )


async def _answer_full_disk(_request: Request, error: Exception) -> Response:
    """Answer where the disk is full or fails: the request left nothing, and may be sent again."""
    logging.getLogger("runner.server").error("not stored", extra={"reason": str(error)})
    return problem_answer(Refusal(503, "UNAVAILABLE", "the server cannot store anything now"))


async def _answer_bug(_request: Request, _error: Exception) -> Response:
    """Answer where we failed; the error goes on to the log."""
    return problem_answer(Refusal(500, "INTERNAL_ERROR", "the server failed; its log says more"))
