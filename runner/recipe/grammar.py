"""The grammar of expressions: every node of a syntax tree is on the list, or the expression is refused."""

from typing import TYPE_CHECKING

from runner.recipe.filters import FILTER_NAMES

if TYPE_CHECKING:
    from jinja2.nodes import Expr, Node

MAX_DEPTH = 32


class ExpressionError(ValueError):
    """An expression is not one of the language, or has no value; ``culprit`` is the piece to point at."""

    def __init__(self, message: str, culprit: str, hint: str = "", code: str = "bad-expression") -> None:
        super().__init__(message)
        self.culprit = culprit
        self.hint = hint
        self.code = code


def names_read(tree: "Expr | Node") -> tuple[tuple[str, ...], ...]:
    """Check a syntax tree.

    Returns:
        Every dotted name that it reads, such as ``("steps", "brand", "image")``.

    Raises:
        ExpressionError: it uses more than the language has.
    """
    names: list[tuple[str, ...]] = []
    _check(tree, names)
    return tuple(names)


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
            if name not in FILTER_NAMES:
                raise ExpressionError(f"there is no filter '{name}'", name, f"there are: {', '.join(FILTER_NAMES)}")
            for part in ([inner] if inner is not None else []) + list(arguments):
                _check(part, names, depth + 1)
        case _:
            kind = type(node).__name__
            raise ExpressionError(
                f"{_WORDS.get(kind, kind.lower())} is not part of the expression language",
                "",
                "names, comparison, and/or/not, literals and the filters " + ", ".join(FILTER_NAMES),
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
