"""Which models this server offers, and how each is asked for over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass

from runner.catalog.card import ModelCard, WireForm
from runner.catalog.catalog import Catalog
from runner.core.money import ZERO, Money
from runner.engines.all import REVISIONS
from runner.server.answers import Refusal

_LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Offer:
    """The cards of what runs on this machine, by model id, and what a run of each costs here.

    Each card has at least one wire form.
    """

    cards: Mapping[str, ModelCard]
    prices: Mapping[str, Money]

    def card(self, model: str) -> ModelCard:
        """Find a model's card.

        Raises:
            Refusal: 404, there is none.
        """
        card = self.cards.get(model)
        if card is None:
            raise Refusal(404, "MODEL_NOT_FOUND", f"there is no model '{model[:200]}'")
        return card

    def runnable_card(self, model: str) -> ModelCard:
        """Find the card of a model that runs are to be made of.

        Raises:
            Refusal: 405, the model is named without its owner; 404, there is none.
        """
        if "/" not in model:
            message = f"'{model[:200]}' has no owner: POST /v1/models/OWNER/SLUG/runs"
            raise Refusal(405, "METHOD_NOT_ALLOWED", message, headers={"Allow": "GET"})
        return self.card(model)

    def price(self, model: str) -> Money:
        """Say what a run costs that succeeds; a model without a price is free."""
        return self.prices.get(model, ZERO)


def build_offer(catalog: Catalog, prices: Mapping[str, Money]) -> Offer:
    """Offer the models of a catalog that have an engine here."""
    local = {model: card for model, card in catalog.cards.items() if _LOCAL in card.providers and model in REVISIONS}
    return Offer({model: _with_wire(card) for model, card in local.items()}, dict(prices))


def _with_wire(card: ModelCard) -> ModelCard:
    """Give a tool, which no other server has, a wire form: pictures as ``NAME_url``, the rest by their names."""
    if card.wire:
        return card
    fields = {
        parameter.name: f"{parameter.name}_url" if parameter.kind in {"image", "mask"} else parameter.name
        for parameter in card.parameters
    }
    return card.model_copy(update={"wire": (WireForm(form="urls", fields=fields),)})
