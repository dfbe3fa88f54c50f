"""The expressions in ``${{ }}``: a small, checked part of Jinja2's.

Names, dotted access, comparison, ``and or not``, literals and a few filters. The syntax tree is checked against that
list while the recipe is read; what is left is evaluated in Jinja2's sandbox with undefined names an error.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2.environment import TemplateExpression
    from jinja2.nodes import Expr, Node
    from jinja2.sandbox import SandboxedEnvironment

MAX_TEXT = 65_536
"""Characters that one value may grow to."""

MAX_DEPTH = 32
MAX_NUMBER = 10**18

FILTERS = ("default", "int", "lower", "replace", "round", "slug", "upper")

_OPEN, _CLOSE = "${{", "}}"
_QUOTE_OR_CLOSE = re.compile(r"'|\"|\}\}")


class ExpressionError(ValueError):
    """An expression is not one of the language, or has no value; ``culprit`` is the piece to point at."""

    def __init__(self, message: str, culprit: str, hint: str = "", code: str = "bad-expression") -> None:
        super().__init__(message)
        self.culprit = culprit
        self.hint = hint
        self.code = code


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
    """

    text: str
    names: tuple[tuple[str, ...], ...]

    def evaluate(self, names: Mapping[str, object]) -> object:
        """Give the value; it keeps its type.

        Returns:
            The value, or an ``Undefined`` where a name has none.

        Raises:
            ExpressionError: a filter or comparison does not fit the values, or the result is too long.
        """
        from jinja2 import TemplateError
        from jinja2.runtime import Undefined as JinjaUndefined

        try:
            value: object = _compiled(self.text)(names)
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise ExpressionError(f"'{self.text.strip()}': {error}", self.text.strip()) from error
        if isinstance(value, JinjaUndefined):
            return Undefined(self.text.strip())
        return _capped(value)


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
    def names(self) -> tuple[tuple[str, ...], ...]:
        """Every dotted name that its expressions read."""
        return tuple(name for expression in self.expressions for name in expression.names)

    def evaluate(self, names: Mapping[str, object]) -> object:
        """Give the value: of its own type where the text is one whole expression, else text.

        Raises:
            ExpressionError: as ``Expression.evaluate``; also where a picture or an undefined name stands inside text.
        """
        if self.whole is not None:
            return self.whole.evaluate(names)
        shown = [piece if isinstance(piece, str) else _as_text(piece, names) for piece in self.pieces]
        return _capped("".join(shown))


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


@cache
def parse_expression(text: str) -> Expression:
    """Check one expression, as it stands between the braces.

    Raises:
        ExpressionError: it is empty, not Jinja2, or uses more than the language has.
    """
    from jinja2 import TemplateSyntaxError, nodes

    if not text.strip():
        raise ExpressionError("an expression without content", _OPEN)
    if len(text) > 2_000:
        raise ExpressionError("an expression of more than 2,000 characters", text.strip()[:20])
    try:
        tree = _environment().parse("{{" + text + "}}")
    except (TemplateSyntaxError, RecursionError) as error:
        raise ExpressionError(f"'{text.strip()}' is not an expression: {error}", text.strip()) from error
    printed = tree.body[0]
    if len(tree.body) != 1 or not isinstance(printed, nodes.Output) or len(printed.nodes) != 1:
        raise ExpressionError(f"'{text.strip()}' is not one expression", text.strip())
    names: list[tuple[str, ...]] = []
    _check(printed.nodes[0], names)
    return Expression(text, tuple(names))


