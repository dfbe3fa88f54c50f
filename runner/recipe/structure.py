"""The shape of a recipe, checked."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from runner.core.diagnostic import Diagnostic
from runner.recipe.fields import Section
from runner.recipe.layout import children, known_keys, sections
from runner.recipe.model import ONE_OF, RecipeDocument
from runner.source.nearest import nearest
from runner.source.source import MappingNode, Node, Place, ScalarNode, Source, plain


def check_structure(source: Source) -> tuple[RecipeDocument | None, list[Diagnostic]]:
    """Check a document against the model.

    Returns:
        The document where its shape is right, and every mistake in its shape.
    """
    if not isinstance(source.root, MappingNode):
        return None, [
            source.diagnostic(source.root.span, "wrong-type", "a recipe is a mapping of keys, such as 'version: 1'")
        ]
    empty = list(_places_without_value(source.root))
    problems = [_no_value(source, place) for place in empty]
    problems += _one_of_problems(source)
    document: RecipeDocument | None = None
    try:
        document = RecipeDocument.model_validate(_without_extensions(source.root))
    except ValidationError as error:
        from runner.recipe.misfits import misfits

        problems += misfits(source, error.errors(include_url=False, include_context=True), set(empty))
    return (None if problems else document), problems


def _without_extensions(root: MappingNode) -> dict[str, Any]:
    return {key: plain(entry.node) for key, entry in root.entries.items() if not key.startswith("x-")}


def _places_without_value(root: MappingNode) -> Iterator[Place]:
    """Find keys whose value is missing; list items too."""
    waiting: list[tuple[Place, Node]] = [
        ((key,), entry.node) for key, entry in root.entries.items() if not key.startswith("x-")
    ]
    while waiting:
        place, node = waiting.pop()
        if isinstance(node, ScalarNode) and node.value is None:
            yield place
        waiting += [((*place, step), child) for step, child in children(node)]


def _no_value(source: Source, place: Place) -> Diagnostic:
    what = f"'{place[-1]}'" if isinstance(place[-1], str) else f"item {place[-1] + 1} of '{place[-2]}'"
    return source.diagnostic(
        source.key_span(place), "no-value", f"{what} has no value", hint="give it one, or remove it"
    )


def _one_of_problems(source: Source) -> Iterator[Diagnostic]:
    for place, section, node in sections(source):
        kinds = ONE_OF.get(section, ())
        present = [kind for kind in node.entries if kind in kinds]
        if len(present) > 1:
            span = node.entries[present[1]].key_span
            message = f"'{present[1]}' and '{present[0]}' exclude each other"
            yield source.diagnostic(span, "conflicting-keys", message, hint=f"keep one of: {', '.join(kinds)}")
        if kinds and not present and not _excused(node, section):
            what = f"'{place[-1]}'" if isinstance(place[-1], str) else f"item {place[-1] + 1} of '{place[-2]}'"
            message = f"{what} does not say what it is"
            yield source.diagnostic(
                source.key_span(place), "missing-key", message, hint=f"add one of: {', '.join(kinds)}"
            )


def _excused(node: MappingNode, section: type[Section]) -> bool:
    """Another message covers a missing kind: that of its mistyped name."""
    return any(nearest(key, ONE_OF[section]) for key in node.entries if key not in known_keys(section))
