"""What stands between a plan and its charge."""

from pathlib import Path

import pytest

from runner.app.plan import Planned, PlanRequest, make_plan
from runner.app.spending import confirm_spending
from runner.core.errors import Refused
from tests.cli.conftest import draw_photo

RECIPE = """\
version: 1
name: eyes
inputs: { p: { file: p.png } }
steps:
  - { id: e, uses: runflow/eye-color, with: { image: "${{ inputs.p }}", eye_color: green } }
"""


def planned(folder: Path, provider: str) -> Planned:
    draw_photo(folder / "p.png", seed=1)
    (folder / "r.yaml").write_text(RECIPE)
    made = make_plan(PlanRequest(recipe=folder / "r.yaml", provider=provider))
    assert isinstance(made, Planned)
    return made


def test_money_is_spent_only_after_a_yes(tmp_path: Path) -> None:
    plan = planned(tmp_path, "runflow")
    confirm_spending(plan, lambda asked: asked is plan)
    with pytest.raises(Refused, match="nothing was spent"):
        confirm_spending(plan, lambda _given: False)
    with pytest.raises(Refused, match="nobody can be asked"):
        confirm_spending(plan, None)


def test_free_work_asks_nobody(tmp_path: Path) -> None:
    confirm_spending(planned(tmp_path, "local"), None)