def _check(node: "Expr | Node", names: list[tuple[str, ...]], depth: int = 0) -> None:  # noqa: PLR0912 - one case a node
    """Walk the tree: every node is on the list, or the expression is refused."""
    from jinja2 import nodes

    if depth > MAX_DEPTH:
        raise ExpressionError(f"more than {MAX_DEPTH} parts inside one another", "")

    match node:
        case nodes.Name() | nodes.Getattr():
            names.append(_dotted(node))
        case nodes.Getitem(arg=nodes.Const()):
            names.append(_dotted(node))
        case nodes.Const() | nodes.TemplateData():
            pass
        case nodes.List(items=items) | nodes.Tuple(items=items):
            for item in items:
                _check(item, names, depth + 1)
        case nodes.Neg(node=nodes.Const(value=int() | float())):
            pass
        case nodes.Compare(expr=left, ops=operands):
            for part in (left, *(operand.expr for operand in operands)):
                _check(part, names, depth + 1)
        case nodes.And(left=left, right=right) | nodes.Or(left=left, right=right):
            _check(left, names, depth + 1)
            _check(right, names, depth + 1)
        case nodes.Not(node=inner):
            _check(inner, names, depth + 1)
        case nodes.Filter(node=inner, name=name, args=arguments, kwargs=[], dyn_args=None, dyn_kwargs=None):
            if name not in FILTERS:
                raise ExpressionError(f"there is no filter '{name}'", name, f"there are: {', '.join(FILTERS)}")
            for part in ([inner] if inner is not None else []) + list(arguments):
                _check(part, names, depth + 1)
        case _:
            kind = type(node).__name__
            raise ExpressionError(
                f"{_WORDS.get(kind, kind.lower())} is not part of the expression language",
                "",
                "names, comparison, and/or/not, literals and the filters " + ", ".join(FILTERS),
            )


_WORDS = {
    "Call": "a call",
    "CondExpr": "'if … else'",
    "Concat": "'~'",
    "Add": "'+'",
    "Sub": "'-'",
    "Mul": "'*'",
    "Div": "'/'",
    "FloorDiv": "'//'",
    "Mod": "'%'",
    "Pow": "'**'",
    "Test": "'is'",
    "Slice": "a slice",
    "Getitem": "a computed index",
    "Dict": "a mapping",
}


def _dotted(node: "Expr | Node") -> tuple[str, ...]:
    from jinja2 import nodes

    match node:
        case nodes.Name(name=name):
            return (name,)
        case nodes.Getattr(node=inner, attr=attribute):
            return (*_dotted(inner), attribute)
        case nodes.Getitem(node=inner, arg=nodes.Const(value=str() as attribute)):
            return (*_dotted(inner), attribute)
        case _:
            raise ExpressionError("only names have parts: a value cannot be looked into", "")


@cache
def _environment() -> "SandboxedEnvironment":
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    known = {
        "default": environment.filters["default"],
        "lower": lambda value: _text(value).lower(),
        "upper": lambda value: _text(value).upper(),
        "replace": _replace,
        "slug": _slug,
        "int": lambda value: int(_number(value)),
        "round": _round,
    }
    environment.filters = known
    environment.tests = {}
    environment.globals = {}
    return environment


@cache
def _compiled(text: str) -> "TemplateExpression":
    return _environment().compile_expression(text, undefined_to_none=False)


def _as_text(expression: Expression, names: Mapping[str, object]) -> str:
    value = expression.evaluate(names)
    if isinstance(value, Undefined):
        raise ExpressionError(f"'{value.name}' has no value here", value.name)
    try:
        return _text(value)
    except TypeError as error:
        raise ExpressionError(f"'{expression.text.strip()}' {error}", expression.text.strip()) from error


def _text(value: object) -> str:
    """Render a scalar.

    Raises:
        TypeError: the value is a picture, a mask or another thing without a text of its own.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int() | Decimal():
            return str(value)
        case float():
            return format(Decimal(repr(value)), "f")
        case None:
            return ""
        case _:
            raise TypeError("is not text; a picture has .stem, .name and .key")


def _number(value: object) -> Decimal:
    text = _text(value)
    try:
        number = Decimal(text)
    except ArithmeticError as error:
        raise ValueError(f"'{text}' is no number") from error
    if not number.is_finite() or abs(number) > MAX_NUMBER:
        raise ValueError(f"'{text}' is no number that fits")
    return number


def _replace(value: object, old: str, new: str) -> object:
    text = _text(value)
    if len(text) + text.count(old) * len(new) > MAX_TEXT:
        raise ValueError(f"'replace' makes more than {MAX_TEXT:,} characters")
    return text.replace(old, new)


def _slug(value: object) -> str:
    """Lower-case letters, digits and hyphens only, so that it is safe in a path."""
    return re.sub(r"[^a-z0-9]+", "-", _text(value).lower()).strip("-")


def _round(value: object, places: int = 0) -> Decimal | int:
    number = _number(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    return number if places else int(number)


def _capped(value: object) -> object:
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise ExpressionError(f"the value has more than {MAX_TEXT:,} characters", "")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_capped(item) for item in value]
    return value
