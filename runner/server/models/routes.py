"""The paths of models."""

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.core.digest import Json
from runner.server.answers import json_answer
from runner.server.models.document import model_document

if TYPE_CHECKING:
    from runner.server.service import Service


def routes(service: "Service") -> list[Route]:
    """Give the paths of models; after all others below ``/v1/models/``."""
    offer = service.offer

    async def show_all(_request: Request) -> Response:
        items: list[Json] = [model_document(card, offer.price(model)) for model, card in offer.cards.items()]
        return json_answer({"items": items, "first": None, "next": None, "previous": None})

    async def show(request: Request) -> Response:
        model = request.path_params["model"]
        return json_answer(model_document(offer.card(model), offer.price(model)))

    return [
        Route("/v1/models", show_all, methods=["GET"]),
        Route("/v1/models/{model:path}", show, methods=["GET"]),
    ]
