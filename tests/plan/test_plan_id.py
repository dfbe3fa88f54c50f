"""The id of a plan, and what it is the digest of."""

from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.core.diagnostic import Diagnostic, Span
from runner.core.digest import digest_json
from runner.core.money import Money
from runner.plan.document import PlanDocument, plan_document
from runner.plan.plan import Plan
from runner.plan.plan_id import document_id, plan_id
from runner.plan.writers import as_json
from tests.plan.plans import Photos, make_plan, photo

CHAIN = """\
version: 1
name: chain
inputs:
  photo: { glob: "*.png" }
masks:
  hole: { shape: { rect: [25%, 25%, 50%, 50%] } }
steps:
  - id: small
    uses: image/resize
    with: { image: "${{ item }}", width: 200 }
  - id: fill
    uses: runflow/reference-inpaint
    with: { image: "${{ steps.small.image }}", mask: "${{ masks.hole }}", reference: "${{ item }}" }
    paste_back: hole
checks:
  - { on: fill, type: outside_mask_unchanged, mask: hole, max_changed: 1% }
gate: { min_pass_rate: 90% }
outputs:
  - { from: fill, path: "out/${{ item.key }}.png" }
budget: { max: 5 USD, per_step: { fill: 3 USD } }
"""


def planned(photos: int = 2) -> Plan:
    found: Photos = {"photo": [photo(f"{number:05}.png") for number in range(photos)]}
    return make_plan(CHAIN, found, provider="runflow")


def test_the_id_is_the_digest_of_the_document() -> None:
    plan = planned()
    document = plan_document(plan, created_at="2026-11-21T07:25:00.000Z")
    identified = {name: value for name, value in document.items() if name not in {"plan_id", "created_at"}}
    assert (
        plan_id(plan) == document["plan_id"] == document_id(document) == f"sha256:{digest_json('plan/1', identified)}"
    )


def test_the_id_of_more_than_is_written_at_once_is_the_digest_of_the_document() -> None:
    plan = planned(1001)
    assert plan_id(plan) == document_id(plan_document(plan, created_at=""))


def test_a_document_is_written_as_it_would_be_by_the_types_it_is_read_with() -> None:
    document = plan_document(planned(), created_at="2026-11-21T07:25:00.000Z")
    read = PlanDocument.model_validate_json(orjson.dumps(document))
    assert read.model_dump(mode="json", by_alias=True, exclude={"against"}) == document


def test_a_diagnostic_is_written_flat() -> None:
    problem = Diagnostic(path="a.yaml", span=Span(3, 5, 4), code="bad-mask", message="it is empty", source="not kept")
    assert as_json(problem) == {
        "path": "a.yaml",
        "line": 3,
        "column": 5,
        "length": 4,
        "severity": "error",
        "code": "bad-mask",
        "message": "it is empty",
        "hint": "",
    }


@given(st.decimals(min_value=0, max_value=999, places=6))
def test_equal_amounts_are_written_alike(amount: Decimal) -> None:
    assert as_json(Money(amount)) == as_json(Money(amount.normalize())) == str(Money(amount))


def test_what_no_plan_has_is_not_written() -> None:
    with pytest.raises(TypeError):
        as_json(object())
