"""Cells, money, decisions, masks and outputs of plans."""

import pytest

from runner.core.money import parse_money
from runner.plan.document import plan_document, read_document
from runner.plan.plan import InputImage, Plan
from runner.plan.reason import past_work
from tests.plan.plans import Photos, action, codes, keys, make_plan, photo

CHAIN = """\
version: 1
name: chain
inputs:
  photo: { glob: "*.png" }
  oak: { file: oak.png }
masks:
  hole: { shape: { rect: [25%, 25%, 50%, 50%] }REQUIRE }
steps:
  - id: small
    uses: image/resize
    with: { image: "${{ item }}", width: 200 }
  - id: fill
    uses: runflow/reference-inpaint
    with: { image: "${{ steps.small.image }}", mask: "${{ masks.hole }}", reference: "${{ inputs.oak }}" }
    paste_back: hole
  - id: eyes
    uses: runflow/eye-color
    if: ${{ item.stem != 'b' }}
    with: { image: "${{ steps.fill.image }}", eye_color: amber }
outputs:
  - { from: fill, path: "out/${{ item.key }}.png" }
  - { from: eyes, path: "out/${{ item.key }}-eyes.jpg", quality: 80 }
BUDGET"""


def chain(require: str = "", budget: str = "", provider: str | None = "runflow", **known: object) -> Plan:
    photos: Photos = {"photo": [photo("a.png"), photo("b.png")], "oak": photo("oak.png")}
    text = CHAIN.replace("REQUIRE", require).replace("BUDGET", budget)
    return make_plan(text, photos, provider=provider, **known)  # type: ignore[arg-type]  # the keywords of make_plan


def test_every_action_comes_after_what_it_needs_and_stands_once() -> None:
    plan = chain()
    seen: set[str] = set()
    for found in plan.actions:
        assert set(found.needs) <= seen
        assert found.key not in seen
        seen.add(found.key)


def test_the_four_figures_of_money() -> None:
    totals = chain().quote.totals
    assert (totals.cells, totals.actions, totals.due) == (2, 5, 5)
    assert str(totals.list_price) == "1.39"  # 2 × 0.55 + 1 × 0.29
    assert str(totals.payable) == str(totals.worst_case) == "1.39"
    assert str(totals.cached_value) == "0.00"


def test_local_work_keeps_its_list_price_and_costs_nothing() -> None:
    totals = chain(provider=None).quote.totals
    assert (str(totals.list_price), str(totals.payable)) == ("1.39", "0.00")


def test_known_results_are_reused_and_cost_nothing_now() -> None:
    first = chain()
    known = [action(first, "fill", "a").key, action(first, "small", "a").key]
    plan = chain(known=known)
    assert [(found.step, found.decision) for found in plan.actions] == [
        ("small", "reuse"),
        ("fill", "reuse"),
        ("eyes", "run"),
        ("small", "run"),
        ("fill", "run"),
    ]
    assert str(plan.quote.totals.payable) == "0.84"  # 0.55 + 0.29
    assert str(plan.quote.totals.cached_value) == "0.55"


def test_a_bought_result_is_not_bought_again_for_another_paste_mask() -> None:
    first = action(chain(), "fill", "a")
    again = action(chain(known=[first.raw_key]), "fill", "a")
    assert again.decision == "run"
    assert str(again.payable) == "0.00"


def test_a_step_that_does_not_apply_is_skipped_with_its_outputs() -> None:
    plan = chain()
    assert plan.cells[1].skipped == {"eyes": "'if' is false"}
    assert [output.path for output in plan.outputs] == ["out/a.png", "out/a-eyes.jpg", "out/b.png"]


def test_a_step_behind_a_skipped_one_is_skipped_unless_it_says_what_instead() -> None:
    text = """\
version: 1
name: n
inputs: { p: { glob: "*" } }
steps:
  - { id: one, uses: image/resize, if: false, with: { image: "${{ item }}", width: 9 } }
  - { id: two, uses: image/convert, with: { image: "${{ steps.one.image }}", format: png } }
  - { id: three, uses: image/convert, with: { image: "${{ steps.one.image | default(item) }}", format: png } }
"""
    plan = make_plan(text, {"p": [photo("a.png")]})
    assert plan.cells[0].skipped == {"one": "'if' is false", "two": "step 'one' is skipped"}
    assert isinstance(action(plan, "three").params["image"], InputImage)


