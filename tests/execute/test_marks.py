"""The mark of an output says the most that was done to it."""

import pytest

from runner.execute.marks import source_type
from runner.plan.plan import Action
from tests.execute.plans import action, after, part_mask

CONVERT = action("convert", {}, uses="image/convert", provider="local")
LOCAL = action("eyes", {"image": after(CONVERT)}, uses="runflow/eye-color", provider="local")
HOSTED = action("scene", {"image": after(LOCAL)}, uses="runflow/scene", provider="runflow")
MASKED = action("floor", {"image": after(LOCAL), "mask": part_mask("50%")}, uses="runflow/floor", provider="runflow")
PASTED = action("paste", {"image": after(LOCAL)}, uses="runflow/x", provider="runflow", paste_back=part_mask("50%"))
LAST = action("web", {"image": after(HOSTED)}, uses="image/convert", provider="local")


@pytest.mark.parametrize(
    ("last", "mark"),
    [
        (CONVERT, None),
        (LOCAL, "algorithmicallyEnhanced"),
        (HOSTED, "trainedAlgorithmicMedia"),
        (MASKED, "compositeWithTrainedAlgorithmicMedia"),
        (PASTED, "compositeWithTrainedAlgorithmicMedia"),
        (LAST, "trainedAlgorithmicMedia"),
    ],
)
def test_the_strongest_step_of_the_chain_decides(last: Action, mark: str | None) -> None:
    actions = {one.key: one for one in (CONVERT, LOCAL, HOSTED, MASKED, PASTED, LAST)}
    assert source_type(last.key, actions) == mark
