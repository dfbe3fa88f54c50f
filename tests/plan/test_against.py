"""Two plans in, what is different out."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from runner.core.money import Difference, parse_money
from runner.plan.against import compare
from runner.plan.plan import Plan
from tests.plan.plans import make_plan, photo

HEAD = (
    "version: 1\nname: r\ndefaults: { provider: runflow }\n"
    "inputs: { photo: { glob: '*.png' }, cloth: { file: c.png } }\n"
)
STEP = (
    "steps:\n  - id: fill\n    uses: runflow/reference-inpaint\n"
    "    with: { image: '${{ item }}', mask: '${{ masks.m }}', reference: '${{ inputs.cloth }}', prompt: PROMPT }\n"
)


RECT = "[1, 1, 9, 9]"


def plan(names: str = "ab", *, prompt: str = "x", matrix: str = "", mask: str = RECT, size: int = 400) -> Plan:
    """A paid step over photos named by letters; the digest of a photo is that of its letter."""
    text = HEAD + f"masks: {{ m: {{ shape: {{ rect: {mask} }} }} }}\n"
    text += (f"matrix: {{ f: {matrix} }}\n" if matrix else "") + STEP.replace("PROMPT", f'"{prompt}"')
    photos = [photo(f"{name}.png", name, width=size) for name in names]
    return make_plan(text, {"photo": photos, "cloth": photo("c.png")})


def told(before: Plan | None, now: Plan) -> list[str]:
    found = compare(before, now, ref="main")
    kinds = {"+": found.added, "~": found.changed, "-": found.removed}
    return [f"{kind}{' '.join(each.cells)}: {each.reason}" for kind, changes in kinds.items() for each in changes]


def test_equal_plans_have_no_difference() -> None:
    assert told(plan(), plan()) == []


def test_without_an_earlier_plan_everything_is_added() -> None:
    assert told(None, plan()) == ["+a: the recipe is new", "+b: the recipe is new"]


def test_one_action_that_becomes_several_counts_once() -> None:
    shared, apart = plan("a", matrix="[p, q]"), plan("a", matrix="[p, q]", prompt="${{ matrix.f }}")
    assert told(shared, apart) == ["~a/p: 'prompt' changed", "~a/q: 'prompt' changed"]
    assert compare(shared, apart, ref="main").list_delta == Difference(Decimal("0.55"))
    assert compare(apart, shared, ref="main").list_delta == Difference(Decimal("-0.55"))


def test_a_mask_that_only_follows_its_picture_is_not_named() -> None:
    before, now = plan("a", mask="[10%, 10%, 20%, 20%]"), plan("a", mask="[10%, 10%, 20%, 20%]", size=500)
    bigger = make_plan(
        HEAD + "masks: { m: { shape: { rect: [10%, 10%, 20%, 20%] } } }\n" + STEP.replace("PROMPT", "x"),
        {"photo": [photo("a.png", "another", width=500)], "cloth": photo("c.png")},
    )
    assert told(before, bigger) == ["~a: photo changed"]
    assert told(before, now) == ["~a: changed"]


NAMES = st.sets(st.sampled_from("abcd"), min_size=1).map(sorted).map("".join)
MATRICES = st.sampled_from(["", "[p]", "[p, q]", "[q, r]"])
PROMPTS = st.sampled_from(["x", "y"])
MASKS = st.sampled_from([RECT, "[2, 2, 9, 9]"])
PLANS = st.builds(plan, NAMES, prompt=PROMPTS, matrix=MATRICES, mask=MASKS)


@given(PLANS, PLANS)
def test_the_changes_add_up_to_what_the_totals_differ_by(before: Plan, now: Plan) -> None:
    found = compare(before, now, ref="main")
    then, later = before.quote.totals, now.quote.totals
    assert found.list_delta == later.list_price.difference(then.list_price)
    assert found.payable_delta == later.payable.difference(then.payable)


@pytest.mark.parametrize(
    ("before", "now", "json", "shown"),
    [("0.55", "1.10", "0.55", "+$0.55"), ("1.10", "0.55", "-0.55", "-$0.55"), ("1", "1", "0.00", "$0.00")],
)
def test_a_difference_has_its_sign(before: str, now: str, json: str, shown: str) -> None:
    difference = parse_money(now).difference(parse_money(before))
    adapter = TypeAdapter(Difference)
    assert (adapter.dump_python(difference, mode="json"), f"{difference:s}") == (json, shown)
    assert adapter.validate_python(json) == difference


@pytest.mark.parametrize("text", ["--1", "- 1 EUR", "much"])
def test_a_difference_is_an_amount(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Difference).validate_python(text)
