"""Which mapping of a recipe is which section."""

from collections.abc import Iterator

from runner.recipe.fields import Section
from runner.recipe.mask_model import ColorSection, MaskSection, OpSection, RequireSection, ShapeSection
from runner.recipe.model import (
    BudgetSection,
    CheckSection,
    DefaultsSection,
    GateSection,
    InputSection,
    MatrixSection,
    MetadataSection,
    OutputSection,
    RecipeDocument,
    RedrawSection,
    ReportSection,
    RetrySection,
    StepSection,
)
from runner.source.source import MappingNode, Node, Place, ScalarNode, SequenceNode, Source

_SECTIONS: dict[tuple[str, ...], type[Section]] = {
    (): RecipeDocument,
    ("defaults",): DefaultsSection,
    ("inputs", "*"): InputSection,
    ("masks", "*"): MaskSection,
    ("masks", "*", "shape"): ShapeSection,
    ("masks", "*", "ops", "*"): OpSection,
    ("masks", "*", "require"): RequireSection,
    ("masks", "*", "color"): ColorSection,
    ("matrix",): MatrixSection,
    ("steps", "*"): StepSection,
    ("steps", "*", "retry"): RetrySection,
    ("steps", "*", "on_check_fail"): RedrawSection,
    ("defaults", "retry"): RetrySection,
    ("defaults", "on_check_fail"): RedrawSection,
    ("checks", "*"): CheckSection,
    ("gate",): GateSection,
    ("report",): ReportSection,
    ("outputs", "*"): OutputSection,
    ("outputs", "*", "metadata"): MetadataSection,
    ("budget",): BudgetSection,
}
"""Which mapping of the document is which section; ``*`` is any name or index."""


def sections(source: Source) -> Iterator[tuple[Place, type[Section], MappingNode]]:
    """Give every section of the document that is there, with its place and its model."""
    for pattern, section in _SECTIONS.items():
        for place, node in _matches(source.root, pattern, ()):
            if isinstance(node, MappingNode):
                yield place, section, node


def section_at(place: Place) -> type[Section] | None:
    """The section that the mapping at a place is; None where keys are free."""
    for pattern, section in _SECTIONS.items():
        if len(pattern) == len(place) and all(p in {"*", step} for p, step in zip(pattern, place, strict=True)):
            return section
    return None


def known_keys(section: type[Section] | None) -> list[str]:
    """The keys a section may have."""
    fields = section.model_fields if section is not None else {}
    return [field.alias or name for name, field in fields.items()]


def is_known(place: Place) -> bool:
    """Whether no key on the way to a place is an unknown one."""
    owners = ((section_at(place[:at]), step) for at, step in enumerate(place))
    return all(section in {None, MatrixSection} or step in known_keys(section) for section, step in owners)


def children(node: Node) -> list[tuple[str | int, Node]]:
    """The values directly inside a value, with their keys or indexes."""
    match node:
        case MappingNode():
            return [(key, entry.node) for key, entry in node.entries.items()]
        case SequenceNode():
            return list(enumerate(node.items))
        case ScalarNode():
            return []


def _matches(node: Node, pattern: tuple[str, ...], place: Place) -> Iterator[tuple[Place, Node]]:
    if not pattern:
        yield place, node
        return
    for step, child in children(node):
        if pattern[0] in {"*", step}:
            yield from _matches(child, pattern[1:], (*place, step))
