"""Texts with expressions in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from runner.recipe.expression import Expression, Undefined, capped, parse_expression
from runner.recipe.filters import MAX_TEXT, text_of
from runner.recipe.grammar import ExpressionError

_OPEN, _CLOSE = "${{", "}}"
_FIXED = frozenset({"vars", "recipe"})
_QUOTE_OR_CLOSE = re.compile(r"'|\"|\}\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A text with expressions in it; ``pieces`` in their order, texts between them included."""

    text: str
    pieces: tuple[str | Expression, ...]

    @property
    def whole(self) -> Expression | None:
        """The one expression that is the entire value, so that it keeps its type."""
        only = self.pieces[0] if len(self.pieces) == 1 else None
        return only if isinstance(only, Expression) else None

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The expressions in it, in their order."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Expression))

    @property
    def is_fixed(self) -> bool:
        """Whether its value is the same for every item: it reads nothing, or only the recipe's own variables."""
        return all(name[0] in _FIXED for name in self.names)

    @property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """Every dotted name that its expressions read."""
        return tuple(name for expression in self.expressions for name in expression.names)

    def evaluate(self, names: Mapping[str, object]) -> object:
        """Give the value: of its own type where the text is one whole expression, else text.

        Raises:
            ExpressionError: as ``Expression.evaluate``; also where a picture or an undefined name stands inside text.
        """
        pieces = self.pieces
        if len(pieces) == 1 and isinstance(pieces[0], Expression):
            return pieces[0].evaluate(names)
        text = "".join([piece if isinstance(piece, str) else _as_text(piece, names) for piece in pieces])
        return text if len(text) <= MAX_TEXT else capped(text)


def parse_template(text: str) -> Template:
    """Split a text into its expressions and what is between them, and check each.

    Raises:
        ExpressionError: an expression is not closed, not of the language, or empty.
    """
    pieces: list[str | Expression] = []
    at = 0
    while (start := text.find(_OPEN, at)) >= 0:
        end = _end_of_expression(text, start + len(_OPEN))
        if start > at:
            pieces.append(text[at:start])
        pieces.append(parse_expression(text[start + len(_OPEN) : end]))
        at = end + len(_CLOSE)
    if at < len(text) or not pieces:
        pieces.append(text[at:])
    return Template(text, tuple(pieces))


def _end_of_expression(text: str, start: int) -> int:
    """Find the braces that close an expression; those inside quotes do not."""
    at = start
    while (found := _QUOTE_OR_CLOSE.search(text, at)) is not None:
        if found[0] == _CLOSE:
            return found.start()
        closing = text.find(found[0], found.end())
        if closing < 0:
            break
        at = closing + 1
    rest = text[start - len(_OPEN) :]
    raise ExpressionError("'${{' is never closed", rest.split("\n", 1)[0][:80], "close it with '}}'")


def _as_text(expression: Expression, names: Mapping[str, object]) -> str:
    value = expression.evaluate(names)
    if isinstance(value, str):  # by far the most
        return value
    if isinstance(value, Undefined):
        raise ExpressionError(f"'{value.name}' has no value here", value.name)
    try:
        return text_of(value)
    except TypeError as error:
        raise ExpressionError(f"'{expression.text.strip()}' {error}", expression.text.strip()) from error
