"""The expressions in ``${{ }}``: a small, checked part of Jinja2's.

Names, dotted access, comparison, ``and or not``, literals and a few filters. The syntax tree is checked against that
list while the recipe is read; what is left is evaluated in Jinja2's sandbox with undefined names an error. A name
alone, or with our filters after it, as most expressions are, is looked up without it, which gives the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, reduce
from typing import TYPE_CHECKING, Final

from runner.recipe.filters import FILTERS, MAX_TEXT, PLAIN_FILTERS
from runner.recipe.grammar import MAX_DEPTH, ExpressionError, names_read
from runner.recipe.scope import ABSENT, part_of

if TYPE_CHECKING:
    from jinja2.environment import TemplateExpression
    from jinja2.sandbox import SandboxedEnvironment


_NAME: Final = re.compile(
    r"\s*(?P<name>(?P<root>[A-Za-z_]\w*)(?:\.[A-Za-z_]\w*)*)"
    rf"(?P<filters>(?:\s*\|\s*(?:{'|'.join(PLAIN_FILTERS)})){{0,{MAX_DEPTH}}})\s*",
    re.ASCII,
)
_WORDS: Final = frozenset("and else false False if in is none None not or true True".split())  # noqa: SIM905 - easier to read
"""What means something else to Jinja2 than a name where an expression begins."""


class Undefined:
    """A name that has no value here, such as the picture of a step that was skipped."""

    def __init__(self, name: str) -> None:
        self.name = name


@dataclass(frozen=True, slots=True)
class Expression:
    """One checked expression.

    Attributes:
        text: As it stands between the braces.
        names: Every dotted name it reads, such as ``("steps", "brand", "image")``.
        filters: What follows the name, where it is a dotted name and filters without arguments; None for any other.
    """

    text: str
    names: tuple[tuple[str, ...], ...]
    filters: tuple[str, ...] | None = None

    def evaluate(self, names: Mapping[str, object]) -> object:
        """Give the value; it keeps its type.

        Returns:
            The value, or an ``Undefined`` where a name has none.

        Raises:
            ExpressionError: a filter or comparison does not fit the values, or the result is too long.
        """
        value = ABSENT if self.filters is None else _look_up(self.names[0], names)
        if value is ABSENT:
            return self._evaluated(names)
        if self.filters:
            value = self._filtered(value, self.filters)
        return value if type(value) is str and len(value) <= MAX_TEXT else capped(value)

    def _filtered(self, value: object, filters: tuple[str, ...]) -> object:
        """Give what filters make of a value.

        Raises:
            ExpressionError: one does not fit it.
        """
        try:
            return reduce(lambda before, name: FILTERS[name](before), filters, value)
        except (TypeError, ValueError, ArithmeticError) as error:
            raise ExpressionError(f"'{self.text.strip()}': {error}", self.text.strip()) from error

    def _evaluated(self, names: Mapping[str, object]) -> object:
        """Let Jinja2 give the value, or say why there is none.

        Raises:
            ExpressionError: as ``evaluate``.
        """
        language = _language()
        try:
            value = _compiled(self.text)(names)
        except language.failures as error:
            raise ExpressionError(f"'{self.text.strip()}': {error}", self.text.strip()) from error
        if isinstance(value, language.undefined):
            return Undefined(self.text.strip())
        return capped(value)


@cache
def parse_expression(text: str) -> Expression:
    """Check one expression, as it stands between the braces.

    Raises:
        ExpressionError: it is empty, not Jinja2, or uses more than the language has.
    """
    if not text.strip():
        raise ExpressionError("an expression without content", "${{")
    if len(text) > 2_000:
        raise ExpressionError("an expression of more than 2,000 characters", text.strip()[:20])
    named = _NAME.fullmatch(text)
    if named is not None and named["root"] not in _WORDS:
        filters = tuple(name.strip() for name in named["filters"].split("|")[1:])
        return Expression(text, (tuple(named["name"].split(".")),), filters)
    return _parsed(text)


def _parsed(text: str) -> Expression:
    """Have Jinja2 parse what is more than a name: it takes a while to import."""
    from jinja2 import TemplateSyntaxError, nodes

    try:
        tree = _environment().parse("{{" + text + "}}")
    except (TemplateSyntaxError, RecursionError) as error:
        raise ExpressionError(f"'{text.strip()}' is not an expression: {error}", text.strip()) from error
    printed = tree.body[0]
    if len(tree.body) != 1 or not isinstance(printed, nodes.Output) or len(printed.nodes) != 1:
        raise ExpressionError(f"'{text.strip()}' is not one expression", text.strip())
    return Expression(text, names_read(printed.nodes[0]))


def _look_up(name: tuple[str, ...], names: Mapping[str, object]) -> object:
    """Do what a template does for a dotted name; ``ABSENT`` where it is not among the names."""
    value = names.get(name[0], ABSENT)
    for part in name[1:]:
        value = part_of(value, part)
    return value


def capped(value: object) -> object:
    """Give a value back with numbers as decimals.

    Raises:
        ExpressionError: it is a longer text than a value may be.
    """
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise ExpressionError(f"the value has more than {MAX_TEXT:,} characters", "")
    if isinstance(value, list | tuple):
        return [capped(item) for item in value]
    return value


class _Language:
    """What evaluating takes of Jinja2, which is imported only for more than a name that is there."""

    def __init__(self) -> None:
        from jinja2 import TemplateError
        from jinja2.runtime import Undefined as JinjaUndefined

        self.failures = (TemplateError, TypeError, ValueError, ArithmeticError)
        self.undefined = JinjaUndefined


@cache
def _language() -> _Language:
    return _Language()


@cache
def _environment() -> "SandboxedEnvironment":
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.filters = {"default": environment.filters["default"], **FILTERS}
    environment.tests = {}
    environment.globals = {}
    return environment


@cache
def _compiled(text: str) -> "TemplateExpression":
    return _environment().compile_expression(text, undefined_to_none=False)
