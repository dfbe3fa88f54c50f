"""A card with mistakes gives every one of them, in its place; schema and code agree."""

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from runner.catalog.card import ModelCard, card_schema
from runner.catalog.parse import parse_card, parse_cards

GOOD = """\
id: studio/outpaint
revision: "3"
title: Extend a picture
source: studio.example/docs
price: { amount: 0.12, unit: image, as_of: 2026-10-01 }
providers: [runflow]
output_size: unknown
parameters:
  - { name: image, kind: image }
  - { name: strength, kind: number, required: false, minimum: 0, maximum: 1, default: 0.50 }
  - { name: mode, kind: choice, choices: [soft, hard] }
wire:
  - form: urls
    fields: { image: image_url, strength: strength, mode: mode }
"""


def check(text: str) -> list[str]:
    found = parse_card(text, "models/card.yaml")
    if isinstance(found, ModelCard):
        return []
    return [f"{problem.span.line}:{problem.span.column} {problem.code}" for problem in found]


def broken(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def test_a_good_card_has_no_problems() -> None:
    assert check(GOOD) == []


def test_a_default_is_kept_in_its_normal_form() -> None:
    card = parse_card(GOOD, "models/card.yaml")
    assert isinstance(card, ModelCard)
    strength = card.parameter("strength")
    assert strength is not None
    assert str(strength.default) == "0.5"


def test_a_date_and_a_revision_stay_what_they_are() -> None:
    card = parse_card(broken('revision: "3"', "revision: v2026.11"), "models/card.yaml")
    assert isinstance(card, ModelCard)
    assert (card.revision, str(card.price.as_of)) == ("v2026.11", "2026-10-01")


SHAPE = [
    (broken("title:", "titel:"), ["3:1 unknown-key"]),
    (broken("title: Extend a picture\n", ""), ["1:1 missing-key"]),
    (broken("0.12, unit: image", "0.12, unit: picture"), ["5:30 bad-value"]),
    (broken("amount: 0.12", "amount: -1"), ["5:18 bad-value"]),
    (broken("2026-10-01", "yesterday"), ["5:44 bad-value"]),
    (broken("id: studio/outpaint", "id: outpaint"), ["1:5 bad-value"]),
    (broken("[runflow]", "[]"), ["6:12 bad-value"]),
    (broken("kind: number", "kind: float"), ["10:29 bad-value"]),
    (broken("parameters:", "parameters: []\nothers:"), ["8:13 bad-value", "9:1 unknown-key"]),
    (broken("output_size: unknown", "output_size: large"), ["7:14 bad-value"]),
    (broken('revision: "3"', "revision: 3"), ["2:11 bad-value"]),
    (broken("[soft, hard]", "soft"), ["11:42 bad-value"]),
    (broken("image: image_url", "image: [a, b]"), ["14:22 bad-value"]),
]


@pytest.mark.parametrize(("text", "problems"), SHAPE)
def test_a_value_of_the_wrong_shape_is_told_in_its_place(text: str, problems: list[str]) -> None:
    assert check(text) == problems


@pytest.mark.parametrize("text", [text for text, _ in SHAPE])
def test_the_schema_refuses_what_the_code_refuses(text: str) -> None:
    document = yaml.load(text, yaml.BaseLoader) if "yesterday" in text else _plain(text)
    assert not jsonschema.Draft7Validator(card_schema()).is_valid(document)


def test_the_schema_takes_what_the_code_takes() -> None:
    jsonschema.Draft7Validator(card_schema()).validate(_plain(GOOD))


def _plain(text: str) -> object:
    """YAML as an editor reads it: days stay text."""
    return yaml.safe_load(text.replace("2026-10-01", "'2026-10-01'"))


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (broken("default: 0.50", "default: 2"), ["10:87 bad-default"]),
        (broken("required: false, ", ""), ["10:70 bad-default"]),
        (broken("minimum: 0, maximum: 1,", "minimum: 2, maximum: 1,"), ["10:75 bad-parameter"]),
        (broken("choices: [soft, hard]", "max_length: 3"), ["11:25 bad-parameter", "11:33 bad-parameter"]),
        (broken("name: strength", "name: image"), ["10:13 repeated-name"]),
        (broken(", mode: mode", ""), ["13:11 bad-wire"]),
        (broken("mode: mode }", "mood: mode }"), ["14:53 unknown-parameter"]),
        (broken("mode: mode }", "mode: [r, g, b] }"), ["14:59 bad-wire"]),
        (broken(", as_of: 2026-10-01", ""), ["5:8 bad-price"]),
        (broken("output_size: unknown", "output_size: same-as:mode"), ["7:14 bad-output-size"]),
        (broken("output_size: unknown", "needs_one_of: [mood]"), ["7:16 unknown-parameter"]),
        (GOOD[: GOOD.index("wire:")], ["6:12 bad-wire"]),
    ],
)
def test_what_does_not_go_together_is_told_in_its_place(text: str, problems: list[str]) -> None:
    assert sorted(check(text)) == sorted(problems)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1:1 empty-document"),
        ("id: [", "1:6 yaml-syntax"),
        ("a: 1\na: 2\n", "2:1 repeated-key"),
        ("1: 2\n", "1:1 key-not-text"),
        ("a: &x [*x]\n", "1:8 recursive-alias"),
        ("title: #Extend\n", "1:8 vanished-value"),
        ("a: !!python/name:os.system x\n", "1:4 unknown-tag"),
        ("a: 1\n---\nb: 2\n", "2:1 several-documents"),
        ("[" * 100 + "]" * 100, "1:66 too-deep"),
        ("a: " + "x" * 300_000, "1:1 too-large"),
    ],
)
def test_a_text_that_is_no_card_is_told_once(text: str, problem: str) -> None:
    assert check(text) == [problem]


