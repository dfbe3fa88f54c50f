"""What is decided of an action, and what stays as it was."""

from dataclasses import MISSING, fields

from runner.core.artifact import Size
from runner.core.digest import ActionKey, Digest
from runner.core.money import parse_money
from runner.plan.decide import decide_actions
from runner.plan.plan import Action, MaskImage
from runner.plan.reason import NO_PAST

MASK = MaskImage(name="hole", digest=Digest("d" * 64), size=Size(4, 3), area=0.5, path=None, spec={"kind": "rect"})
ACTION = Action(
    key=ActionKey("k" * 64),
    raw_key=ActionKey("r" * 64),
    step="fill",
    uses="runflow/reference-inpaint",
    provider="runflow",
    revision="7",
    cells=("a", "b"),
    params={"amount": 3},
    paste_back=MASK,
    needs=(),
    output_size=Size(4, 3),
    list_price=parse_money("0.29"),
    payable=parse_money("0.29"),
    decision="collect",
    reason="new",
    attempts=3,
    timeout_s="60",
    redraws=2,
    draw=1,
)
DECIDED = {"decision", "reason", "payable"}


def test_a_decision_leaves_the_rest_of_an_action_as_it_was() -> None:
    (decided,) = decide_actions([ACTION], {ACTION.key}, NO_PAST)
    changed = {field.name for field in fields(Action) if getattr(decided, field.name) != getattr(ACTION, field.name)}
    assert (decided.decision, changed) == ("reuse", DECIDED)


def test_the_action_of_these_tests_is_nowhere_as_it_would_be_by_itself() -> None:
    by_default = [field for field in fields(Action) if field.default is not MISSING]
    assert [field.name for field in by_default if getattr(ACTION, field.name) == field.default] == []
