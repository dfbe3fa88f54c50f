"""Recipe text and made-up files in, a plan out; nothing is read from disk but the cards."""

from collections.abc import Collection, Mapping
from importlib import resources
from typing import TypeAlias

from runner.catalog.catalog import Catalog, build_catalog
from runner.catalog.parse import parse_cards
from runner.core.artifact import Artifact, MaskFacts
from runner.core.digest import ActionKey, digest_bytes
from runner.plan.build import Setting, build_plan
from runner.plan.check import Providers
from runner.plan.decide import decide
from runner.plan.draft import wanted_files
from runner.plan.expand import expand
from runner.plan.gathered import FileProblem, Found, Inputs
from runner.plan.items import make_items
from runner.plan.masks import evaluate_mask
from runner.plan.plan import Action, InputImage, Plan
from runner.plan.reason import NO_PAST, PastWork
from runner.plan.resolve import resolve, wanted_masks
from runner.recipe.parse import parse_recipe
from runner.recipe.parsed import ParsedRecipe
from runner.source.load import read_source
from runner.source.source import Source

Photos: TypeAlias = Mapping[str, list[InputImage] | InputImage]
"""Pictures by input name; a list is the batch."""

REVISIONS = {"runflow/eye-color": "e1", "runflow/reference-inpaint": "r1", "image/convert": "t1", "image/resize": "t1"}


def catalog() -> Catalog:
    folder = resources.files("runner.catalog") / "cards"
    cards = parse_cards({file.name: file.read_text() for file in folder.iterdir()})
    assert not cards.diagnostics
    return build_catalog(cards.cards)


def photo(path: str, content: str = "", width: int = 400, height: int = 300) -> InputImage:
    """A picture that exists only as a value; another content is another digest."""
    digest = digest_bytes((content or path).encode())
    artifact = Artifact(digest=digest, media_type="image/png", size_bytes=9, width_px=width, height_px=height)
    return InputImage(path=path, artifact=artifact)


def parsed(text: str) -> ParsedRecipe:
    source = read_source(text, "r.yaml")
    assert isinstance(source, Source), source
    recipe = parse_recipe(source)
    assert isinstance(recipe, ParsedRecipe), recipe
    return recipe


def make_plan(
    text: str,
    photos: Photos,
    *,
    files: Mapping[str, InputImage] | None = None,
    known: Collection[ActionKey] = (),
    past: PastWork = NO_PAST,
    provider: str | None = None,
) -> Plan:
    """Plan a recipe over photos by input name; shape masks are really drawn."""
    recipe = parsed(text)
    batch = [image for images in photos.values() if isinstance(images, list) for image in images]
    items = make_items(recipe, recipe.batch, [Found(image) for image in batch]) if recipe.batch is not None else ()
    assert isinstance(items, tuple), items
    shared = {name: image for name, image in photos.items() if isinstance(image, InputImage)}
    providers = Providers(provider, "local")
    expansion = expand(recipe, catalog(), providers, Inputs(items, shared))
    assert not expansion.diagnostics, expansion.diagnostics
    missing = FileProblem("missing-mask", "there is no mask")
    found = {wanted: (files or {}).get(wanted.path, missing) for wanted in wanted_files(expansion.cells)}
    resolution = resolve(recipe, expansion.cells, found)
    masks = {
        wanted.id: evaluate_mask(wanted, {})
        if not wanted.sources
        else MaskFacts(digest=wanted.id, size=wanted.size, area=0.25, is_binary=True)
        for wanted in wanted_masks(resolution)
    }
    setting = Setting(root="/p", recipe_path="r.yaml", provider=provider or "local", revisions=REVISIONS)
    plan = build_plan(recipe, resolution, masks, setting)
    return decide(plan, known, past, catalog().cards, recipe.budget)


def keys(plan: Plan) -> dict[tuple[str, str], ActionKey]:
    """Action keys by cell and step."""
    return {(cell.id, step): key for cell in plan.cells for step, key in cell.actions.items()}


def action(plan: Plan, step: str, cell: str | None = None) -> Action:
    return next(a for a in plan.actions if a.step == step and (cell is None or cell in a.cells))


def codes(plan: Plan) -> list[str]:
    return [f"{problem.span.line} {problem.code}" for problem in plan.diagnostics]
