"""Plan a recipe: read, gather, expand, price and decide; spends nothing, writes nothing but what it saw of files."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from runner.app.cell_list import with_lists
from runner.app.chosen import Chosen
from runner.app.collector import without_collector
from runner.app.desk import Desk, plan_on
from runner.app.downloads import Downloads, offline
from runner.app.files import FileFinder
from runner.app.lock_file import lock_path, read_lock_file
from runner.app.locked import as_refusal, hold_against_lock, no_lock
from runner.app.project import Problems, Project, open_project
from runner.app.read import read_recipe
from runner.app.shared import Shared, SharedResults
from runner.catalog.lock import EMPTY_LOCK, Lock
from runner.core.digest import ActionKey, Json
from runner.core.errors import UsageError
from runner.core.unwritten import Unwritten
from runner.execute.clock import now_text
from runner.plan.check import Providers
from runner.plan.lock_check import LockedState
from runner.plan.plan import Plan
from runner.plan.plan_id import plan_id, plan_members
from runner.plan.writers import as_json
from runner.recipe.parsed import ParsedRecipe
from runner.store.store import open_store_for_planning

if TYPE_CHECKING:
    from runner.plan.against import Against


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What to plan.

    Attributes:
        recipe: As the user named it.
        provider: Of the command line; None to leave it to the recipe.
        select: As ``select_cells`` takes it; none for all.
        cells: Ids of the only cells to plan, besides what ``select`` says; None for all.
        redraw: Ids of cells whose models are to give a further result; ``@FILE`` for those in a file.
        against: A ref of git, or a saved plan, to compare with.
        frozen: Whether the network may not be asked, and everything must be locked and there.
        offline: Whether nothing may be downloaded.
        budget: Replaces the recipe's ``budget.max``; an amount such as ``5 USD``.
    """

    recipe: Path
    provider: str | None = None
    select: tuple[str, ...] = ()
    budget: str | None = None
    redraw: tuple[str, ...] = ()
    against: str | None = None
    cells: frozenset[str] | None = None
    frozen: bool = False
    offline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan with what it was made from; its diagnostics say whether it can be carried out.

    Attributes:
        downloads: What was fetched for it; a run pins it, a dry run does not.
        against: What is different from what it was to be compared with.
        plan_id: The digest of all that the plan says.
        created_at: When it was made, RFC 3339 UTC.
        saved: The document of the saved plan that is applied; None where the recipe is planned.
        shared: What it counts on and only the cache remote has.
        lock_path: Of the recipe's lock file, as the recipe was named.
        lock: That file; None where there is none.
    """

    project: Project
    recipe: ParsedRecipe
    plan: Plan
    plan_id: str
    created_at: str
    downloads: Downloads
    shared: Shared
    lock_path: Path
    lock: Lock | None
    against: "Against | None" = None
    saved: dict[str, Json] | None = None

    @property
    def written(self) -> Json | Unwritten:
        """What ``document`` gives, before it is written as JSON."""
        return self.saved or Unwritten(
            plan_members(self.plan, plan_id=self.plan_id, created_at=self.created_at), as_json
        )

    @property
    def document(self) -> dict[str, Json]:
        """The plan as ``runner-plan/1``: as it stands in the saved plan, else written anew each time."""
        from runner.plan.document import plan_document

        return self.saved or plan_document(self.plan, created_at=self.created_at)


@without_collector()
def make_plan(request: PlanRequest, *, lost: AbstractSet[ActionKey] = frozenset()) -> Planned | Problems:
    """Plan a recipe.

    Args:
        request: What to plan.
        lost: Results of the cache remote that turned out not to be usable.

    Returns:
        The plan, or why there is none: mistakes in the recipe, pictures that are missing or cannot be read, a lock
        file that cannot be used; when frozen, all that is not locked or not there.

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
    lock = read_lock_file(lock_path(request.recipe))
    if isinstance(lock, Problems):
        return lock
    if request.frozen and lock is None:
        return no_lock(request.recipe)
    with open_store_for_planning(project.root) as store:
        files = FileFinder(project.root, request.recipe.parent, store.files)
        fetch = offline if request.frozen or request.offline else None
        pinned = lock.urls if lock is not None else {}
        downloads = Downloads(project.root, pinned, lock_path(request.recipe).name, files, fetch)
        desk = Desk(
            recipe_path=request.recipe,
            project=project,
            providers=providers,
            store=store,
            files=files,
            pictures=downloads,
            remote=SharedResults(None if request.frozen else project.settings.cache.remote, lost),
        )
        chosen = Chosen(select=request.select, only=request.cells, recipe=recipe, desk=desk, downloads=downloads)
        plan = plan_on(desk, recipe, chosen.cells, with_lists(request.redraw))
        if isinstance(plan, Plan):
            state = _locked_state(plan, desk, lock or EMPTY_LOCK)
            plan = hold_against_lock(recipe, replace(plan, select=request.select), state, frozen=request.frozen)
        against = None
        if isinstance(plan, Plan) and request.against is not None:
            against = chosen.against(request.against, plan)
        files.remember()
        if isinstance(plan, Problems):
            return as_refusal(plan)
        shared = desk.remote.of_plan(plan, store)
    return Planned(
        project=project,
        recipe=recipe,
        plan=plan,
        plan_id=plan_id(plan),
        created_at=now_text(),
        downloads=downloads,
        shared=shared,
        lock_path=lock_path(request.recipe),
        lock=lock,
        against=against,
    )


def _locked_state(plan: Plan, desk: Desk, lock: Lock) -> LockedState:
    return LockedState(
        lock=lock,
        name=lock_path(desk.recipe_path).name,
        cards=desk.project.catalog.cards,
        results=desk.store.held(action.key for action in plan.actions if action.key in lock.actions),
    )


def _with_budget(recipe: ParsedRecipe, amount: str | None) -> ParsedRecipe:
    from runner.core.money import parse_money

    if amount is None:
        return recipe
    try:
        return replace(recipe, budget=replace(recipe.budget, max=parse_money(amount)))
    except ValueError as error:
        raise UsageError("bad-value", f"--budget must be {error}, not '{amount}'") from error
