"""Expressions: what they may say, what they give, and what they cannot reach."""

import contextlib
from decimal import Decimal

import pytest

from runner.recipe.expression import Undefined
from runner.recipe.filters import MAX_TEXT
from runner.recipe.grammar import ExpressionError
from runner.recipe.scope import Parted, Scope
from runner.recipe.template import parse_template

NAMES = {"item": {"stem": "sofa_01", "width": 800}, "vars": {"color": "Light Blue", "n": 3}, "steps": {"a": {}}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("${{ item.width }}", 800),
        ("${{ vars.n }}", 3),
        ("x-${{ item.stem }}.png", "x-sofa_01.png"),
        ("${{ vars.color | slug }}", "light-blue"),
        ("${{ vars.color | lower }}!", "light blue!"),
        ("${{ vars.color | upper }}", "LIGHT BLUE"),
        ("${{ item.stem | replace('_', '/') }}", "sofa/01"),
        ("${{ '7' | int }}", 7),
        ("${{ '2.5' | round }}", 2),
        ("${{ '2.345' | round(2) }}", Decimal("2.34")),
        ("${{ item.width > 640 and vars.n == 3 }}", True),
        ("${{ not (item.stem == 'x') }}", True),
        ("${{ item.stem in ['sofa_01', 'b'] }}", True),
        ("${{ steps.a.image | default('none') }}", "none"),
        ("${{ item['stem'] }}", "sofa_01"),
        ("${{ 1.5 }}", Decimal("1.5")),
        ("$ { {", "$ { {"),
    ],
)
def test_expressions_give_values(text: str, value: object) -> None:
    assert parse_template(text).evaluate(NAMES) == value


class _Photo(Parted):
    _hidden = "secret"

    def __init__(self, stem: str) -> None:
        self.stem = stem


@pytest.mark.parametrize(
    "text",
    [
        "item.stem",
        "item.none",
        "item._hidden",
        "item.__class__",
        "item.stem.none",
        "vars.color",
        "vars.none",
        "vars.color.none.none",
        "nobody",
        "nobody.none",
        "true",
        "none",
        "False",
        "vars.color | slug",
        "vars.color|upper | lower",
        "item.stem | int",
        "item | slug",
        "vars.share | round",
        "vars.share | int | slug",
        "vars.share | slug | int",
        "vars.nothing | slug",
        "vars.none | slug",
        "vars.huge | int",
        "vars.long | lower",
        "nobody | slug",
        "true | upper",
        "none | upper",
        "vars.color" + " | slug" * 32,
    ],
)
def test_a_name_gives_what_it_gives_as_a_part_of_an_expression(text: str) -> None:
    listed = {"color": "Ice  Blue!", "share": Decimal("2.5"), "nothing": None, "huge": "1e99", "long": "a" * 70_000}
    names = {"item": _Photo("sofa_01"), "vars": Scope(listed)}

    def outcome(expression: str) -> object:
        try:
            value = parse_template(f"${{{{ {expression} }}}}").evaluate(names)
        except ExpressionError as error:
            return str(error).replace(f"({text})", text)
        return value.name.strip("()") if isinstance(value, Undefined) else (value,)

    assert outcome(text) == outcome(f"({text})")


def test_a_name_without_a_value_is_undefined_and_not_an_error_by_itself() -> None:
    assert isinstance(parse_template("${{ steps.a.image }}").evaluate(NAMES), Undefined)


@pytest.mark.parametrize(
    "text",
    [
        "${{ }}",
        "${{ item.stem",
        "${{ item.stem + 'x' }}",
        "${{ 'a' * 100000000 }}",
        "${{ 2 ** 99999999 }}",
        "${{ item.stem.__class__ }} ${{ range(9) }}",
        "${{ [].append(1) }}",
        "${{ item.stem | tojson }}",
        "${{ x if y else z }}",
        "${{ {'a': 1} }}",
        "${{ item.stem ~ 'x' }}",
        "${{ item.stem[0] }}",
        "${{ item.stem[1:] }}",
        "${{ item is defined }}",
        "${{ lambda: 1 }}",
        "${{ a b }}",
        "${{ {% for x in y %} }}",
        "${{ " + "not " * 60 + "true }}",
        "${{ item.stem" + " | slug" * 33 + " }}",
        "${{ item.stem | slugs }}",
        "${{ item.stem | }}",
        "${{ item.stem slug }}",
        "${{ " + "a" * 3000 + " }}",
    ],
)
def test_everything_else_is_refused_while_reading(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_template(text)


@pytest.mark.parametrize(
    "text",
    ["${{ 'x' | int }}", "${{ item.stem > 3 }}", "a ${{ steps.a.image }}", "a ${{ steps }}", "${{ 1 | round(99999) }}"],
)
def test_values_that_do_not_fit_are_refused_while_evaluating(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_template(text).evaluate(NAMES)


@pytest.mark.parametrize("text", ["${{ " * 200_000, "${{ ' " * 100_000, "${{ 1 }}" * 20_000, "{" * 1_000_000])
def test_long_texts_are_read_in_one_pass(text: str) -> None:
    """A pass for each piece would take minutes here, and the suite's time limit would tell."""
    with contextlib.suppress(ExpressionError):
        parse_template(text)


def test_replacing_cannot_grow_a_text_without_bound() -> None:
    names = {"vars": {"a": "a" * 60_000}}
    with pytest.raises(ExpressionError, match=f"{MAX_TEXT:,}"):
        parse_template("${{ vars.a | replace('a', 'bbbbbbbbbb') }}").evaluate(names)


def test_the_names_that_are_read_are_known() -> None:
    template = parse_template("${{ item.stem }}-${{ vars.color | default(inputs.x.name) }}")
    assert template.names == (("item", "stem"), ("vars", "color"), ("inputs", "x", "name"))
