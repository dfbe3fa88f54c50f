"""Steps in which nothing of a cell enters are drafted once for all cells; what they give still follows each cell."""

from runner.core.artifact import Size
from tests.plan.plans import action, make_plan, photo

RECIPE = """\
version: 1
name: chain
inputs:
  photo: { glob: "*.png" }
steps:
  - id: eyes
    uses: runflow/eye-color
    if: ${{ item.stem != 'c' }}
    with: { image: "${{ item }}", eye_color: amber }
  - id: small
    uses: image/resize
    with: { image: "${{ steps.eyes.image }}", width: 100 }
  - id: smaller
    uses: image/resize
    with: { image: "${{ steps.small.image }}", width: 50 }
outputs:
  - { from: smaller, path: "out/${{ item.key }}.png" }
"""

PHOTOS = [photo("a.png"), photo("b.png", width=400, height=200), photo("c.png"), photo("d.png")]
PLAN = make_plan(RECIPE, {"photo": PHOTOS})


def test_each_has_the_size_of_its_own_photo() -> None:
    sizes = {cell.id: action(PLAN, "smaller", cell.id).output_size for cell in PLAN.cells if cell.actions}
    assert sizes == {"a": Size(50, 38), "b": Size(50, 25), "d": Size(50, 38)}


def test_each_needs_the_result_of_its_own_cell() -> None:
    for cell in (cell for cell in PLAN.cells if cell.actions):
        assert action(PLAN, "small", cell.id).needs == (cell.actions["eyes"],)
        assert action(PLAN, "smaller", cell.id).needs == (cell.actions["small"],)


def test_each_is_skipped_where_the_step_that_it_reads_is() -> None:
    skipped = {cell.id: dict(cell.skipped) for cell in PLAN.cells if cell.skipped}
    reasons = {"eyes": "'if' is false", "small": "step 'eyes' is skipped", "smaller": "step 'small' is skipped"}
    assert skipped == {"c": reasons}
