"""The masks of a plan, evaluated: those that were seen before from the cache."""

from collections.abc import Mapping
from pathlib import Path

from runner.app.gather import read_sources
from runner.app.trees.tree import Tree
from runner.core.artifact import MaskFacts
from runner.core.digest import Digest
from runner.core.errors import EngineError, ImageError
from runner.plan.gathered import FileProblem
from runner.plan.masks import WantedMask, evaluate_mask
from runner.plan.plan import FileSource
from runner.plan.resolve import Resolution, wanted_masks
from runner.store.files import MaskCache


def mask_facts(
    resolution: Resolution, root: Path, tree: Tree, cache: MaskCache
) -> Mapping[Digest, MaskFacts | FileProblem]:
    """Evaluate the masks of a resolution; one at a time, so memory stays that of one.

    Args:
        resolution: Of a recipe.
        root: The project root.
        tree: Has the files that masks are made from.
        cache: What is known, and is to be known, of masks.
    """
    facts: dict[Digest, MaskFacts | FileProblem] = {}
    fresh: dict[Digest, MaskFacts] = {}
    for wanted in wanted_masks(resolution):
        known = cache.get(wanted.id)
        facts[wanted.id] = found = known or _evaluated(wanted, root, tree)
        if known is None and isinstance(found, MaskFacts):
            fresh[wanted.id] = found
    cache.remember(fresh)
    return facts


def _evaluated(wanted: WantedMask, root: Path, tree: Tree) -> MaskFacts | FileProblem:
    try:
        return evaluate_mask(wanted, read_sources(root, wanted.sources, tree))
    except (ImageError, EngineError) as error:
        paths = ", ".join(source.path for source in wanted.sources if isinstance(source, FileSource))
        return FileProblem(error.code, f"mask '{wanted.name}' from {paths}: {error.message}", error.hint)
