"""Matrix, tables, masks made of others, checks and draws, as plans."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.plan.build import Setting, build_plan
from runner.plan.check import Providers
from runner.plan.draft import Expansion, wanted_files
from runner.plan.expand import expand
from runner.plan.gathered import Found, Inputs
from runner.plan.items import make_items
from runner.plan.masks import draw_mask, evaluate_mask
from runner.plan.plan import MaskImage, Plan, StepSource
from runner.plan.resolve import resolve, wanted_masks
from tests.plan.plans import REVISIONS, Photos, action, catalog, keys, make_plan, parsed, photo

CATALOGUE = """\
version: 1
name: autumn
inputs:
  product: { glob: "*.jpg" }
  logo: { file: logo.png }
masks:
  tag: { shape: { rect: [4%, 86%, 14%, 10%] } }
matrix:
  finish: [oak, walnut, boucle]
  exclude: [{ item.key: "STOOL-*", finish: boucle }]
  include: [{ item.key: SOFA-1, finish: teal }]
steps:
  - id: brand
    uses: runflow/reference-inpaint
    with: { image: "${{ item }}", mask: "${{ masks.tag }}", reference: "${{ inputs.logo }}" }
  - id: fabric
    uses: runflow/reference-inpaint
    with:
      image: ${{ steps.brand.image }}
      mask: ${{ masks.tag }}
      reference: ${{ inputs.logo }}
      prompt: ${{ matrix.finish }}
outputs:
  - { from: fabric, path: "dist/${{ item.key }}/${{ matrix.finish }}.jpg" }
"""


def catalogue(names: list[str], text: str = CATALOGUE) -> Plan:
    photos: Photos = {"product": [photo(f"{name}.jpg") for name in names], "logo": photo("logo.png")}
    return make_plan(text, photos, provider="runflow")


def test_a_cell_is_an_item_with_one_combination_of_the_matrix() -> None:
    plan = catalogue(["SOFA-1", "STOOL-1"])
    assert [cell.id for cell in plan.cells] == [
        "SOFA-1/oak",
        "SOFA-1/walnut",
        "SOFA-1/boucle",
        "SOFA-1/teal",
        "STOOL-1/oak",
        "STOOL-1/walnut",
    ]


def test_a_step_that_does_not_read_the_matrix_is_bought_once_for_all_its_cells() -> None:
    plan = catalogue(["SOFA-1", "STOOL-1"])
    assert [found.cells for found in plan.actions if found.step == "brand"] == [
        ("SOFA-1/oak", "SOFA-1/walnut", "SOFA-1/boucle", "SOFA-1/teal"),
        ("STOOL-1/oak", "STOOL-1/walnut"),
    ]
    assert str(plan.quote.totals.payable) == "4.40"  # (2 + 6) × 0.55


@settings(max_examples=20, deadline=None)
@given(st.permutations(["oak", "walnut", "boucle"]), st.permutations(["SOFA-1", "STOOL-1", "CHAIR-1"]))
def test_keys_do_not_depend_on_the_order_of_values_and_items(finishes: list[str], names: list[str]) -> None:
    text = CATALOGUE.replace("[oak, walnut, boucle]", f"[{', '.join(finishes)}]")
    assert keys(catalogue(names, text)) == keys(catalogue(["SOFA-1", "STOOL-1", "CHAIR-1"]))


def test_a_thousand_rows_by_three_values_share_one_step() -> None:
    text = CATALOGUE.replace('  exclude: [{ item.key: "STOOL-*", finish: boucle }]\n', "")
    text = text.replace("  include: [{ item.key: SOFA-1, finish: teal }]\n", "")
    plan = catalogue([f"P-{number:04}" for number in range(1000)], text)
    counts = {step.id: step.actions for step in plan.quote.steps}
    assert counts == {"brand": 1000, "fabric": 3000}
    assert str(plan.quote.totals.payable) == "2200.00"  # 4000 × 0.55


PORTRAITS = """\
version: 1
name: eyes
inputs:
  portrait: { csv: p.csv, image: "${{ row.path }}", key: "${{ row.id }}" }
steps:
  - id: eyes
    uses: runflow/eye-color
    with: { image: "${{ item }}", eye_color: "${{ row.color }}", rgb: "${{ row.rgb }}" }
    if: ${{ row.color != '' }}
"""


def expanded(text: str, rows: Sequence[Mapping[str, object]]) -> Expansion:
    recipe = parsed(text)
    assert recipe.batch is not None
    items = make_items(recipe, recipe.batch, [Found(photo(str(row["path"])), row) for row in rows])
    assert isinstance(items, tuple), items
    return expand(recipe, catalog(), Providers(None, "local"), Inputs(items, {}))


def test_the_columns_of_a_row_are_parameters_and_conditions() -> None:
    rows = [
        {"id": "1", "path": "a.jpg", "color": "green", "rgb": "#112233"},
        {"id": "2", "path": "b.jpg", "color": "amber", "rgb": ""},
        {"id": "3", "path": "c.jpg", "color": "", "rgb": ""},
    ]
    one, two, three = expanded(PORTRAITS, rows).cells
    assert one.drafts[0].params["rgb"] == (17, 34, 51)
    assert two.drafts[0].params["rgb_given"] is False
    assert three.skipped == {"eyes": "'if' is false"}


def test_a_column_that_is_not_there_is_met_with_the_nearest() -> None:
    text = PORTRAITS.replace("row.rgb", "row.rgbb")
    (problem,) = expanded(text, [{"id": "1", "path": "a.jpg", "color": "green", "rgb": ""}]).diagnostics
    assert (problem.code, problem.hint) == ("unknown-name", "did you mean 'rgb'?")


MASKS = """\
version: 1
name: masks
inputs: { p: { file: p.png }, r: { file: r.png } }
masks:
  left: { shape: { rect: [0, 0, 50%, 100%] } }
  top: { shape: { rect: [0, 0, 100%, 50%] } }
  both: { KIND: [left, top] }
  late: { from: steps.small }
  found: { union: [late, both] }
