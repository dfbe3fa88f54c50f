"""Which keys a check of each type has."""

from collections.abc import Iterator
from dataclasses import dataclass

from runner.core.diagnostic import Diagnostic
from runner.source.source import MappingNode, Place, ScalarNode, SequenceNode, Source

_COMMON = frozenset({"on", "type", "measure", "severity", "on_fail"})


@dataclass(frozen=True, slots=True)
class CheckKeys:
    """The keys that a type needs, and those that it may have besides."""

    needed: frozenset[str]
    allowed: frozenset[str] = frozenset()


CHECK_KEYS: dict[str, CheckKeys] = {
    "outside_mask_unchanged": CheckKeys(frozenset({"mask", "max_changed"}), frozenset({"tolerance"})),
    "inside_mask_changed": CheckKeys(frozenset({"mask", "min_changed"}), frozenset({"tolerance"})),
    "color_in_mask": CheckKeys(frozenset({"mask", "target", "max_delta_e"})),
    "same_size": CheckKeys(frozenset()),
    "not_blank": CheckKeys(frozenset(), frozenset({"min_contrast"})),
    "ssim": CheckKeys(frozenset({"min"}), frozenset({"mask", "where"})),
    "max_bytes": CheckKeys(frozenset({"value"})),
    "format": CheckKeys(frozenset({"value"})),
}
"""By type; ``on``, ``type``, ``measure``, ``severity`` and ``on_fail`` are everyone's."""

FORMATS = ("jpeg", "png", "webp", "tiff", "avif")


def check_checks(source: Source) -> Iterator[Diagnostic]:
    """Report checks that lack what their type needs, or have what it does not know."""
    checks = source.node(("checks",))
    for at in range(len(checks.items) if isinstance(checks, SequenceNode) else 0):
        node, kind = source.node(("checks", at)), source.node(("checks", at, "type"))
        if isinstance(node, MappingNode) and isinstance(kind, ScalarNode) and kind.value in CHECK_KEYS:
            yield from _check_keys(source, ("checks", at), node, str(kind.value))
            yield from _check_value(source, ("checks", at, "value"), str(kind.value))


def _check_keys(source: Source, place: Place, node: MappingNode, kind: str) -> Iterator[Diagnostic]:
    keys = CHECK_KEYS[kind]
    every = set().union(*(found.needed | found.allowed for found in CHECK_KEYS.values()))
    for key in sorted(keys.needed - node.entries.keys()):
        message = f"a check of the type '{kind}' needs '{key}'"
        yield source.diagnostic(source.value_span((*place, "type")), "missing-key", message, hint=f"add '{key}: …'")
    for key in node.entries:
        if key in every and key not in keys.needed | keys.allowed:
            message = f"a check of the type '{kind}' has no '{key}'"
            hint = f"it has: {', '.join(sorted(keys.needed | keys.allowed))}" if keys.needed | keys.allowed else ""
            yield source.diagnostic(source.key_span((*place, key)), "unknown-key", message, hint=hint)


def _check_value(source: Source, place: Place, kind: str) -> Iterator[Diagnostic]:
    node = source.node(place)
    if not isinstance(node, ScalarNode) or (isinstance(node.value, str) and "${{" in node.value):
        return
    if kind == "max_bytes" and (isinstance(node.value, bool) or not isinstance(node.value, int) or node.value < 1):
        yield source.diagnostic(node.span, "bad-value", f"'value' must be a number of bytes, not '{node.value}'")
    if kind == "format" and node.value not in FORMATS:
        message = f"'value' must be one of {', '.join(FORMATS)}, not '{node.value}'"
        yield source.diagnostic(node.span, "bad-value", message)
