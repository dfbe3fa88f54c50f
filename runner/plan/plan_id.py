"""What identifies a plan: the digest of all that it says, whoever made it and when."""

import hashlib
from collections.abc import Callable, Mapping
from typing import TypeAlias

import orjson

from runner.core.digest import Json, digest_json
from runner.plan.plan import Plan
from runner.plan.writers import as_json

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


def _write(value: object, write: Callable[[bytes | memoryview], None]) -> None:
    """Write a member in canonical form, a long list in pieces."""
    if not isinstance(value, tuple):
        write(_canonical(value))
        return
    write(b"[")
    for start in range(0, len(value), _AT_ONCE):
        write(b"," if start else b"")
        write(memoryview(_canonical(value[start : start + _AT_ONCE]))[1:-1])
    write(b"]")


def _canonical(value: object) -> bytes:
    return orjson.dumps(value, default=as_json, option=_CANONICAL)