steps:
  - { id: small, uses: image/resize, with: { image: "${{ inputs.p }}", width: 40 } }
  - id: fill
    uses: runflow/reference-inpaint
    with: { image: "${{ inputs.p }}", mask: "${{ masks.MASK }}", reference: "${{ inputs.r }}" }
"""
PHOTOS: Photos = {"p": photo("p.png"), "r": photo("r.png")}


@pytest.mark.parametrize(("kind", "area"), [("union", 0.75), ("intersect", 0.25), ("subtract", 0.25)])
def test_masks_are_made_of_others(kind: str, area: float) -> None:
    plan = make_plan(MASKS.replace("KIND", kind).replace("MASK", "both"), PHOTOS)
    mask = action(plan, "fill").params["mask"]
    assert isinstance(mask, MaskImage)
    assert mask.area == area
    assert float((draw_mask(mask.spec, {}, mask.size) == 255).mean()) == area


def test_a_mask_made_from_a_step_waits_for_it() -> None:
    plan = make_plan(MASKS.replace("KIND", "union").replace("MASK", "found"), PHOTOS)
    fill, small = action(plan, "fill"), action(plan, "small")
    mask = fill.params["mask"]
    assert isinstance(mask, MaskImage)
    assert mask.sources == (StepSource(ref=small.key, key=small.key),)
    assert fill.needs == (small.key,)
    other = make_plan(MASKS.replace("KIND", "union").replace("MASK", "found").replace("width: 40", "width: 41"), PHOTOS)
    assert action(other, "fill").key != fill.key


CHECKED = """\
version: 1
name: checked
defaults: { retry: { attempts: 3 }, timeout: 10m }
inputs: { p: { glob: "*" }, r: { file: r.png } }
masks: { m: { shape: { rect: [0, 0, 50%, 50%] } } }
steps:
  - id: fill
    uses: runflow/reference-inpaint
    with: { image: "${{ item }}", mask: "${{ masks.m }}", reference: "${{ inputs.r }}" }
    on_check_fail: { redraw: 2 }
    timeout: 30s
checks:
  - { on: fill, type: outside_mask_unchanged, mask: m, max_changed: 3%, measure: raw, severity: warn }
  - { on: fill, type: max_bytes, value: 900000, on_fail: quarantine }
gate: { canary: 2, min_pass_rate: 95% }
BUDGET
"""


def checked(budget: str = "") -> Plan:
    photos: Photos = {"p": [photo("a.png"), photo("b.png")], "r": photo("r.png")}
    return make_plan(CHECKED.replace("BUDGET", budget), photos, provider="runflow")


def test_checks_gate_and_defaults_are_in_the_plan() -> None:
    plan = checked()
    first, second = plan.checks[:2]
    assert (first.cell, first.type, first.measure, first.severity) == ("a", "outside_mask_unchanged", "raw", "warn")
    assert (first.params["max_changed"], first.params["tolerance"]) == ("0.03", -1)
    assert (second.type, second.params["value"], second.on_fail) == ("max_bytes", 900000, "quarantine")
    assert plan.gate is not None
    assert (plan.gate.canary, plan.gate.min_pass_rate) == (2, "0.95")
    fill = action(plan, "fill", "a")
    assert (fill.attempts, fill.timeout_s, fill.redraws) == (3, "30", 2)


@pytest.mark.parametrize(
    ("budget", "worst"), [("", "3.30"), ("budget: { on_check_fail: 1 USD }", "2.10"), ("budget: { max: 3 }", "3.30")]
)
def test_further_draws_are_counted_in_the_worst_case(budget: str, worst: str) -> None:
    plan = checked(budget)
    assert str(plan.quote.totals.payable) == "1.10"
    assert str(plan.quote.totals.worst_case) == worst
    assert plan.quote.budget.ok == ("max" not in budget)


def test_a_deliberate_further_draw_is_other_work_and_so_is_what_follows() -> None:
    recipe = parsed(MASKS.replace("KIND", "union").replace("MASK", "both"))
    expansion = expand(recipe, catalog(), Providers(None, "local"), Inputs((), dict(PHOTOS)))  # type: ignore[arg-type] # shared ones only
    resolution = resolve(recipe, expansion.cells, {file: photo("x") for file in wanted_files(expansion.cells)})
    masks = {wanted.id: evaluate_mask(wanted, {}) for wanted in wanted_masks(resolution)}
    setting = Setting(root="/p", recipe_path="r.yaml", provider="local", revisions=REVISIONS)
    first = build_plan(recipe, resolution, masks, setting)
    drawn = build_plan(recipe, resolution, masks, setting, {action(first, "fill").raw_key: 1})
    assert action(drawn, "fill").key != action(first, "fill").key
    assert action(drawn, "fill").draw == 1
    assert action(drawn, "small").key == action(first, "small").key