def test_sizes_go_along_the_chain_so_that_masks_are_drawn_while_planning() -> None:
    plan = chain()
    states = {(state.cell, state.name): state for state in plan.masks}
    state = states["a", "hole"]
    assert str(state.size) == "200×150"
    assert state.area == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize(
    ("require", "problem"),
    [
        (", require: { area: [30%, 90%] }", "at least 30% is required"),
        (", require: { area: [1%, 20%] }", "at most 20% is allowed"),
        (", ops: [{ shrink: 300 }]", "is empty"),
        (", ops: [{ grow: 400 }]", "is white everywhere"),
        (", ops: [{ feather: 8 }], require: { binary: true }", "has grays"),
    ],
)
def test_a_mask_that_is_not_as_required_is_refused_and_blocks_its_actions(require: str, problem: str) -> None:
    plan = chain(require)
    assert codes(plan) == ["7 bad-mask", "7 bad-mask"]
    assert all(problem in found.message for found in plan.diagnostics)
    assert {found.decision for found in plan.actions if found.step in {"fill", "eyes"}} == {"blocked"}


@pytest.mark.parametrize(
    ("budget", "over"),
    [
        ("budget: { max: 2 USD }", ()),
        ("budget: { max: 1.39 USD }", ()),
        ("budget: { max: 1.38 USD }", ("the worst case is $1.39, the budget $1.38",)),
        ("budget: { per_item: 0.60 }", ("item 'a' may cost $0.84, its budget is $0.60",)),
        ("budget: { per_step: { fill: 1 } }", ("step 'fill' may cost $1.10, its budget is $1.00",)),
    ],
)
def test_caps_are_held_against_the_worst_case(budget: str, over: tuple[str, ...]) -> None:
    assert chain(budget=budget).quote.budget.over == over


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("../x.png", ["8 outside-project"]),
        ("/x.png", ["8 outside-project"]),
        ("C:/x.png", ["8 outside-project"]),
        ("a\\\\b.png", ["8 outside-project"]),
        (".runner/x.png", ["8 bad-path"]),
        ("quarantine/x.png", ["8 bad-path"]),
        ("x.gif", ["8 unknown-format"]),
        ("one.png", ["8 repeated-output"]),
        ("A.PNG", ["8 overwrites-input", "8 overwrites-input"]),
        ("out/${{ item.stem }}.png", []),
    ],
)
def test_outputs_that_must_not_be_written_are_refused(path: str, found: list[str]) -> None:
    text = f"""\
version: 1
name: n
inputs: {{ p: {{ glob: "*" }} }}
steps:
  - {{ id: s, uses: image/convert, with: {{ image: "${{{{ item }}}}", format: png }} }}
outputs:
  - from: s
    path: "{path}"
"""
    plan = make_plan(text, {"p": [photo("a.png"), photo("b.png")]})
    assert list(dict.fromkeys(codes(plan))) == list(dict.fromkeys(found))


def test_a_pair_without_a_mask_is_an_error_a_skip_or_everything() -> None:
    text = """\
version: 1
name: n
inputs: { p: { glob: "*" }, r: { file: r.png } }
masks: { m: { pair: "masks/${{ item.stem }}.*", missing: MISSING } }
steps:
  - id: s
    uses: runflow/reference-inpaint
    with: { image: "${{ item }}", mask: "${{ masks.m }}", reference: "${{ inputs.r }}" }
"""
    photos: Photos = {"p": [photo("a.png"), photo("b.png")], "r": photo("r.png")}
    files = {"masks/a.*": photo("masks/a.png")}
    error = make_plan(text.replace("MISSING", "error"), photos, files=files)
    assert codes(error) == ["4 missing-mask"]
    skip = make_plan(text.replace("MISSING", "skip"), photos, files=files)
    assert [cell.skipped for cell in skip.cells] == [{}, {"s": "there is no mask 'm' for it"}]
    full = make_plan(text.replace("MISSING", "full"), photos, files=files)
    assert [state.area for state in full.masks] == [0.25, 1.0]


