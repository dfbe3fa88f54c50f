"""How a plan looks: exact text, read line by line."""

import re
from dataclasses import replace
from typing import Literal

import pytest

from runner.cli.render.markdown import plan_markdown
from runner.cli.render.markdown_text import MOST_CHARACTERS
from runner.cli.render.paint import colored, plain
from runner.cli.render.plan import explain_text, plan_text
from runner.core.artifact import Artifact, MaskFacts, Size
from runner.core.diagnostic import Diagnostic, Span
from runner.core.digest import digest_bytes
from runner.core.money import Difference
from runner.plan.against import ActionChange, Against
from runner.plan.masks import WantedMask, mask_problems
from runner.plan.plan import Check, Gate, InputImage, MaskState, Plan
from runner.recipe.parsed import Requirement
from tests.cli_render.plans import PLAN_ID, SIZE, action, autumn, key, plan_of, with_mask


def eyes(decision: Literal["run", "reuse"]) -> Plan:
    actions = [action("eyes", [f"d{at:02}"], decision, price="0.29", provider="local") for at in range(12)]
    return plan_of(actions, name="portraits")


def test_a_paid_plan_looks_as_in_the_manual() -> None:
    assert plan_text(autumn(), PLAN_ID, plain) == (
        "autumn-catalog   111 cells · 2 paid steps · prices of 2026-11-20\n"
        "                    list    cached   payable   worst case\n"
        "brand     37      $20.35    $19.80     $0.55        $0.55\n"
        "fabric   111      $61.05    $57.75     $3.30        $3.30\n"
        "total             $81.40    $77.55     $3.85        $3.85    budget $80.00 ok\n"
        "why   ITEM-007  photo changed          brand ×1, fabric ×3\n"
        "      ITEM-012  mask 'fabric' changed  fabric ×3\n"
        "masks 37/37 paired · 37/37 same size · 0 outside area limits\n"
        "plan  sha256:9f2c00000000…"
    )


def test_a_local_plan_keeps_its_list_price_and_pays_nothing() -> None:
    assert plan_text(eyes("run"), PLAN_ID, plain) == (
        "portraits   12 cells · 1 step on this machine, free · list prices of 2026-11-20\n"
        "                 list    cached   payable   worst case\n"
        "eyes    12      $3.48     $0.00     $0.00        $0.00\n"
        "total           $3.48     $0.00     $0.00        $0.00\n"
        "why   12 items  new  eyes ×12\n"
        "plan  sha256:9f2c00000000…"
    )


def test_a_plan_without_work_says_so() -> None:
    assert "why   nothing to do: 12 results already there" in plan_text(eyes("reuse"), PLAN_ID, plain).splitlines()


def test_a_budget_that_does_not_hold_says_why() -> None:
    plan = plan_of([action("eyes", [f"d{at}"]) for at in range(3)], budget="1.00")
    lines = plan_text(plan, PLAN_ID, plain).splitlines()
    assert lines[3].endswith("budget $1.00 exceeded")
    assert lines[4] == "over  the worst case is $1.65, the budget $1.00"


def test_blocked_work_is_counted_and_named() -> None:
    plan = plan_of([action("eyes", ["d0"], "blocked", "is 3% white, at least 5% is required"), action("eyes", ["d1"])])
    lines = plan_text(plan, PLAN_ID, plain).splitlines()
    assert lines[0].endswith("· 1 blocked")
    assert lines[4] == "why   d0  blocked: is 3% white, at least 5% is required  eyes ×1"


def test_steps_that_do_not_apply_are_named() -> None:
    plan = plan_of([action("eyes", ["d0"]), action("eyes", ["d1"])])
    skipping = tuple(replace(cell, skipped={"web": "'if' is false"}) for cell in plan.cells)
    lines = plan_text(replace(plan, cells=skipping), PLAN_ID, plain).splitlines()
    assert lines[-2] == "skip  2 cells  'if' is false  web"


def test_free_steps_are_counted_beside_paid_ones() -> None:
    plan = plan_of([action("eyes", ["d0"]), action("web", ["d0"], price="0", provider="local")])
    assert plan_text(plan, PLAN_ID, plain).startswith("autumn-catalog   1 cell · 1 paid step · 1 free step · ")


def test_an_action_that_items_share_is_theirs_together() -> None:
    plan = plan_of([action("brand", ["d0", "d1"])])
    assert "why   2 items  new  brand ×1" in plan_text(plan, PLAN_ID, plain).splitlines()


