"""What identifies a plan: the digest of all that it says, whoever made it and when."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, TypeAlias

import orjson

from runner.core.diagnostic import Diagnostic, flat
from runner.core.digest import Json, digest_json
from runner.core.money import Difference, Money
from runner.plan.plan import Plan

_NOT_IDENTIFIED = frozenset({"plan_id", "created_at", "against"})
_AT_ONCE = 1000
_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS

Members: TypeAlias = dict[str, object]


def plan_members(plan: Plan, *, plan_id: str = "", created_at: str = "") -> Members:
    """Give the members of a plan's document, in its order; what is in them is of the plan's own types."""
    return {
        "format": "runner-plan/1",
        "plan_id": plan_id,
        "created_at": created_at,
        "recipe": plan.recipe,
        "root": plan.root,
        "provider": plan.provider,
        "currency": "USD",
        "totals": plan.quote.totals,
        "budget": plan.quote.budget,
        "steps": plan.quote.steps,
        "actions": plan.actions,
        "cells": plan.cells,
        "masks": plan.masks,
        "outputs": plan.outputs,
        "checks": plan.checks,
        "gate": plan.gate,
        "report_dir": plan.report_dir,
        "select": plan.select,
        "cards": plan.cards,
        "report_title": plan.report_title,
        "report_checks": plan.report_checks,
        "diagnostics": plan.diagnostics,
    }


def plan_id(plan: Plan) -> str:
    """Identify a plan: the digest of its document without the id, the time and ``against``.

    The document is written and digested in pieces: that of a large batch is several times the plan's own size.
    """
    members = plan_members(plan)
    digest = hashlib.sha256(b'["plan/1",{')
    for at, name in enumerate(sorted(members.keys() - _NOT_IDENTIFIED)):
        digest.update(b'%b"%b":' % (b"," if at else b"", name.encode()))
        _write(members[name], digest.update)
    digest.update(b"}]")
    return f"sha256:{digest.hexdigest()}"


def document_id(written: Mapping[str, Json]) -> str:
    """Digest what a document plans: what stands in ``plan_id`` of one that nobody changed."""
    identified = {key: value for key, value in written.items() if key not in _NOT_IDENTIFIED}
    return f"sha256:{digest_json('plan/1', identified)}"


def as_json(value: Any) -> object:
    """Give a value of a plan as JSON has it, one level deep: members by their names in the document.

    Raises:
        TypeError: it is of no type that a plan has.
    """
    return _writer_of(type(value))(value)  # type: ignore[arg-type] # a class can be hashed


@cache
def _writer_of(kind: type) -> Callable[[object], object]:
    """Give what writes values of a type; looked up once for a type, because a large plan has millions of values."""
    if kind in _WRITERS:
        return _WRITERS[kind]
    if not is_dataclass(kind):
        raise TypeError(f"no part of a plan: {kind}")
    names = tuple(_alias(field.type) or field.name for field in fields(kind))
    only, *others = [field.name for field in fields(kind)]
    if not others:
        return lambda value: {names[0]: getattr(value, only)}
    members = attrgetter(only, *others)
    return lambda value: dict(zip(names, members(value), strict=True))


_WRITERS: Mapping[type, Callable[[Any], object]] = {
    Money: lru_cache(maxsize=1024)(str),
    Difference: str,
    Diagnostic: flat,
}


def _alias(annotation: object) -> str | None:
    """The name that an ``Annotated[…, Field(alias=…)]`` gives a member."""
    notes = getattr(annotation, "__metadata__", ())
    return next((note.alias for note in notes if getattr(note, "alias", None)), None)


def _write(value: object, write: Callable[[bytes], None]) -> None:
    """Write a member in canonical form, a long list in pieces."""
    if not isinstance(value, tuple):
        write(_canonical(value))
        return
    write(b"[")
    for start in range(0, len(value), _AT_ONCE):
        write(b"," if start else b"")
        write(_canonical(value[start : start + _AT_ONCE])[1:-1])
    write(b"]")


def _canonical(value: object) -> bytes:
    return orjson.dumps(value, default=as_json, option=_CANONICAL)
