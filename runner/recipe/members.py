"""Masks that are made of others: no mask may be a part of itself, and a color must be one."""

import re
from collections.abc import Iterator

from runner.core.diagnostic import Diagnostic
from runner.source.nearest import did_you_mean
from runner.source.source import MappingNode, Place, ScalarNode, SequenceNode, Source, plain

_KINDS = ("union", "intersect", "subtract")


def check_members(source: Source) -> Iterator[Diagnostic]:
    """Report masks that are parts of themselves, key colors that are no colors, and masks of steps that are none."""
    masks = source.node(("masks",))
    names = list(masks.entries) if isinstance(masks, MappingNode) else []
    members = {name: _members(source, name) for name in names}
    for name in names:
        if _is_part_of_itself(name, members):
            message = f"the mask '{name}' is a part of itself"
            yield source.diagnostic(source.key_span(("masks", name)), "cycle", message, hint="break the circle")
        yield from _check_color(source, ("masks", name, "color", "key"))
        yield from _check_step(source, ("masks", name, "from"))


def _members(source: Source, name: str) -> list[str]:
    nodes = [source.node(("masks", name, kind)) for kind in _KINDS]
    items = [item for node in nodes if isinstance(node, SequenceNode) for item in node.items]
    return [str(item.value) for item in items if isinstance(item, ScalarNode)]


def _is_part_of_itself(name: str, members: dict[str, list[str]]) -> bool:
    waiting, seen = list(members[name]), set[str]()
    while waiting:
        member = waiting.pop()
        if member == name:
            return True
        if member not in seen:
            seen.add(member)
            waiting += members.get(member, [])
    return False


def _check_color(source: Source, place: Place) -> Iterator[Diagnostic]:
    node = source.node(place)
    if node is None:
        return
    value = plain(node)
    is_hex = isinstance(value, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", value)
    is_rgb = isinstance(value, list) and len(value) == 3 and all(_is_channel(part) for part in value)
    if not is_hex and not is_rgb:
        message = "'key' must be a color, as '#rrggbb' or [red, green, blue] from 0 to 255"
        yield source.diagnostic(source.value_span(place), "bad-value", message)


def _is_channel(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 255


def _check_step(source: Source, place: Place) -> Iterator[Diagnostic]:
    node, steps = source.node(place), source.node(("steps",))
    if not isinstance(node, ScalarNode) or not isinstance(node.value, str):
        return
    ids = [source.node(("steps", at, "id")) for at in range(len(steps.items) if isinstance(steps, SequenceNode) else 0)]
    names = [f"steps.{found.value}" for found in ids if isinstance(found, ScalarNode)]
    if node.value not in names:
        message = f"'from' must name a step, as steps.NAME, not '{node.value}'"
        yield source.diagnostic(node.span, "unknown-name", message, hint=did_you_mean(node.value, names))
