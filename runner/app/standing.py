"""What a run writes beside its outputs, and whether it stands there already: the lock file and the report."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import cast

import orjson

from runner.core.digest import ActionKey, Digest, Json
from runner.plan.plan import Plan

_OF_NOW = {"plan_id", "created_at", "totals", "steps", "against"}
"""Members of a plan's document that say what is to be done now, and what it costs now."""

_ACTION_OF_NOW = {"decision", "reason", "payable"}
_AT_ONCE = 1000


def made_from(document: Mapping[str, Json], plan: Plan, results: Mapping[ActionKey, Digest]) -> Digest:
    """Digest what a lock file and a report are made from: the plan but for what is left to do, and all results.

    Both are the same for a run that finds all of it done; the report of the run that did it says more.
    """
    digest = sha256(version("edit-runner").encode())
    for part in _parts(document):
        digest.update(orjson.dumps(part))
    digest.update(orjson.dumps([results.get(action.key) for action in plan.actions]))
    return Digest(digest.hexdigest())


def default_report(root: Path, plan: Plan) -> Path:
    """Where a recipe's report stands."""
    return root / (plan.report_dir or f"reports/{plan.recipe.name}")


def report_files(folder: Path) -> tuple[Path, ...]:
    """Name what a report consists of; of the thumbnails' folder it counts which names it holds."""
    return tuple(folder / name for name in ("index.html", "run.json", "junit.xml", "thumbs"))


def _parts(document: Mapping[str, Json]) -> Iterator[Json]:
    for name, value in document.items():
        if name == "actions":
            actions = cast("Sequence[Mapping[str, Json]]", value)
            for start in range(0, len(actions), _AT_ONCE):
                yield list(map(_lasting, actions[start : start + _AT_ONCE]))
        elif name not in _OF_NOW:
            yield [name, value]


def _lasting(action: Mapping[str, Json]) -> Json:
    return {name: value for name, value in action.items() if name not in _ACTION_OF_NOW}