def test_a_mask_file_of_another_shape_than_its_picture_is_refused() -> None:
    text = """\
version: 1
name: n
inputs: { p: { file: p.png }, r: { file: r.png } }
masks: { m: { file: m.png } }
steps:
  - id: s
    uses: runflow/reference-inpaint
    with: { image: "${{ inputs.p }}", mask: "${{ masks.m }}", reference: "${{ inputs.r }}" }
"""
    photos = {"p": photo("p.png"), "r": photo("r.png")}
    half = make_plan(text, photos, files={"m.png": photo("m.png", width=200, height=150)})
    square = make_plan(text, photos, files={"m.png": photo("m.png", width=300, height=300)})
    assert codes(half) == []
    assert "300×300" in square.diagnostics[0].message


def test_what_is_wrong_with_a_plan_is_told_in_file_order() -> None:
    text = """\
version: 1
name: n
outputs: [{ from: s, path: out/a.gif }]
inputs: { p: { file: p.png }, r: { file: r.png } }
masks: { m: { file: m.png } }
steps:
  - id: s
    uses: runflow/reference-inpaint
    with: { image: "${{ inputs.p }}", mask: "${{ masks.m }}", reference: "${{ inputs.r }}" }
"""
    photos = {"p": photo("p.png"), "r": photo("r.png")}
    plan = make_plan(text, photos, files={"m.png": photo("m.png", width=300, height=300)})
    assert codes(plan) == ["3 unknown-format", "5 bad-mask"]


def test_reasons_say_what_changed_since_the_last_run() -> None:
    text = """\
version: 1
name: n
inputs: { p: { glob: "*" } }
steps:
  - { id: s, uses: runflow/eye-color, with: { image: "${{ item }}", eye_color: COLOR } }
"""
    before = make_plan(text.replace("COLOR", "green"), {"p": [photo("a.png", "1"), photo("b.png", "2")]})
    past = past_work([before])
    photo_changed = make_plan(text.replace("COLOR", "green"), {"p": [photo("a.png", "9")]}, past=past)
    color_changed = make_plan(text.replace("COLOR", "blue"), {"p": [photo("a.png", "1")]}, past=past)
    unfinished = make_plan(text.replace("COLOR", "green"), {"p": [photo("a.png", "1")]}, past=past)
    new = make_plan(text.replace("COLOR", "green"), {"p": [photo("c.png", "3")]}, past=past)
    assert photo_changed.actions[0].reason == "photo changed"
    assert "'eye_color' changed" in color_changed.actions[0].reason
    assert unfinished.actions[0].reason == "its result is not there any more"
    assert new.actions[0].reason == "new"


def test_a_plan_is_the_same_after_a_journey_as_a_document() -> None:
    plan = chain()
    document = plan_document(plan, created_at="2026-11-21T00:00:00Z")
    assert read_document(document) == plan
    assert document["plan_id"] == plan_document(plan, created_at="2027-01-01T00:00:00Z")["plan_id"]
    assert keys(read_document(document)) == keys(plan)


def test_a_document_of_another_kind_is_refused_with_its_place() -> None:
    with pytest.raises(ValueError, match="not a runner-plan/1 document: plan_id"):
        read_document({"format": "runner-plan/1"})


def test_a_thousand_items_cost_a_thousand_times_the_price() -> None:
    text = """\
version: 1
name: n
inputs: { p: { glob: "*" } }
steps:
  - { id: s, uses: runflow/eye-color, provider: runflow, with: { image: "${{ item }}", eye_color: green } }
"""
    plan = make_plan(text, {"p": [photo(f"{n}.png") for n in range(1000)]})
    assert plan.quote.totals.payable == parse_money("290")