def test_a_mistyped_key_is_one_mistake_with_the_right_name() -> None:
    found = parse_card(broken("title:", "titel:"), "models/card.yaml")
    assert isinstance(found, list)
    assert [(problem.message, problem.hint, problem.source) for problem in found] == [
        ("unknown key 'titel'", "did you mean 'title'?", "titel: Extend a picture")
    ]


def test_a_wrong_word_is_told_with_the_right_one() -> None:
    found = parse_card(broken("unit: image", "unit: imgae"), "models/card.yaml")
    assert isinstance(found, list)
    assert [(p.message, p.hint) for p in found] == [("'unit' cannot be 'imgae'", "did you mean 'image'?")]


def test_an_entry_with_a_mistake_still_counts_as_one() -> None:
    only = GOOD[: GOOD.index("  - { name: strength")] + GOOD[GOOD.index("wire:") :]
    only = only.replace(", strength: strength, mode: mode", "").replace("kind: image }", "kind: imge }")
    assert check(only) == ["9:26 bad-value"]


def test_two_cards_of_one_model_are_a_mistake_in_the_second() -> None:
    read = parse_cards({"models/a.yaml": GOOD, "models/b.yaml": GOOD})
    assert [card.id for card in read.cards] == ["studio/outpaint"]
    assert [(p.path, p.span.line, p.code, p.hint) for p in read.diagnostics] == [
        ("models/b.yaml", 1, "repeated-model", "the first is models/a.yaml")
    ]


@given(st.text(max_size=200))
def test_any_text_gives_a_card_or_diagnostics(text: str) -> None:
    assert parse_card(text, "models/card.yaml") != []


@given(at=st.integers(0, len(GOOD)), junk=st.text("{}[]:,'\"#&*!\n -0a", max_size=6))
def test_a_damaged_card_gives_a_card_or_diagnostics(at: int, junk: str) -> None:
    assert parse_card(GOOD[:at] + junk + GOOD[at:], "models/card.yaml") != []
