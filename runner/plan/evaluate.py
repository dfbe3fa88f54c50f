"""The value of what a recipe says, for one cell."""

from collections.abc import Mapping

from runner.core.diagnostic import Diagnostic
from runner.recipe.expression import Undefined
from runner.recipe.grammar import ExpressionError
from runner.recipe.parsed import ParsedValue
from runner.recipe.scope import Scope, names_of
from runner.recipe.template import Template
from runner.source.nearest import did_you_mean
from runner.source.source import Place, Source


class Skip(Exception):
    """A step does not apply to a cell."""


class Wrong(Exception):
    """A value does not fit; the diagnostic is noted."""


class Evaluator:
    """Evaluates for one cell after the other.

    Attributes:
        problems: What was wrong so far, each once, however many cells have it.
    """

    def __init__(self, source: Source) -> None:
        self.problems: list[Diagnostic] = []
        self._source = source
        self._seen: set[tuple[Place, str]] = set()

    def value(self, value: ParsedValue, place: Place, names: Mapping[str, object]) -> object:
        """Evaluate what a recipe says at a place; a list part by part.

        Raises:
            Skip, Wrong: as ``template``.
        """
        if isinstance(value, Template):
            return self.template(value, place, names)
        if isinstance(value, tuple):
            return tuple(
                self.template(part, (*place, at), names) if isinstance(part, Template) else part
                for at, part in enumerate(value)
            )
        return value

    def template(self, template: Template, place: Place, names: Mapping[str, object]) -> object:
        """Evaluate a text with expressions.

        Raises:
            Skip: it reads the picture of a step that does not apply.
            Wrong: it has no value here; the diagnostic is noted.
        """
        if isinstance(template.pieces[0], str) and len(template.pieces) == 1:
            return template.pieces[0]
        try:
            value = template.evaluate(names)
        except ExpressionError as error:
            self._missing_column(template, place, names)
            self.problem(place, error.code, str(error), error.hint)
            raise Wrong from error
        if not isinstance(value, Undefined):
            return value
        absent = next((name[1] for name in template.names if name[0] == "steps"), None)
        if absent is not None:
            raise Skip(f"step '{absent}' is skipped")
        self._missing_column(template, place, names)
        self.problem(place, "unknown-name", f"'{value.name}' has no value here", "give it one: | default(…)")
        raise Wrong

    def problem(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Note a problem once, however many cells have it."""
        if (place, message) in self._seen:
            return
        self._seen.add((place, message))
        span = self._source.value_span(place)
        self.problems.append(self._source.diagnostic(span, code, message, hint=hint))

    def _missing_column(self, template: Template, place: Place, names: Mapping[str, object]) -> None:
        """Say which column of the table is not there, where that is what is wrong."""
        row = names.get("row")
        columns = names_of(row) if isinstance(row, Scope) else []
        for name in template.names:
            if name[0] == "row" and name[1] not in columns:
                hint = did_you_mean(name[1], columns)
                self.problem(place, "unknown-name", f"there is no column '{name[1]}'", hint)
                raise Wrong
