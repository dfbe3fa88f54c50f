"""Resolved cells to a plan: every action once, with its key, its price and its outputs."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from runner.core.diagnostic import in_file_order
from runner.core.digest import ActionKey
from runner.plan.actions import ActionBuilder
from runner.plan.cells import CellBuilder
from runner.plan.mask_states import Facts, MaskJudge
from runner.plan.outputs import check_outputs, check_report
from runner.plan.plan import EMPTY_QUOTE, Gate, Plan, RecipeName
from runner.plan.resolve import Resolution
from runner.recipe.parsed import ParsedRecipe

NO_DRAWS: Mapping[ActionKey, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where a plan is made: the root (absolute), the recipe's path as the user named it, and who runs what.

    Attributes:
        revisions: Of the local engines, by model id; they enter the keys of local work.
    """

    root: str
    recipe_path: str
    provider: str
    revisions: Mapping[str, str]


def build_plan(
    recipe: ParsedRecipe,
    resolution: Resolution,
    masks: Facts,
    setting: Setting,
    draws: Mapping[ActionKey, int] = NO_DRAWS,
) -> Plan:
    """Give every action its key.

    Args:
        recipe: The recipe that was resolved.
        resolution: Its cells.
        masks: Every mask of ``wanted_masks`` by its id, evaluated, or why it cannot be.
        setting: What is the same for the whole plan.
        draws: Which draw is wanted of the work of a key; 0 where it is not named.

    Returns:
        A plan in which everything is to run; ``decide`` says what is known. Its diagnostics are those of the
        resolution and of this step; an action with a bad mask is blocked.
    """
    judge = MaskJudge(recipe, masks, setting.recipe_path)
    actions = ActionBuilder(recipe.source, judge, setting.revisions, draws)
    builder = CellBuilder(recipe, judge, actions)
    cells = tuple(builder.cell(cell) for cell in resolution.cells)
    problems = (
        *resolution.diagnostics,
        *judge.problems,
        *actions.problems,
        *check_report(recipe),
        *check_outputs(recipe, builder.outputs, {**actions.inputs, **builder.photos}),
    )
    return Plan(
        recipe=RecipeName(path=setting.recipe_path, name=recipe.name, digest=recipe.digest),
        root=setting.root,
        provider=setting.provider,
        cells=cells,
        actions=builder.actions,
        masks=tuple(builder.masks),
        outputs=tuple(placed.output for placed in builder.outputs),
        checks=tuple(builder.checks),
        report_dir=recipe.report.dir or "",
        report_title=recipe.report.title or "",
        report_checks=recipe.report.checks,
        gate=None if recipe.gate is None else Gate(canary=recipe.gate.canary, min_pass_rate=recipe.gate.min_pass_rate),
        quote=EMPTY_QUOTE,
        diagnostics=tuple(in_file_order(dict.fromkeys(problems))),
    )
