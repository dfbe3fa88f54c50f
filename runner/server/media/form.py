"""The wire forms of a model's card: the ways in which an input may be written."""

from collections.abc import Mapping, Sequence

from runner.catalog.card import ModelCard, WireForm
from runner.core.digest import Json


def choose_form(card: ModelCard, given: Mapping[str, Json]) -> WireForm:
    """Choose the form that has most of the fields; the first of equals."""
    return max(card.wire, key=lambda form: len(given.keys() & set(form_fields(form))))


def form_fields(form: WireForm) -> list[str]:
    """List the names of a form's fields."""
    archive = form.archive
    packed = [] if archive is None else [archive.field, *(member.field for member in archive.members.values())]
    return packed + [name for names in form.fields.values() for name in field_names(names)]


def field_names(names: str | Sequence[str]) -> tuple[str, ...]:
    """List the fields of one parameter: one, or three for a color that is sent in channels."""
    return (names,) if isinstance(names, str) else tuple(names)
