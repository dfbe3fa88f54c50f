"""Events from the JSON that they are kept as: a run of ten thousand cells has a hundred thousand of them."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache, lru_cache
from typing import Annotated, Any, get_args

import orjson
from pydantic import Field, TypeAdapter

from runner.core.artifact import Artifact
from runner.core.event import Event, Phases
from runner.core.money import Money, parse_money


@lru_cache(maxsize=1000)
def _money(text: str) -> Money:
    return parse_money(text)


_Part = Callable[[Any], object]

# What is more than JSON has words for, by the names of fields: they mean the same in all events.
_PARTS: Mapping[str, _Part] = {
    "artifact": lambda value: Artifact(**value),
    "raw": lambda value: value and Artifact(**value),
    "phases": lambda value: value and Phases(**value),
    "charged": _money,
    "reserved": _money,
    "notes": tuple,
}


def _kind(event: type[Event]) -> tuple[str, tuple[Callable[..., Event], tuple[tuple[str, _Part], ...]]]:
    known = {field.name: field for field in fields(event)}
    return str(known["event"].default), (event, tuple((name, _PARTS[name]) for name in known if name in _PARTS))


_KINDS = dict(map(_kind, get_args(Event)))
"""The events by their names, and which of their fields are parts."""


def read_event(body: str) -> Event:
    """Read an event as `event_adapter` writes it.

    Raises:
        ValidationError: it is none that is known here, or something of it is missing.
    """
    try:
        told = orjson.loads(body)
        event, parts = _KINDS[told["event"]]
        for name, read in parts:
            if name in told:
                told[name] = read(told[name])
        return event(**told)
    except (KeyError, TypeError, ValueError):
        # Of another version: what it says beyond what is known here does no harm, what it lacks has to be told.
        return event_adapter().validate_json(body)


@cache
def event_adapter() -> TypeAdapter[Event]:
    """Give what writes events, and checks in full what is read."""
    return TypeAdapter(Annotated[Event, Field(discriminator="event")])
