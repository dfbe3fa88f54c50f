"""Recipe text in, mistakes with their places out."""

import pytest

from runner.recipe.parse import parse_recipe
from runner.recipe.parsed import ParsedRecipe
from runner.source.load import read_source
from runner.source.source import Source

HEAD = "version: 1\nname: n\n"
INPUTS = "inputs:\n  a: { file: a.png }\n"
STEPS = "steps:\n  - { id: s, uses: image/convert }\n"


def check(text: str) -> list[str]:
    """The mistakes of a recipe as ``line:column code``."""
    source = read_source(text, "r.yaml")
    parsed = parse_recipe(source) if isinstance(source, Source) else source
    return [] if isinstance(parsed, ParsedRecipe) else [f"{p.span.line}:{p.span.column} {p.code}" for p in parsed]


def hints(text: str) -> list[str]:
    source = read_source(text, "r.yaml")
    assert isinstance(source, Source)
    parsed = parse_recipe(source)
    assert isinstance(parsed, list)
    return [problem.hint for problem in parsed]


def parsed(text: str) -> ParsedRecipe:
    source = read_source(text, "r.yaml")
    assert isinstance(source, Source)
    recipe = parse_recipe(source)
    assert isinstance(recipe, ParsedRecipe), recipe
    return recipe


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (HEAD + INPUTS + STEPS, []),
        (HEAD + INPUTS + STEPS + "x-any: { thing: [1, '${{ not checked'] }\n", []),
        ("a", ["1:1 wrong-type"]),
        ("{}", ["1:1 missing-key"] * 4),
        ("version: 2\nname: n\n" + INPUTS + STEPS, ["1:10 bad-value"]),
        ("version: 1\nnmae: n\n" + INPUTS + STEPS, ["2:1 unknown-key"]),
        (HEAD + INPUTS + "steps: []", ["5:8 too-few"]),
        (HEAD + INPUTS + "steps:", ["5:1 no-value"]),
        (HEAD + INPUTS + STEPS + "matrix: { a: [1, 2], b: [x], exclude: [{ a: 1, item.key: 'n*' }] }", []),
        (HEAD + INPUTS + STEPS + "matrix: { a: [] }", ["7:14 too-few"]),
        (HEAD + INPUTS + STEPS + "matrix: { a: 5 }", ["7:14 wrong-type"]),
        (HEAD + INPUTS + STEPS + "matrix: { abc: [1], exclude: [{ abd: 1 }] }", ["7:33 unknown-name"]),
        (HEAD + INPUTS + STEPS + "checks: []\ngate: {}\nreport: {}", ["8:7 missing-key"]),
        (HEAD + INPUTS + STEPS + "gate: { canary: 0, min_pass_rate: 95 }", ["7:17 out-of-range", "7:35 bad-value"]),
        (HEAD + INPUTS + STEPS + "checks:\n  - { on: s, type: same_size }", []),
        (HEAD + INPUTS + STEPS + "checks:\n  - { on: t, type: same_size }", ["8:11 unknown-name"]),
        (HEAD + INPUTS + STEPS + "checks:\n  - { on: s, type: same_sise }", ["8:20 bad-value"]),
        (
            HEAD + INPUTS + STEPS + "checks:\n  - { on: s, type: same_size, mask: m }",
            ["8:31 unknown-key", "8:37 unknown-name"],
        ),
        (HEAD + INPUTS + STEPS + "checks:\n  - { on: s, type: ssim }", ["8:20 missing-key"]),
        (HEAD + INPUTS + STEPS + "checks:\n  - { on: s, type: max_bytes, value: big }", ["8:38 bad-value"]),
        (HEAD + INPUTS + STEPS + "checks:\n  - { on: s, type: format, value: gif }", ["8:35 bad-value"]),
        (HEAD + "inputs:\n  a: { csv: x.csv, image: '${{ row.p }}', where: '${{ row.ok }}' }\n" + STEPS, []),
        (HEAD + "inputs:\n  a: { csv: x.csv, where: 5 }\n" + STEPS, ["4:27 bad-value"]),
        (HEAD + "inputs:\n  a: { glob: x, key: '${{ row.p }}' }\n" + STEPS, ["4:27 unknown-name"]),
        (HEAD + "inputs:\n  a: { url: 'https://x.org/a.png' }\n" + STEPS, []),
        (HEAD + "inputs:\n  a: {}\n" + STEPS, ["4:3 missing-key"]),
        (HEAD + "inputs:\n  a: { file: a, glob: b }\n" + STEPS, ["4:17 conflicting-keys"]),
        (HEAD + "inputs:\n  a: { glob: a }\n  b: { files: [b] }\n" + STEPS, ["5:3 several-batches"]),
        (HEAD + INPUTS + "masks:\n  m: { detect: face }\n" + STEPS, []),
        (HEAD + INPUTS + "masks:\n  m: { detect: faces }\n" + STEPS, ["6:16 bad-value"]),
        (HEAD + INPUTS + "masks:\n  m: { color: { key: '#0f0' } }\n" + STEPS, ["6:22 bad-value"]),
        (HEAD + INPUTS + "masks:\n  m: { color: { key: [0, 255, 0], tolerance: 12 } }\n" + STEPS, []),
        (HEAD + INPUTS + "masks:\n  m: { from: steps.t }\n" + STEPS, ["6:14 unknown-name"]),
        (HEAD + INPUTS + "masks:\n  m: { union: [a, b] }\n" + STEPS, ["6:16 unknown-name", "6:19 unknown-name"]),
        (
            HEAD + INPUTS + "masks:\n  m: { union: [n, k] }\n  n: { alpha: true }\n  k: { subtract: [m, n] }\n" + STEPS,
            ["6:3 cycle", "8:3 cycle"],
        ),
        (HEAD + INPUTS + "masks:\n  m: { shape: { rect: [1, 2, 3] } }\n" + STEPS, ["6:23 too-few"]),
        (HEAD + INPUTS + "masks:\n  m: { shape: { rect: [1, 2, 3, 4em] } }\n" + STEPS, ["6:33 bad-value"]),
        (HEAD + INPUTS + "masks:\n  m: { file: m, require: { area: [1%, 101%] } }\n" + STEPS, ["6:39 bad-value"]),
        (HEAD + INPUTS + "steps:\n  - { id: 5, uses: x }\n", ["6:11 wrong-type"]),
        (HEAD + INPUTS + "steps:\n  - { id: 'a b', uses: x }\n", ["6:11 bad-value"]),
        (HEAD + INPUTS + "steps:\n  - { id: s, uses: x }\n  - { id: s, uses: y }\n", ["7:11 repeated-id"]),
        (HEAD + INPUTS + "steps:\n  - { id: s, uses: x, retry: { attempts: 3 }, timeout: 10m }\n", []),
        (
            HEAD + INPUTS + "steps:\n  - { id: s, uses: x, retry: { attempts: 99 }, timeout: soon }\n",
            ["6:42 out-of-range", "6:57 bad-value"],
        ),
        (HEAD + INPUTS + "steps:\n  - { id: s, uses: '${{ vars.x }}' }\n", ["6:21 no-expression-here"]),
        (HEAD + INPUTS + "steps:\n  - { id: s, uses: x, if: 'a ${{ recipe.name }}' }\n", ["6:27 bad-value"]),
        (HEAD + INPUTS + "steps:\n  - { id: s, uses: x, with: { image: '${{ inputs.b }}' } }\n", ["6:50 unknown-name"]),
        (HEAD + INPUTS + "steps:\n  - { id: s, uses: x, with: { image: '${{ item }}' } }\n", ["6:43 unknown-name"]),
        (
            HEAD + INPUTS + "steps:\n  - { id: s, uses: x, with: { image: '${{ steps.t.image }}' } }\n",
            ["6:49 unknown-name"],
        ),
        (HEAD + INPUTS + "steps:\n  - { id: s, uses: x, with: { image: '${{ steps.s }}' } }\n", ["6:49 unknown-name"]),
        (
            HEAD + INPUTS + "steps:\n  - { id: s, uses: x, with: { t: '${{ matrix.a }}' } }\n",
            ["6:46 unknown-name"],
        ),
        (
            HEAD + INPUTS + "steps:\n  - { id: s, uses: x, with: { t: '${{ inputs.a.stam }}' } }\n",
            ["6:48 unknown-name"],
        ),
        (HEAD + INPUTS + "steps:\n  - { id: s, uses: x, with: { t: '${{ a() }}' } }\n", ["6:34 bad-expression"]),
        (HEAD + INPUTS + "steps:\n  - { id: s, uses: x, paste_back: m }\n", ["6:35 unknown-name"]),
        (HEAD + INPUTS + STEPS + "outputs:\n  - { from: t, path: p.png }\n", ["8:13 unknown-name"]),
        (HEAD + INPUTS + STEPS + "outputs:\n  - { from: s, path: p.png, quality: 101 }\n", ["8:38 out-of-range"]),
        (HEAD + INPUTS + STEPS + "outputs:\n  - { from: s, path: p, format: jpg }\n", ["8:33 bad-value"]),
        (HEAD + INPUTS + STEPS + "outputs:\n  - { from: s, path: p, metadata: { keep: [gsp] } }\n", ["8:44 bad-value"]),
        (HEAD + INPUTS + STEPS + "budget: { max: 5 EUR }", ["7:16 bad-value"]),
        (HEAD + INPUTS + STEPS + "budget: { max: 1, per_step: { t: 1 } }", ["7:31 unknown-name"]),
    ],
)
def test_mistakes_are_told_at_their_place(text: str, problems: list[str]) -> None:
    assert check(text) == problems


