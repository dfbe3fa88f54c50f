"""Where in a recipe a parameter of a step stands."""

from dataclasses import dataclass

from runner.source.load import read_source
from runner.source.source import MappingNode, Place, ScalarNode, SequenceNode, Source


@dataclass(frozen=True, slots=True)
class RecipeText:
    """A recipe as it was read, and its path from the project's root."""

    path: str
    text: str

    def place_of(self, step: str, parameter: str) -> str:
        """Name a place, such as ``recipes/autumn.yaml:8:19``; that of the step where it does not name the parameter.

        Returns:
            Nothing where the recipe has no such step.
        """
        source = read_source(self.text, self.path)
        place = _step(source, step) if isinstance(source, Source) else None
        if not isinstance(source, Source) or place is None:
            return ""
        given = (*place, "with", parameter)
        span = source.value_span(place if source.node(given) is None else given)
        return f"{self.path}:{span.line}:{span.column}"


def _step(source: Source, step: str) -> Place | None:
    steps = source.node(("steps",))
    for at, item in enumerate(steps.items if isinstance(steps, SequenceNode) else ()):
        step_id = item.entries["id"].node if isinstance(item, MappingNode) and "id" in item.entries else None
        if isinstance(step_id, ScalarNode) and step_id.value == step:
            return ("steps", at)
    return None
