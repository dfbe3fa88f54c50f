"""The catalogue of codes: what it shows is what is told, and no code is left out."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.examples import Example, codes_told, contents, play, read_examples

_ROOT = Path(__file__).parents[2]
_TEXT = (_ROOT / "docs" / "diagnostics.md").read_text(encoding="utf-8")
_EXAMPLES = list(read_examples(_TEXT))
_SLOW = "run recipe.yaml -q"
"""Examples that begin so start the workers of the local engines."""


def _parameter(at: int, example: Example) -> object:
    marks = [pytest.mark.slow] if example.commands[0] == _SLOW else []
    return pytest.param(example, id=f"{example.code}-{at}", marks=marks)


@pytest.mark.parametrize("example", [_parameter(at, example) for at, example in enumerate(_EXAMPLES)])
def test_an_example_is_told_what_the_catalogue_shows_and_nothing_else(example: Example) -> None:
    told = play(example)
    assert set(codes_told(told)) == {example.code}
    assert told == example.told


def test_every_code_below_a_heading_has_a_meaning_and_an_example() -> None:
    headed = re.findall(r"^### `([a-z0-9-]+)`\n\n(?=[A-Z`])", _TEXT, re.MULTILINE)
    assert headed == [line[5:-1] for line in _TEXT.splitlines() if line.startswith("### ")]
    assert set(headed) == {example.code for example in _EXAMPLES}


def test_a_code_has_one_place_in_the_catalogue() -> None:
    placed = [*re.findall(r"^### `([a-z0-9-]+)`", _TEXT, re.MULTILINE), *_in_tables(_TEXT.replace(contents(_TEXT), ""))]
    assert sorted(placed) == sorted(set(placed))


def test_the_table_of_contents_is_fresh() -> None:
    assert f"\n\n{contents(_TEXT)}\n\n" in _TEXT


def test_every_code_is_explained_and_every_explained_code_exists() -> None:
    explained = {example.code for example in _EXAMPLES} | set(_in_tables(_TEXT))
    assert explained == {code for path in (_ROOT / "runner").rglob("*.py") for code in _codes(path)}


def _in_tables(text: str) -> list[str]:
    cells = re.findall(r"^\| ((?:`[a-z0-9-]+`(?:, )?)+) \|", text, re.MULTILINE)
    return [code for cell in cells for code in re.findall(r"`([a-z0-9-]+)`", cell)]


_CARRIERS = frozenset({"FileProblem", "Misfit", "Refusal", "_Unreadable", "ActionFailed", "Refused"})
_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_WORD = re.compile(r"[a-z0-9-]+")
_TELLS = re.compile(r".*(?:diagnostic|problem|report).*", re.IGNORECASE)
_CODE_FIRST = re.compile(
    r"(?:Usage|Image|Engine|Provider|Store|Runner)Error|Refused|NotSubmitted|AnswerUnknown|JobFailed|InDoubt"
    r"|FileProblem|_BadText|_Problem|_Trouble"
)


def _codes(path: Path) -> Iterator[str]:
    """Codes stand in calls: of what carries a problem, or under the name ``code``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args, keywords=keywords):
                yield from (
                    text
                    for each in keywords
                    if each.arg == "code"
                    for text in _texts(each.value)
                    if _WORD.fullmatch(text)
                )
                if _CODE_FIRST.fullmatch(name) and args:
                    yield from (text for text in _texts(args[0]) if _WORD.fullmatch(text))
                if _TELLS.fullmatch(name) and len(args) > 1:
                    yield from (text for text in _texts(args[1]) if _WORD.fullmatch(text))
                if name in _CARRIERS or _TELLS.fullmatch(name) or name.endswith("Error"):
                    values = [*args, *(each.value for each in keywords)]
                    yield from (text for value in values for text in _texts(value) if _KEBAB.fullmatch(text))


def _texts(value: ast.expr) -> list[str]:
    match value:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=other):
            return [*_texts(body), *_texts(other)]
        case _:
            return []
