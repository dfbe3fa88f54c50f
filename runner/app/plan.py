"""Plan a recipe: read, gather, expand, price and decide; spends nothing, writes nothing but what it saw of files."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from runner.app.gather import Gatherer, read_checked
from runner.app.past import past_of
from runner.app.project import Problems, Project, open_project
from runner.app.read import read_recipe
from runner.core.artifact import MaskFacts
from runner.core.diagnostic import Diagnostic, in_file_order
from runner.core.digest import Digest, Json
from runner.core.errors import ImageError, UsageError
from runner.engines.all import REVISIONS
from runner.execute.clock import now_text
from runner.plan.build import Setting, build_plan
from runner.plan.check import NAMEABLE, Providers
from runner.plan.decide import decide
from runner.plan.document import plan_document
from runner.plan.expand import expand, wanted_files
from runner.plan.gathered import FileProblem, Inputs
from runner.plan.masks import WantedMask, evaluate_mask
from runner.plan.plan import Plan
from runner.plan.resolve import Resolution, resolve, wanted_masks
from runner.recipe.parse import ParsedRecipe
from runner.store.store import Store, open_store_for_planning


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What to plan.

    Attributes:
        recipe: As the user named it.
        provider: Of the command line; None to leave it to the recipe.
        select: Item keys, or patterns of them; none for all.
        budget: Replaces the recipe's ``budget.max``; an amount such as ``5 USD``.
    """

    recipe: Path
    provider: str | None = None
    select: tuple[str, ...] = ()
    budget: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan with what it was made from; its diagnostics say whether it can be carried out."""

    project: Project
    recipe: ParsedRecipe
    plan: Plan
    document: dict[str, Json]


def make_plan(request: PlanRequest) -> Planned | Problems:
    """Plan a recipe.

    Returns:
        The plan, or why there is none: mistakes in the recipe, or pictures that are missing or cannot be read.

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
    with open_store_for_planning(project.root) as store:
        plan = _plan(recipe, project, request, providers, store)
    if isinstance(plan, Problems):
        return plan
    return Planned(project=project, recipe=recipe, plan=plan, document=plan_document(plan, created_at=now_text()))


def _with_budget(recipe: ParsedRecipe, amount: str | None) -> ParsedRecipe:
    from runner.core.money import parse_money

    if amount is None:
        return recipe
    try:
        return replace(recipe, budget=replace(recipe.budget, max=parse_money(amount)))
    except ValueError as error:
        raise UsageError("bad-value", f"--budget must be {error}, not '{amount}'") from error


def _plan(
    recipe: ParsedRecipe, project: Project, request: PlanRequest, providers: Providers, store: Store
) -> Plan | Problems:
    gatherer = Gatherer(project.root, request.recipe.parent, store.files)
    inputs = gatherer.inputs(recipe)
    if isinstance(inputs, list):
        return _stopped(gatherer, inputs)
    expansion = expand(recipe, project.catalog, providers, _selected(inputs, request.select))
    if expansion.diagnostics:
        return _stopped(gatherer, list(expansion.diagnostics))
    resolution = resolve(recipe, expansion.cells, gatherer.files(wanted_files(expansion.cells)))
    gatherer.remember()
    setting = Setting(
        root=str(project.root),
        recipe_path=request.recipe.resolve().relative_to(project.root).as_posix(),
        provider=providers.default(recipe.provider),
        revisions=REVISIONS,
    )
    plan = build_plan(recipe, resolution, _mask_facts(resolution, project.root, store), setting)
    keys = [key for action in plan.actions for key in (action.key, action.raw_key)]
    known = store.lookup(keys)
    return decide(plan, known.keys(), past_of(store, plan.recipe), project.catalog.cards, recipe.budget)


def _stopped(gatherer: Gatherer, problems: list[Diagnostic]) -> Problems:
    gatherer.remember()
    return Problems(tuple(in_file_order(problems)))


def _selected(inputs: Inputs, select: tuple[str, ...]) -> Inputs:
    if not select:
        return inputs
    for text in select:
        if text == "failed" or text.startswith("changed:") or ("=" in text and not text.startswith("item.key=")):
            hint = "this version selects by item keys and patterns of them"
            raise UsageError("not-supported-yet", f"'--select {text}' is not supported yet", hint=hint)
    patterns = [text.removeprefix("item.key=") for text in select]
    items = tuple(item for item in inputs.items if any(fnmatchcase(item.key, pattern) for pattern in patterns))
    if not items:
        keys = ", ".join(item.key for item in inputs.items[:8])
        hint = f"the keys begin with: {keys}" if keys else "the recipe has no batch input"
        raise UsageError("nothing-selected", f"no item is selected by {' or '.join(select)}", hint=hint)
    return replace(inputs, items=items)


def _mask_facts(resolution: Resolution, root: Path, store: Store) -> Mapping[Digest, MaskFacts | FileProblem]:
    """Evaluate masks, those that were seen before from the cache; one at a time, so memory stays that of one."""
    facts: dict[Digest, MaskFacts | FileProblem] = {}
    fresh: dict[Digest, MaskFacts] = {}
    for wanted in wanted_masks(resolution):
        found = store.masks.get(wanted.id) or _evaluated(wanted, root)
        facts[wanted.id] = found
        if isinstance(found, MaskFacts):
            fresh[wanted.id] = found
    store.masks.remember(fresh)
    return facts


def _evaluated(wanted: WantedMask, root: Path) -> MaskFacts | FileProblem:
    content = read_checked(root, wanted.file) if wanted.file is not None else None
    try:
        return evaluate_mask(wanted, content)
    except ImageError as error:
        path = wanted.file.path if wanted.file is not None else wanted.name
        return FileProblem(error.code, error.message.replace("mask:", f"{path}:", 1), error.hint)
