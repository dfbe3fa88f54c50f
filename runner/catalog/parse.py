"""Cards from their YAML texts, with every mistake in its place."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from runner.catalog.card import ModelCard
from runner.catalog.contradictions import contradictions
from runner.catalog.shape import Misfit, misfits
from runner.catalog.values import check_value
from runner.core.diagnostic import Diagnostic, Span, in_file_order
from runner.source.load import read_source
from runner.source.source import Source, plain

MAX_CHARACTERS = 256 * 1024
"""Of a card's text."""


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
    source = _read(text, path)
    return _card(source) if isinstance(source, Source) else source


def parse_cards(texts: Mapping[str, str]) -> CardsRead:
    """Read several cards; two of one id are a mistake in the second.

    Args:
        texts: Text by path, in the order in which they are to be read.
    """
    cards: dict[str, ModelCard] = {}
    paths: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for path, text in texts.items():
        source = _read(text, path)
        if isinstance(source, list):
            problems.extend(source)
            continue
        card = _card(source)
        if isinstance(card, list):
            problems.extend(card)
        elif card.id in cards:
            problems.append(_repeated(card, source, paths[card.id]))
        else:
            cards[card.id], paths[card.id] = card, path
    return CardsRead(tuple(cards.values()), tuple(problems))


def _read(text: str, path: str) -> Source | list[Diagnostic]:
    if len(text) <= MAX_CHARACTERS:
        return read_source(text, path)
    message = f"a model card of more than {MAX_CHARACTERS // 1024} KiB"
    return [Diagnostic(path=path, span=Span(1, 1), code="too-large", message=message)]


def _card(source: Source) -> ModelCard | list[Diagnostic]:
    try:
        card = ModelCard.model_validate(plain(source.root))
    except ValidationError as error:
        return _diagnostics(source, misfits(error, ModelCard))
    problems = list(contradictions(card))
    return _diagnostics(source, problems) if problems else _with_checked_defaults(card)


def _repeated(card: ModelCard, source: Source, first: str) -> Diagnostic:
    message = f"there are two cards of '{card.id}'"
    return source.diagnostic(source.value_span(("id",)), "repeated-model", message, hint=f"the first is {first}")


def _diagnostics(source: Source, problems: list[Misfit]) -> list[Diagnostic]:
    return in_file_order(_diagnostic(source, problem) for problem in problems)


def _diagnostic(source: Source, problem: Misfit) -> Diagnostic:
    span = source.key_span(problem.place) if problem.at_key else source.value_span(problem.place)
    return source.diagnostic(span, problem.code, problem.message, hint=problem.hint)


def _with_checked_defaults(card: ModelCard) -> ModelCard:
    """Put every default in its normal form: it enters action keys like a value that was written."""
    parameters = tuple(
        parameter
        if parameter.default is None
        else parameter.model_copy(update={"default": check_value(parameter, parameter.default)})
        for parameter in card.parameters
    )
    return card.model_copy(update={"parameters": parameters})
