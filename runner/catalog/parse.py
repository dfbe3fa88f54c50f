"""Cards from their YAML texts, with every mistake in its place."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from runner.catalog.card import ModelCard
from runner.catalog.contradictions import contradictions
from runner.catalog.reading import Document, read_document
from runner.catalog.shape import Misfit, misfits
from runner.catalog.values import check_value
from runner.core.diagnostic import Diagnostic, Span, in_file_order


@dataclass(frozen=True, slots=True)
class CardsRead:
    """What a folder of cards gave: the cards without mistakes, and the mistakes of the others."""

    cards: tuple[ModelCard, ...]
    diagnostics: tuple[Diagnostic, ...]


def parse_card(text: str, path: str) -> ModelCard | list[Diagnostic]:
    """Read one model card.

    Args:
        text: The YAML file's text.
        path: The file as the user named it, for the diagnostics.

    Returns:
        The card, its defaults in the form of ``check_value``; or every mistake, in file order.
    """
    document = read_document(text, path)
    if isinstance(document, list):
        return document
    try:
        card = ModelCard.model_validate(document.content)
    except ValidationError as error:
        return _diagnostics(document, misfits(error, ModelCard))
    problems = list(contradictions(card))
    return _diagnostics(document, problems) if problems else _with_checked_defaults(card)


def parse_cards(texts: Mapping[str, str]) -> CardsRead:
    """Read several cards; two of one id are a mistake in the second.

    Args:
        texts: Text by path, in the order in which they are to be read.
    """
    cards: dict[str, ModelCard] = {}
    paths: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for path, text in texts.items():
        card = parse_card(text, path)
        if isinstance(card, list):
            problems.extend(card)
        elif card.id in cards:
            problems.append(_repeated(card, path, text, paths[card.id]))
        else:
            cards[card.id], paths[card.id] = card, path
    return CardsRead(tuple(cards.values()), tuple(problems))


def _repeated(card: ModelCard, path: str, text: str, first: str) -> Diagnostic:
    document = read_document(text, path)
    span = document.value_span(("id",)) if isinstance(document, Document) else Span(1, 1)
    line = text.splitlines()[span.line - 1]
    message = f"there are two cards of '{card.id}'"
    return Diagnostic(
        path=path, span=span, code="repeated-model", message=message, hint=f"the first is {first}", source=line
    )


def _diagnostics(document: Document, problems: list[Misfit]) -> list[Diagnostic]:
    return in_file_order(_diagnostic(document, problem) for problem in problems)


def _diagnostic(document: Document, problem: Misfit) -> Diagnostic:
    place = document.key_span(problem.place) if problem.at_key else document.value_span(problem.place)
    return document.diagnostic(place, problem.code, problem.message, problem.hint)


def _with_checked_defaults(card: ModelCard) -> ModelCard:
    """Put every default in its normal form: it enters action keys like a value that was written."""
    parameters = tuple(
        parameter
        if parameter.default is None
        else parameter.model_copy(update={"default": check_value(parameter, parameter.default)})
        for parameter in card.parameters
    )
    return card.model_copy(update={"parameters": parameters})
