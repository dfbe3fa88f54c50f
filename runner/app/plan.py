"""Plan a recipe: read, gather, expand, price and decide; spends nothing, writes nothing but what it saw of files."""

from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from runner.app.downloads import Downloads
from runner.app.draws import build_with_draws
from runner.app.files import FileFinder
from runner.app.gather import gather_inputs, read_sources
from runner.app.git import text_at
from runner.app.past import is_of_recipe, past_of
from runner.app.project import Problems, Project, open_project
from runner.app.read import check_text, read_recipe
from runner.app.select import SelectDoors, select_cells
from runner.app.shared import Shared, SharedResults, with_shared_reasons
from runner.core.artifact import MaskFacts
from runner.core.diagnostic import Diagnostic, in_file_order
from runner.core.digest import ActionKey, Digest, Json
from runner.core.errors import EngineError, ImageError, UsageError
from runner.engines.all import REVISIONS
from runner.execute.checks import missing_for
from runner.execute.clock import now_text
from runner.plan.build import Setting, build_plan
from runner.plan.check import Providers
from runner.plan.decide import decide
from runner.plan.document import plan_document
from runner.plan.draft import wanted_files
from runner.plan.expand import expand
from runner.plan.gathered import FileProblem
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
        redraw: Ids of cells whose models are to give a further result.
        budget: Replaces the recipe's ``budget.max``; an amount such as ``5 USD``.
    """

    recipe: Path
    provider: str | None = None
    select: tuple[str, ...] = ()
    budget: str | None = None
    redraw: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan with what it was made from; its diagnostics say whether it can be carried out.

    Attributes:
        downloads: What was fetched for it; a run pins it, a dry run does not.
        shared: What it counts on and only the cache remote has.
    """

    project: Project
    recipe: ParsedRecipe
    plan: Plan
    document: dict[str, Json]
    downloads: Downloads
    shared: Shared


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What planning works with, whichever recipe is planned."""

    project: Project
    request: PlanRequest
    providers: Providers
    store: Store
    files: FileFinder
    downloads: Downloads
    remote: SharedResults


def make_plan(request: PlanRequest, *, lost: AbstractSet[ActionKey] = frozenset()) -> Planned | Problems:
    """Plan a recipe.

    Args:
        request: What to plan.
        lost: Results of the cache remote that turned out not to be usable.

    Returns:
        The plan, or why there is none: mistakes in the recipe, or pictures that are missing or cannot be read.

    Raises:
        UsageError: the recipe cannot be read, or what was typed is no provider or selects nothing.
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
        desk = _Desk(
            project=project,
            request=request,
            providers=providers,
            store=store,
            files=files,
            downloads=downloads,
            remote=SharedResults(project.settings.cache.remote, lost),
        )
        plan = _plan(recipe, desk, request.select, request.redraw)
        files.remember()
        if isinstance(plan, Problems):
            return plan
        shared = desk.remote.of_plan(plan, store)
    document = plan_document(plan, created_at=now_text())
    return Planned(project=project, recipe=recipe, plan=plan, document=document, downloads=downloads, shared=shared)


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
    plan = build_with_draws(
        partial(build_plan, recipe, resolution, facts, setting),
        redraw,
        lambda keys: store.results.lookup(keys).keys() | desk.remote.among(keys, store),
    )
    plan = replace(plan, diagnostics=tuple(in_file_order((*plan.diagnostics, *_unmeasurable(recipe)))))
    known = store.lookup([key for action in plan.actions for key in (action.key, action.raw_key)])
    bought = {purchase.key: purchase.progress for purchase in store.purchases.open() if purchase.progress}
    shared = desk.remote.of_plan(plan, store).keys
    past = past_of(store, name)
    plan = decide(plan, known.keys() | shared, past, project.catalog.cards, recipe.budget, bought)
    return with_shared_reasons(plan, shared)


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
