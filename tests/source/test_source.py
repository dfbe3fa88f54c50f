"""YAML text in, values or places of mistakes out."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.source.load import read_source
from runner.source.source import Source, plain


def check(text: str) -> object:
    """The plain value of a text, or its mistakes as ``line:column code``."""
    source = read_source(text, "r.yaml")
    if isinstance(source, Source):
        return plain(source.root)
    return [f"{problem.span.line}:{problem.span.column} {problem.code}" for problem in source]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 012345", "012345"),
        ("a: no", "no"),
        ("a: yes", "yes"),
        ("a: 16:9", "16:9"),
        ("a: 2026-05-05", "2026-05-05"),
        ("a: 0.10", Decimal("0.10")),
        ("a: 1e3", Decimal("1e3")),
        ("a: .5", Decimal(".5")),
        ("a: 0x1f", 31),
        ("a: 0o17", 15),
        ("a: -7", -7),
        ("a: true", True),
        ("a: 'true'", "true"),
        ("a: !!str 7", "7"),
        ("a: .inf", ".inf"),
        ("a: 1_000", "1_000"),
        ("a: '#ff0000'", "#ff0000"),
        ("a: [1, two]", [1, "two"]),
        ("a: |\n  x\n  y", "x\ny"),
        ("a: ~", None),
    ],
)
def test_scalars_are_of_the_core_types(text: str, value: object) -> None:
    assert check(text) == {"a": value}


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["1:1 empty-document"]),
        ("# nothing", ["1:1 empty-document"]),
        ("a: 1\nb: 2\na: 3", ["3:1 repeated-key"]),
        ("a: 1\n---\nb: 2", ["2:1 several-documents"]),
        ("1: a", ["1:1 key-not-text"]),
        ("[a]: b", ["1:1 key-not-text"]),
        ("a: !!python/object:os.system x", ["1:4 unknown-tag"]),
        ("a: !mine x", ["1:4 unknown-tag"]),
        ("color: #ff0000\nb: 1", ["1:8 vanished-value"]),
        ("a: &x [*x]", ["1:8 recursive-alias"]),
        ("a: *nowhere", ["1:4 unknown-alias"]),
        ("a: [1", ["1:6 yaml-syntax"]),
        ("a: [1,\n  2,\n", ["2:5 yaml-syntax"]),
        ("a: {b: ${{ c }}}", ["1:9 yaml-syntax"]),
        ("<<: 5", ["1:1 bad-merge"]),
        ("a: " + "[" * 80 + "]" * 80, ["1:68 too-deep"]),
    ],
)
def test_what_yaml_would_lose_is_refused_at_its_place(text: str, problems: list[str]) -> None:
    assert check(text) == problems


def test_all_mistakes_are_told_in_one_pass() -> None:
    assert check("a: 1\na: 2\n3: c\nd: !x y\ne: #z") == [
        "2:1 repeated-key",
        "3:1 key-not-text",
        "4:4 unknown-tag",
        "5:4 vanished-value",
    ]


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("a: { color: #00ff00 }", "1:22", "'#00ff00 }' is a comment: put a text that begins with '#' in quotes"),
        ("a: [ '${{ b }}', { c: #0f0 }]", "1:30", "'#0f0 }]' is a comment: put a text that begins with '#' in quotes"),
        ("a:\n- { c: #0f0 }\nb: 1", "3:2", "'#0f0 }' is a comment: put a text that begins with '#' in quotes"),
        ("a: { b: ${{ c }} }", "1:10", 'inside { } and [ ], put an expression in quotes: "${{ … }}"'),
        ("name: a: b", "1:8", "put a text that contains ': ' in quotes"),
        ("a: 1\n\tb: 2", "2:1", "indent with spaces, not tabs"),
        ("a: 1\nb: x\x07y", "2:5", "remove the control character 0x07"),
        ("a: [1\nb: 2", "2:2", "the mistake is often on the line before: a missing colon, quote or indent"),
    ],
)
def test_what_is_no_yaml_is_told_with_what_to_do(text: str, place: str, hint: str) -> None:
    problems = read_source(text, "r.yaml")
    assert isinstance(problems, list)
    assert [(f"{p.span.line}:{p.span.column}", p.code, p.hint) for p in problems] == [(place, "yaml-syntax", hint)]


def test_anchors_aliases_and_merges_work() -> None:
    text = "x-base: &b {p: 1, q: 2}\nm: {<<: *b, q: 3}\nn: *b"
    assert check(text) == {"x-base": {"p": 1, "q": 2}, "m": {"q": 3, "p": 1}, "n": {"p": 1, "q": 2}}


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    problems = check("\n".join(lines))
    assert isinstance(problems, list)
    assert problems[-1].endswith("too-many-nodes")


def test_a_place_inside_a_value_is_found() -> None:
    source = read_source("a:\n  - b: 'x ${{ item.stam }}'\n", "r.yaml")
    assert isinstance(source, Source)
    span = source.span_in_value(("a", 0, "b"), "stam")
    assert (span.line, span.column, span.length) == (2, 20, 4)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_no_text_is_answered_with_an_exception(text: str) -> None:
    check(text)


@settings(max_examples=200, deadline=None)
@given(st.text("ab:-[]{}&*!|>'\"#, \n\t0${}", max_size=60))
def test_no_yaml_like_text_is_answered_with_an_exception(text: str) -> None:
    check(text)