def test_steps_on_a_circle_are_named_and_those_behind_it_are_not() -> None:
    steps = [("a", "b"), ("b", "a"), ("c", "b")]
    lines = [
        f"  - {{ id: {name}, uses: x, with: {{ image: '${{{{ steps.{other}.image }}}}' }} }}" for name, other in steps
    ]
    assert check(HEAD + INPUTS + "steps:\n" + "\n".join(lines)) == ["6:11 cycle", "7:11 cycle"]


def test_steps_come_after_what_they_need_whatever_the_order_of_the_file() -> None:
    lines = [
        "  - { id: last, uses: x, with: { image: '${{ steps.mid.image }}' } }",
        "  - { id: mid, uses: x, with: { image: '${{ steps.first.image }}' } }",
        "  - { id: first, uses: x, with: { image: '${{ inputs.a }}' } }",
    ]
    recipe = parsed(HEAD + INPUTS + "steps:\n" + "\n".join(lines))
    assert [step.id for step in recipe.steps] == ["first", "mid", "last"]


def test_the_mask_of_a_check_does_not_come_after_what_is_checked() -> None:
    steps = (
        "steps:\n  - { id: one, uses: x, with: { image: '${{ inputs.a }}' } }\n"
        "  - { id: two, uses: x, with: { image: '${{ steps.one.image }}' } }\n"
        "masks: { late: { from: steps.two } }\nchecks: [{ on: NAME, type: ssim, min: 0.5, mask: late }]\n"
    )
    assert check(HEAD + INPUTS + steps.replace("NAME", "one")) == ["9:49 cycle"]
    assert check(HEAD + INPUTS + steps.replace("NAME", "two")) == []


