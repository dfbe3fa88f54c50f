"""All the model cards that a recipe may use."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from runner.catalog.card import ModelCard
from runner.source.nearest import did_you_mean


@dataclass(frozen=True, slots=True)
class Catalog:
    """Cards by model id, in the order of their ids."""

    cards: Mapping[str, ModelCard]

    def card(self, model_id: str) -> ModelCard | None:
        """Find a model's card; None where there is no such model."""
        return self.cards.get(model_id)

    def hint(self, model_id: str) -> str:
        """For an id without a card: the id that was probably meant, else the ids there are."""
        whole = [known for known in self.cards if known.partition("/")[2] == model_id]
        return f"did you mean '{whole[0]}'?" if whole else did_you_mean(model_id, self.cards)


def build_catalog(cards: Iterable[ModelCard]) -> Catalog:
    """Put cards together; a later card replaces an earlier one of its id.

    Give the cards that come with the runner first and a project's own after them, so that a project can state
    another price. Two cards of one id within a project are refused by ``parse_cards``.
    """
    by_id = {card.id: card for card in cards}
    return Catalog(MappingProxyType(dict(sorted(by_id.items()))))
