"""Plan a recipe: read, gather, expand, price and decide; spends nothing, writes nothing but what it saw of files."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from runner.app.downloads import Downloads, offline
from runner.app.draws import build_with_draws
from runner.app.files import FileFinder
from runner.app.gather import gather_inputs, read_sources
from runner.app.git import text_at
from runner.app.lock_file import lock_path, read_lock_file, results_of
from runner.app.locked import as_refusal, hold_against_lock, no_lock
from runner.app.past import is_of_recipe, past_of
from runner.app.project import Problems, Project, open_project
from runner.app.read import check_text, read_recipe
from runner.app.select import SelectDoors, select_cells
from runner.catalog.card import card_digest
from runner.catalog.lock import EMPTY_LOCK, Lock
from runner.core.artifact import MaskFacts
from runner.core.diagnostic import Diagnostic, in_file_order
from runner.core.digest import Digest, Json
from runner.core.errors import EngineError, ImageError, UsageError
from runner.engines.all import REVISIONS
from runner.execute.checks import missing_for
from runner.execute.clock import now_text
from runner.plan.build import Setting, build_plan
from runner.plan.check import NAMEABLE, Providers
from runner.plan.decide import decide
from runner.plan.document import plan_document
from runner.plan.draft import wanted_files
from runner.plan.expand import expand
from runner.plan.gathered import FileProblem
from runner.plan.lock_check import LockedState
from runner.plan.masks import WantedMask, evaluate_mask
from runner.plan.plan import FileSource, Plan, RecipeName
from runner.plan.resolve import Resolution, resolve, wanted_masks
from runner.recipe.parsed import ParsedRecipe
from runner.store.store import Store, open_store_for_planning


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What to plan.

    Attributes:
        recipe: As the user named it.
        provider: Of the command line; None to leave it to the recipe.
        select: As ``select_cells`` takes it; none for all.
        cells: Ids of the only cells to plan, besides what ``select`` says; None for all.
        redraw: Ids of cells whose models are to give a further result.
        frozen: Whether nothing may be downloaded, and everything must be locked and there.
        offline: Whether nothing may be downloaded.
        budget: Replaces the recipe's ``budget.max``; an amount such as ``5 USD``.
    """

    recipe: Path
    provider: str | None = None
    select: tuple[str, ...] = ()
    budget: str | None = None
    redraw: tuple[str, ...] = ()
    cells: frozenset[str] | None = None
    frozen: bool = False
    offline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan with what it was made from; its diagnostics say whether it can be carried out.

    Attributes:
        downloads: What was fetched for it; a run pins it, a dry run does not.
        lock_path: Of the recipe's lock file, as the recipe was named.
        lock: That file; None where there is none.
    """

    project: Project
    recipe: ParsedRecipe
    plan: Plan
    document: dict[str, Json]
    downloads: Downloads
    lock_path: Path
    lock: Lock | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What planning works with, whichever recipe is planned."""

    project: Project
    request: PlanRequest
    providers: Providers
    store: Store
    files: FileFinder
    downloads: Downloads
    lock: Lock


def make_plan(request: PlanRequest) -> Planned | Problems:
    """Plan a recipe.

    Returns:
        The plan, or why there is none: mistakes in the recipe, pictures that are missing or cannot be read, a lock
        file that cannot be used; when frozen, all that is not locked or not there.

    Raises:
        UsageError: the recipe cannot be read, or what was typed is no provider or selects nothing.
        StoreError: the state is damaged.
    """
    if request.provider is not None and request.provider not in NAMEABLE:
        hint = f"there are: {', '.join(NAMEABLE)}"
        raise UsageError("unknown-provider", f"there is no provider '{request.provider}'", hint=hint)
    project = open_project(request.recipe)
    if isinstance(project, Problems):
        return project
    providers = Providers(request.provider, project.settings.provider)
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
        downloads = Downloads(project.root, lock or EMPTY_LOCK, lock_path(request.recipe).name, files, fetch)
        desk = _Desk(
            project=project,
            request=request,
            providers=providers,
            store=store,
            files=files,
            downloads=downloads,
            lock=lock or EMPTY_LOCK,
        )
        plan = _plan(recipe, desk, request.select, request.redraw)
        if not isinstance(plan, Problems):
            plan = hold_against_lock(recipe, plan, _locked_state(plan, desk), frozen=request.frozen)
        files.remember()
    if isinstance(plan, Problems):
        return as_refusal(plan)
    return Planned(
        project=project,
        recipe=recipe,
        plan=plan,
        document=plan_document(plan, created_at=now_text()),
        downloads=downloads,
        lock_path=lock_path(request.recipe),
        lock=lock,
    )


def _locked_state(plan: Plan, desk: _Desk) -> LockedState:
    return LockedState(
        lock=desk.lock,
        name=lock_path(desk.request.recipe).name,
        cards=desk.project.catalog.cards,
        results=results_of(plan, desk.store),
    )


