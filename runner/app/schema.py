"""The JSON Schemas of every file and document."""

from collections.abc import Callable
from typing import Any

from runner.catalog.card import card_schema
from runner.core.errors import UsageError
from runner.plan.document import plan_schema
from runner.recipe.model import recipe_schema
from runner.report.document import run_schema
from runner.settings import settings_schema
from runner.source.nearest import did_you_mean

SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "config": settings_schema,
    "model-card": card_schema,
    "plan": plan_schema,
    "recipe": recipe_schema,
    "run": run_schema,
}


def find_schema(name: str) -> dict[str, Any]:
    """Make a schema by its name.

    Raises:
        UsageError: there is none of this name.
    """
    if name not in SCHEMAS:
        raise UsageError("unknown-schema", f"there is no schema '{name}'", hint=did_you_mean(name, SCHEMAS))
    return SCHEMAS[name]()
