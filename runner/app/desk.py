"""What planning works with, and the way from a recipe that was read to its plan."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from runner.app.downloads import UrlPictures
from runner.app.draws import build_with_draws
from runner.app.files import FileFinder
from runner.app.gather import gather_inputs
from runner.app.mask_facts import mask_facts
from runner.app.past import past_of
from runner.app.project import Problems, Project
from runner.app.shared import SharedResults, with_shared_reasons
from runner.catalog.card import card_digest
from runner.core.diagnostic import Diagnostic, in_file_order
from runner.engines.all import REVISIONS
from runner.plan.build import Setting, build_plan
from runner.plan.check import Providers
from runner.plan.decide import decide
from runner.plan.draft import DraftCell, wanted_files
from runner.plan.expand import expand
from runner.plan.plan import Plan, RecipeName
from runner.plan.reason import NO_PAST
from runner.plan.resolve import Resolution, resolve
from runner.recipe.parsed import ParsedRecipe
from runner.store.store import Store

Choose: TypeAlias = Callable[[tuple[DraftCell, ...]], tuple[DraftCell, ...]]
"""Keeps the cells that are to be planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What planning works with, whichever recipe is planned.

    Attributes:
        recipe_path: As the user named it.
        pictures: Gives those that are named by an address.
        remote: Knows what the cache remote has.
    """

    recipe_path: Path
    project: Project
    providers: Providers
    store: Store
    files: FileFinder
    pictures: UrlPictures
    remote: SharedResults

    def name_of(self, recipe: ParsedRecipe) -> RecipeName:
        """Say which recipe a plan is of."""
        path = self.recipe_path.resolve().relative_to(self.project.root).as_posix()
        return RecipeName(path=path, name=recipe.name, digest=recipe.digest)


def all_cells(cells: tuple[DraftCell, ...]) -> tuple[DraftCell, ...]:
    """Choose everything."""
    return cells


def plan_on(
    desk: Desk, recipe: ParsedRecipe, choose: Choose = all_cells, redraw: tuple[str, ...] = ()
) -> Plan | Problems:
    """Gather, expand, price and decide.

    Args:
        desk: Whose files, cards and results count.
        recipe: The recipe.
        choose: Which cells are planned.
        redraw: Ids of cells whose models are to give a further result.

    Raises:
        UsageError: a file cannot be read, or what was typed selects nothing.
        StoreError: the state is damaged.
    """
    project, store, name = desk.project, desk.store, desk.name_of(recipe)
    resolution = _resolved(recipe, desk, choose)
    if isinstance(resolution, Problems):
        return resolution
    setting = Setting(
        root=str(project.root),
        recipe_path=name.path,
        provider=desk.providers.default(recipe.provider),
        revisions=REVISIONS,
    )
    facts = mask_facts(resolution, project.root, desk.files.tree, store.masks)
    plan = build_with_draws(
        partial(build_plan, recipe, resolution, facts, setting),
        redraw,
        lambda keys: store.results.lookup(keys).keys() | desk.remote.among(keys, store),
    )
    del resolution  # about as large as the plan, which holds what it needs of it
    cards = {model: card_digest(project.catalog.cards[model]) for model in sorted({a.uses for a in plan.actions})}
    diagnostics = tuple(in_file_order((*plan.diagnostics, *(_unmeasurable(recipe) if recipe.checks else ()))))
    plan = replace(plan, diagnostics=diagnostics, cards=cards)
    known = store.held(key for action in plan.actions for key in (action.key, action.raw_key))
    bought = {purchase.key: purchase.progress for purchase in store.purchases.open() if purchase.progress}
    shared = desk.remote.of_plan(plan, store).keys
    there = known.keys() | shared
    is_all_there = all(action.key in there for action in plan.actions)  # then nobody asks what changed
    past = NO_PAST if is_all_there else past_of(store, name)
    plan = decide(plan, there, past, project.catalog.cards, recipe.budget, bought)
    return with_shared_reasons(plan, shared)


def _resolved(recipe: ParsedRecipe, desk: Desk, choose: Choose) -> Resolution | Problems:
    """Gather and expand: the cells that were asked for, with their files."""
    inputs = gather_inputs(recipe, desk.files, desk.pictures)
    if isinstance(inputs, list):
        return Problems(tuple(in_file_order(inputs)))
    expansion = expand(recipe, desk.project.catalog, desk.providers, inputs)
    if expansion.diagnostics:
        return Problems(tuple(in_file_order(expansion.diagnostics)))
    cells = choose(expansion.cells)
    return resolve(recipe, cells, {file: desk.files.wanted(file) for file in wanted_files(cells)})


def _unmeasurable(recipe: ParsedRecipe) -> Iterator[Diagnostic]:
    """Report checks that this machine cannot measure, before they fail after something was paid."""
    from runner.execute.checks import missing_for

    for check in recipe.checks:
        hint = missing_for(check.type)
        if hint is not None:
            span = recipe.source.value_span(("checks", check.at, "type"))
            message = f"a check of the type '{check.type}' needs a package that is not installed"
            yield recipe.source.diagnostic(span, "check-not-installed", message, hint=hint)
