"""The JSON Schemas of every file and document."""

import json
from collections.abc import Callable
from pathlib import Path
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


def write_schema(name: str, path: Path) -> bool:
    """Write a schema into a file where that is not what it holds.

    Returns:
        Whether it was written.

    Raises:
        UsageError: there is none of this name, or the file cannot be written.
    """
    text = f"{json.dumps(find_schema(name), indent=2, ensure_ascii=False)}\n"
    try:
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError("not-writable", f"cannot write '{path}': {error.strerror}") from error
    return True