def test_many_different_reasons_are_cut_with_their_number() -> None:
    plan = plan_of([action("eyes", [f"d{at}"], "run", f"reason {at}") for at in range(40)])
    lines = plan_text(plan, PLAN_ID, plain).splitlines()
    assert lines[-2].split() == ["…", "and", "29", "more", "reasons"]


def test_hostile_names_do_not_reach_the_terminal() -> None:
    plan = plan_of([action("eyes", ["\x1b[2Jd0"], "run", "mask '\x1b[31m' changed")], name="a\x1b[0m")
    assert "\x1b" not in plan_text(plan, PLAN_ID, plain)


def test_color_changes_no_letter() -> None:
    import click

    assert click.unstyle(plan_text(autumn(), PLAN_ID, colored)) == plan_text(autumn(), PLAN_ID, plain)


def masks_line(*states: MaskState, path: str | None = "masks/a.png") -> str:
    plan = plan_of([with_mask(action("fill", [f"d{at}"]), "floor", path) for at in range(len(states))], masks=states)
    return plan_text(plan, PLAN_ID, plain).splitlines()[-2]


def state(at: int, area: float | None, *problems: str) -> MaskState:
    return MaskState(name="floor", cell=f"d{at}", size=SIZE, area=area, problems=problems)


def problems_of(own: Size, area: float) -> list[str]:
    """What the planner says about a mask file of a size with so much white."""
    artifact = Artifact(
        digest=digest_bytes(b""), media_type="image/png", size_bytes=9, width_px=own.width_px, height_px=own.height_px
    )
    file = InputImage(path="masks/a.png", artifact=artifact)
    wanted = WantedMask(id=digest_bytes(b""), name="floor", spec={}, size=SIZE, file=file, sources=())
    require = Requirement(same_size=True, min_area="1", max_area="70", not_empty=True, binary=False)
    return mask_problems(require, wanted, MaskFacts(digest=digest_bytes(b""), size=SIZE, area=area, is_binary=True))


@pytest.mark.parametrize(
    ("own", "area", "figures"),
    [
        (SIZE, 0.2, "1/1 same size · 0 outside area limits"),
        (Size(64, 48), 0.2, "0/1 same size · 0 outside area limits"),
        (SIZE, 0.9, "1/1 same size · 1 outside area limits"),
        (SIZE, 0.001, "1/1 same size · 1 outside area limits"),
        (SIZE, 0.0, "1/1 same size · 1 outside area limits"),
    ],
)
def test_the_planner_s_mask_problems_are_counted(own: Size, area: float, figures: str) -> None:
    assert masks_line(state(0, area, *problems_of(own, area))) == f"masks 1/1 paired · {figures}"


def test_a_mask_that_cannot_be_read_is_not_paired() -> None:
    assert masks_line(state(0, None, "not a picture"), state(1, 0.2)).startswith("masks 1/2 paired · 1/2 same size")


def test_drawn_masks_are_not_paired_with_anything() -> None:
    assert masks_line(state(0, 0.2), state(1, 0.2), path=None) == "masks 2 drawn · 0 outside area limits"


def test_a_cell_is_explained_step_by_step() -> None:
    assert explain_text(autumn(), "ITEM-012/oak").splitlines()[:3] == [
        "ITEM-012/oak",
        "step     decision   reason                   list   payable   key",
        "brand    reuse      done before             $0.55     $0.00   " + autumn().cells[36].actions["brand"][:12],
    ]


def checked() -> Plan:
    """Two cells of a matrix, three checks on each and a gate."""
    plan = plan_of([action("fabric", ["s/oak"]), action("fabric", ["s/teal"])])
    cells = tuple(replace(cell, item="SOFA-001", matrix={"finish": cell.id[2:]}) for cell in plan.cells)
    usual = Check(
        at=0,
        cell="",
        step="fabric",
        key=plan.actions[0].key,
        type="outside_mask_unchanged",
        measure="raw",
        severity="warn",
        on_fail="fail",
        params={},
    )
    checks = tuple(
        replace(one, cell=cell.id)
        for cell in cells
        for one in (
            usual,
            replace(usual, at=1, type="inside_mask_changed", severity="error", on_fail="quarantine"),
            replace(usual, at=2, step="web", type="max_bytes", severity="error"),
        )
    )
    return replace(plan, cells=cells, checks=checks, gate=Gate(canary=6, min_pass_rate="0.95"))


