"""Plan a recipe: read, gather, expand, price and decide; spends nothing, writes nothing but what it saw of files."""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path

from runner.app.against import compare_with, plan_at
from runner.app.base import open_base
from runner.app.cell_list import read_cell_list, with_lists
from runner.app.desk import Desk, plan_on
from runner.app.downloads import Downloads
from runner.app.files import FileFinder
from runner.app.past import is_of_recipe
from runner.app.project import Problems, Project, open_project
from runner.app.read import read_recipe
from runner.app.select import SelectDoors, select_cells
from runner.app.shared import Shared, SharedResults
from runner.core.digest import ActionKey, Json
from runner.core.errors import UsageError
from runner.execute.clock import now_text
from runner.plan.against import Against
from runner.plan.check import Providers
from runner.plan.document import plan_document
from runner.plan.draft import DraftCell
from runner.plan.plan import Cell, Plan, RecipeName
from runner.recipe.parsed import ParsedRecipe
from runner.store.store import Store, open_store_for_planning


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What to plan.

    Attributes:
        recipe: As the user named it.
        provider: Of the command line; None to leave it to the recipe.
        select: As ``select_cells`` takes it; none for all.
        redraw: Ids of cells whose models are to give a further result; ``@FILE`` for those in a file.
        against: A ref of git, or a saved plan, to compare with.
        budget: Replaces the recipe's ``budget.max``; an amount such as ``5 USD``.
    """

    recipe: Path
    provider: str | None = None
    select: tuple[str, ...] = ()
    budget: str | None = None
    redraw: tuple[str, ...] = ()
    against: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan with what it was made from; its diagnostics say whether it can be carried out.

    Attributes:
        downloads: What was fetched for it; a run pins it, a dry run does not.
        against: What is different from what it was to be compared with.
        shared: What it counts on and only the cache remote has.
    """

    project: Project
    recipe: ParsedRecipe
    plan: Plan
    document: dict[str, Json]
    downloads: Downloads
    shared: Shared
    against: Against | None = None


def make_plan(request: PlanRequest, *, lost: AbstractSet[ActionKey] = frozenset()) -> Planned | Problems:
    """Plan a recipe.

    Args:
        request: What to plan.
        lost: Results of the cache remote that turned out not to be usable.

    Returns:
        The plan, or why there is none: mistakes in the recipe, or pictures that are missing or cannot be read.

    Raises:
        UsageError: the recipe cannot be read, or what was typed is no provider, no ref, or selects nothing.
        StoreError: the state is damaged.
    """
    project = open_project(request.recipe)
    if isinstance(project, Problems):
        return project
    if request.provider is not None:
        project.settings.refuse_unknown(request.provider)
    providers = Providers(request.provider, project.settings.provider, project.settings.provider_names)
    recipe = read_recipe(request.recipe, project, providers)
    if isinstance(recipe, Problems):
        return recipe
    recipe = _with_budget(recipe, request.budget)
    with open_store_for_planning(project.root) as store:
        files = FileFinder(project.root, request.recipe.parent, store.files)
        downloads = Downloads(project.root, request.recipe, files)
        desk = Desk(
            recipe_path=request.recipe,
            project=project,
            providers=providers,
            store=store,
            files=files,
            pictures=downloads,
            remote=SharedResults(project.settings.cache.remote, lost),
        )
        chosen = _Chosen(request, recipe, desk, downloads)
        plan = plan_on(desk, recipe, chosen.cells, with_lists(request.redraw))
        against = chosen.against(plan) if isinstance(plan, Plan) else None
        files.remember()
        if isinstance(plan, Problems):
            return plan
        shared = desk.remote.of_plan(plan, store)
    document = plan_document(plan, created_at=now_text())
    return Planned(
        project=project,
        recipe=recipe,
        plan=plan,
        document=document,
        downloads=downloads,
        shared=shared,
        against=against,
    )


def _with_budget(recipe: ParsedRecipe, amount: str | None) -> ParsedRecipe:
    from runner.core.money import parse_money

    if amount is None:
        return recipe
    try:
        return replace(recipe, budget=replace(recipe.budget, max=parse_money(amount)))
    except ValueError as error:
        raise UsageError("bad-value", f"--budget must be {error}, not '{amount}'") from error


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The part of a recipe that was asked for, and what it was to be compared with."""

    request: PlanRequest
    recipe: ParsedRecipe
    desk: Desk
    downloads: Downloads

    def cells(self, cells: tuple[DraftCell, ...]) -> tuple[DraftCell, ...]:
        """Keep what was selected."""
        return select_cells(cells, self.request.select, self._doors())

    def against(self, plan: Plan) -> Against | None:
        """Compare the plan; None where that was not asked for."""
        if self.request.against is None:
            return None
        return compare_with(self.request.against, plan, self.desk, self.downloads, self.earlier)

    def earlier(self, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        """Keep the same part of what the plan is compared with, which may have nothing of it."""
        try:
            return select_cells(cells, self.request.select, self._doors())
        except UsageError as error:
            if error.code not in {"nothing-selected", "unknown-name"}:
                raise
            return ()

    def _doors(self) -> SelectDoors:
        name = self.desk.name_of(self.recipe)
        return SelectDoors(
            failed=lambda: _failed_cells(self.desk.store, name), changed=self._changed_cells, listed=read_cell_list
        )

    def _changed_cells(self, ref: str) -> Collection[str]:
        """The cells with work that there was not at a git ref."""
        now = plan_on(self.desk, self.recipe)
        with open_base(ref, self.desk.project.root) as base:
            then = plan_at(base, self.desk, self.downloads)
        keys = {action.key for action in then.actions} if isinstance(then, Plan) else set()
        cells = now.cells if isinstance(now, Plan) else ()
        return {cell.id for cell in cells if not keys.issuperset(cell.actions.values())}


def _failed_cells(store: Store, recipe: RecipeName) -> Collection[str]:
    """The cells that failed in the newest run of a recipe."""
    from runner.report.summary import summarize

    for row in store.ledger.runs():
        started = store.ledger.started(row.run_id)
        if started is not None and is_of_recipe(started.plan, recipe):
            summary = summarize(store.ledger.events(row.run_id))
            return {cell.cell.id for cell in summary.cells if cell.has_failed}
    hint = "run the recipe first"
    raise UsageError("no-runs", f"'{recipe.name}' was never run", hint=hint)
