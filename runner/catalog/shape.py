"""What pydantic found wrong with a document, in the words of diagnostics."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.source.nearest import did_you_mean
from runner.source.source import Place

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "string_too_short": "a text that is not empty",
    "too_short": "at least one entry",
    "finite_number": "a finite number",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """One place of a document that does not fit its shape; ``at_key`` where the key itself is wrong."""

    place: Place
    code: str
    message: str
    hint: str = ""
    at_key: bool = False


def misfits(error: "ValidationError", model: "type[BaseModel]") -> list[Misfit]:
    """Say each thing that is wrong, one per place.

    Args:
        error: What validating a document gave.
        model: The type of the whole document, for the names of keys that exist.
    """
    found: dict[Place, Misfit] = {}
    details = error.errors(include_url=False)
    for detail in details:
        if detail["type"] == "too_short" and any(_is_inside(other["loc"], detail["loc"]) for other in details):
            continue  # entries with mistakes are not counted, but they are there
        misfit = _misfit(detail, model)
        found.setdefault(misfit.place, misfit)
    return [misfit for misfit in found.values() if not _is_mistyped(misfit, found.values())]


def _misfit(detail: "ErrorDetails", model: "type[BaseModel]") -> Misfit:
    place: Place = tuple(detail["loc"])
    name = str(place[-1]) if place else "the document"
    match detail["type"]:
        case "extra_forbidden":
            hint = did_you_mean(name, _keys_at(model, place[:-1]))
            return Misfit(place=place, code="unknown-key", message=f"unknown key '{name}'", hint=hint, at_key=True)
        case "literal_error":
            choices = str(detail["ctx"]["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
            hint = did_you_mean(str(detail["input"]), choices)
            return Misfit(
                place=place, code="bad-value", message=f"{_called(place)} cannot be '{detail['input']}'", hint=hint
            )
        case "missing":
            return Misfit(place=place, code="missing-key", message=f"'{name}' is missing", at_key=True)
        case _:
            return Misfit(place=place, code="bad-value", message=f"{_called(place)} must be {_expected(detail)}")


def _is_inside(place: Place, around: Place) -> bool:
    return len(place) > len(around) and place[: len(around)] == around


def _expected(detail: "ErrorDetails") -> str:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "value_error":
            return str(context["error"])
        case "greater_than_equal":
            return f"{context['ge']} or more"
        case "greater_than":
            return f"more than {context['gt']}"
        case "less_than_equal":
            return f"{context['le']} or less"
        case kind:
            return _EXPECTED.get(kind, detail["msg"])


def _called(place: Place) -> str:
    if not place:
        return "the document"
    if isinstance(place[-1], int):
        return f"entry {place[-1] + 1} of '{place[-2]}'" if len(place) > 1 else f"entry {place[-1] + 1}"
    return f"'{place[-1]}'"


def _keys_at(model: "type[BaseModel]", place: Place) -> list[str]:
    """The keys that the mapping at a place may have; none where the place holds no section."""
    section = _section_at(model, place)
    return [field.alias or name for name, field in section.model_fields.items()] if section is not None else []


def _section_at(model: "type[BaseModel]", place: Place) -> "type[BaseModel] | None":
    section: type[BaseModel] | None = model
    for step in place:
        if section is None:
            return None
        if isinstance(step, int) or step not in section.model_fields:
            continue
        section = _section_in(section.model_fields[step].annotation)
    return section


def _section_in(annotation: object) -> "type[BaseModel] | None":
    """The section that a field's type holds, alone or in a list or mapping."""
    from typing import get_args

    from pydantic import BaseModel

    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _section_in(part)) is not None), None)


def _is_mistyped(missing: Misfit, others: Iterable[Misfit]) -> bool:
    """Whether a missing key is there under a wrong spelling, which is reported already."""
    if missing.code != "missing-key":
        return False
    hint = f"did you mean '{missing.place[-1]}'?"
    return any(other.place[:-1] == missing.place[:-1] and other.hint == hint for other in others)