def test_a_mistyped_key_is_one_mistake_and_its_content_is_not_judged() -> None:
    text = HEAD + INPUTS + "steps:\n  - { id: s, uses: x, wiht: { image: '${{ inputs.b }}' } }\n"
    assert check(text) == ["6:23 unknown-key"]
    assert hints(text) == ["did you mean 'with'?"]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "version: '1'\nname: n\n" + INPUTS + STEPS,
            "'version' must be the number 1, not the text '1'",
            "write it without quotes",
        ),
        ("version: 2\nname: n\n" + INPUTS + STEPS, "'version' must be 1, not '2'", ""),
        (
            HEAD + INPUTS + STEPS + "masks:\n  m: { alpha: false }\n",
            "'alpha' must be true, not false",
            "write true, or remove it",
        ),
        (
            HEAD + "inputs: { a: photos/a.png }\n" + STEPS,
            "'a' must be a mapping of keys, not 'photos/a.png'",
            "write { file: photos/a.png }",
        ),
        (
            HEAD + INPUTS + STEPS + "gate: { min_pass_rate: 0.9 }\n",
            "'min_pass_rate' must be a share from 0% to 100%, such as 2%, not '0.9'",
            "",
        ),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_with_what_to_write(text: str, message: str, hint: str) -> None:
    source = read_source(text, "r.yaml")
    assert isinstance(source, Source)
    problems = parse_recipe(source)
    assert isinstance(problems, list)
    assert [(problem.message, problem.hint) for problem in problems] == [(message, hint)]


def test_names_of_steps_are_not_judged_where_no_step_could_be_read() -> None:
    text = HEAD + INPUTS + "step:\n  - { id: s, uses: x }\noutputs: [{ from: s, path: out/a.png }]\n"
    assert check(text) == ["5:1 unknown-key"]


def test_ten_different_mistakes_are_told_in_one_pass() -> None:
    text = """\
version: 1
nmae: ten
inputs:
  photo: { file: 5 }
  batch: { glob: "*.jpg", key: "${{ item.stam }}" }
masks:
  floor: { file: m.png, ops: [{ grow: lots }] }
steps:
  - id: swap
    uses: runflow/reference-inpaint
    with: { image: "${{ inputs.phto }}" }
    paste_back: flor
  - id: swap
    uses: runflow/eye-color
gate: { canary: 3, min_pass_rate: most }
outputs:
  - { from: swp, path: out.png, quality: 200 }
"""
    assert check(text) == [
        "2:1 unknown-key",
        "4:18 wrong-type",
        "5:42 unknown-name",
        "7:39 bad-value",
        "11:32 unknown-name",
        "12:17 unknown-name",
        "13:9 repeated-id",
        "15:35 bad-value",
        "17:13 unknown-name",
        "17:42 out-of-range",
    ]