def test_checks_and_the_gate_are_told_by_step() -> None:
    assert plan_text(checked(), PLAN_ID, plain).splitlines()[-4:] == [
        "check fabric  outside_mask_unchanged (warns), inside_mask_changed (quarantine)  ×4",
        "      web     max_bytes                                                         ×2",
        "gate  canary 6, 95% must pass",
        "plan  sha256:9f2c00000000…",
    ]


def test_a_cell_is_named_as_commands_take_it() -> None:
    lines = explain_text(checked(), "s/oak").splitlines()
    assert lines[0] == "s/oak"
    assert lines[-1] == "      web     max_bytes                                                         ×1"


def test_markdown_tells_checks_and_gate() -> None:
    lines = plan_markdown(checked(), PLAN_ID).splitlines()
    assert "- `web`: max\\_bytes ×2" in lines
    assert "Gate: canary 6, 95% must pass" in lines


def test_markdown_holds_the_same_figures() -> None:
    lines = plan_markdown(autumn(), PLAN_ID).splitlines()
    assert lines[0] == "<!-- edit-runner plan -->"
    assert "| **total** | 148 | $81.40 | $77.55 | $3.85 | $3.85 |" in lines
    assert "| `ITEM-012` | mask 'fabric' changed | fabric ×3 |" in lines


def test_markdown_of_a_large_batch_fits_into_a_comment() -> None:
    actions = [
        action(f"step{at % 150}-{'x' * 50}", [f"item-{at}-{'y' * 100}"], "run", f"reason {at} {'z' * 300}")
        for at in range(3000)
    ]
    assert len(plan_markdown(plan_of(actions, name="n" * 64), PLAN_ID)) < MOST_CHARACTERS


def test_markdown_gives_names_no_power() -> None:
    plan = plan_of([action("eyes", ["a|b`c<img src=x>@team"], "run", "photo <script> [x](y) @team | changed")])
    text = plan_markdown(plan, PLAN_ID)
    assert "<script>" not in text
    assert "| `a\\|b'c<img src=x>@team` |" in text
    assert "@team |" not in text.replace("@team` |", "")


HOSTILE = "|`<img src=x>@team #1 https://x.y www.z.w ![a](b) \n::error:: $x$ GH-1 *_~ &lt; \x1b[2J"


def hostile_changes(number: int) -> Against:
    """A comparison in which everything that comes from outside is hostile and long."""
    changes = tuple(
        ActionChange(
            key=key(str(at)),
            step=f"s{HOSTILE}",
            cells=(f"{at}{HOSTILE * 9}",),
            items=(f"{at}{HOSTILE * 9}",),
            reason=f"mask '{at}{HOSTILE * 9}' changed",
            list_delta=Difference(),
            payable_delta=Difference(),
        )
        for at in range(number)
    )
    delta = Difference()
    notes = tuple(HOSTILE * 40 for _ in range(30))
    return Against(ref=HOSTILE * 9, list_delta=delta, payable_delta=delta, added=changes, removed=changes, notes=notes)


def test_markdown_of_a_hostile_comparison_fits_and_stays_text() -> None:
    actions = [action(f"{at}{HOSTILE * 9}", [f"{at}{HOSTILE * 9}"], "run", f"{at}{HOSTILE * 9}") for at in range(900)]
    problems = tuple(
        Diagnostic(path=HOSTILE * 9, span=Span(1, 1), code="x", message=HOSTILE * 9, severity="warning")
        for _ in range(900)
    )
    plan = replace(plan_of(actions, name=HOSTILE), diagnostics=problems)
    markdown = plan_markdown(plan, PLAN_ID, HOSTILE * 9, hostile_changes(900))
    assert len(markdown) < MOST_CHARACTERS
    assert markdown.count(" more |") == 3
    assert "- and 8" in markdown
    outside_code = re.sub(r"`[^`]*`", "", markdown.replace("\\`", ""))
    for sign in ("<img", "@team", "#1", "https:", "www.", "![", "GH-1", "\x1b", "$x$"):
        assert sign not in outside_code
    tables = [line for line in markdown.splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in tables} == {7, 4}


def test_what_github_renders_of_markdown_opens_and_closes() -> None:
    markdown = plan_markdown(autumn(), PLAN_ID, "", hostile_changes(2))
    assert markdown.count("<details>") == markdown.count("</details>") == 3
