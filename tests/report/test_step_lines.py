"""The lines of a recipe that made each step."""

import pytest

from runner.report.step_lines import step_lines

RECIPE = """\
version: 1
steps:
  # warmer
  - id: tone
    uses: studio/tone
    with: { image: a }       # the photo

  # new upholstery
  - id: fabric
    uses: studio/inpaint
    with:
      prompt: >-
        # a heading
        linen

# what must hold
checks: []
"""


def check(text: str) -> dict[str, str]:
    return {step: f"{lines.first}-{lines.last} {lines.text.strip()}" for step, lines in step_lines(text).items()}


def test_a_step_has_its_lines_without_what_belongs_to_the_next() -> None:
    found = step_lines(RECIPE)
    assert {step: (lines.first, lines.last) for step, lines in found.items()} == {"tone": (4, 6), "fabric": (9, 14)}
    assert found["tone"].text == "  - id: tone\n    uses: studio/tone\n    with: { image: a }       # the photo"
    assert found["fabric"].text.endswith("linen")


def test_the_last_step_ends_with_the_text() -> None:
    assert check("steps:\n  - id: a\n    uses: b\n\n\n") == {"a": "2-3 - id: a\n    uses: b"}


def test_steps_of_one_line_share_it() -> None:
    assert check("steps: [{ id: a }, { id: b }]\n") == dict.fromkeys("ab", "1-1 steps: [{ id: a }, { id: b }]")


@pytest.mark.parametrize(
    "text", ["", "steps: []\n", "steps: 3\n", "a: [\n", "- 1\n", "steps:\n  - 1\n", "steps:\n  - id: 3\n"]
)
def test_a_text_without_steps_has_no_lines(text: str) -> None:
    assert check(text) == {}