def _with_budget(recipe: ParsedRecipe, amount: str | None) -> ParsedRecipe:
    from runner.core.money import parse_money

    if amount is None:
        return recipe
    try:
        return replace(recipe, budget=replace(recipe.budget, max=parse_money(amount)))
    except ValueError as error:
        raise UsageError("bad-value", f"--budget must be {error}, not '{amount}'") from error


def _plan(
    recipe: ParsedRecipe, desk: _Desk, select: tuple[str, ...] = (), redraw: tuple[str, ...] = ()
) -> Plan | Problems:
    project, store = desk.project, desk.store
    name = RecipeName(path=_path_in(project.root, desk.request.recipe), name=recipe.name, digest=recipe.digest)
    resolution = _resolved(recipe, name, desk, select)
    if isinstance(resolution, Problems):
        return resolution
    setting = Setting(
        root=str(project.root),
        recipe_path=name.path,
        provider=desk.providers.default(recipe.provider),
        revisions=REVISIONS,
    )
    facts = _mask_facts(resolution, project.root, store)
    plan = build_with_draws(partial(build_plan, recipe, resolution, facts, setting), redraw, store)
    cards = {model: card_digest(project.catalog.cards[model]) for model in sorted({a.uses for a in plan.actions})}
    diagnostics = tuple(in_file_order((*plan.diagnostics, *_unmeasurable(recipe))))
    plan = replace(plan, diagnostics=diagnostics, select=select, cards=cards)
    known = store.lookup([key for action in plan.actions for key in (action.key, action.raw_key)])
    bought = {purchase.key: purchase.progress for purchase in store.purchases.open() if purchase.progress}
    return decide(plan, known.keys(), past_of(store, name), project.catalog.cards, recipe.budget, bought)


def _path_in(root: Path, recipe: Path) -> str:
    return recipe.resolve().relative_to(root).as_posix()


def _resolved(recipe: ParsedRecipe, name: RecipeName, desk: _Desk, select: tuple[str, ...]) -> Resolution | Problems:
    """Gather and expand: the cells that were asked for, with their files."""
    inputs = gather_inputs(recipe, desk.files, desk.downloads)
    if isinstance(inputs, list):
        return Problems(tuple(in_file_order(inputs)))
    expansion = expand(recipe, desk.project.catalog, desk.providers, inputs)
    if expansion.diagnostics:
        return Problems(tuple(in_file_order(expansion.diagnostics)))
    doors = SelectDoors(
        failed=lambda: _failed_cells(desk.store, name), changed=lambda ref: _changed_cells(recipe, desk, ref)
    )
    cells = select_cells(expansion.cells, select, doors)
    wanted = desk.request.cells
    cells = cells if wanted is None else tuple(cell for cell in cells if cell.id in wanted)
    return resolve(recipe, cells, {file: desk.files.wanted(file) for file in wanted_files(cells)})


def _unmeasurable(recipe: ParsedRecipe) -> Iterator[Diagnostic]:
    """Report checks that this machine cannot measure, before they fail after something was paid."""
    for check in recipe.checks:
        hint = missing_for(check.type)
        if hint is not None:
            span = recipe.source.value_span(("checks", check.at, "type"))
            message = f"a check of the type '{check.type}' needs a package that is not installed"
            yield recipe.source.diagnostic(span, "check-not-installed", message, hint=hint)


def _changed_cells(recipe: ParsedRecipe, desk: _Desk, ref: str) -> Collection[str]:
    """The cells with work that the recipe at a git ref, over today's pictures, does not have."""
    path = desk.request.recipe
    before = check_text(text_at(path, ref), path, desk.project, desk.providers)
    then = _plan(before, desk) if isinstance(before, ParsedRecipe) else before
    now = _plan(recipe, desk)
    if isinstance(now, Problems):
        return ()
    keys = {action.key for action in then.actions} if isinstance(then, Plan) else set()
    return {cell.id for cell in now.cells if not keys.issuperset(cell.actions.values())}


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


def _mask_facts(resolution: Resolution, root: Path, store: Store) -> Mapping[Digest, MaskFacts | FileProblem]:
    """Evaluate masks, those that were seen before from the cache; one at a time, so memory stays that of one."""
    facts: dict[Digest, MaskFacts | FileProblem] = {}
    fresh: dict[Digest, MaskFacts] = {}
    for wanted in wanted_masks(resolution):
        known = store.masks.get(wanted.id)
        facts[wanted.id] = found = known or _evaluated(wanted, root)
        if known is None and isinstance(found, MaskFacts):
            fresh[wanted.id] = found
    store.masks.remember(fresh)
    return facts


def _evaluated(wanted: WantedMask, root: Path) -> MaskFacts | FileProblem:
    try:
        return evaluate_mask(wanted, read_sources(root, wanted.sources))
    except (ImageError, EngineError) as error:
        paths = ", ".join(source.path for source in wanted.sources if isinstance(source, FileSource))
        return FileProblem(error.code, f"mask '{wanted.name}' from {paths}: {error.message}", error.hint)
