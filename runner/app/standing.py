"""What a run writes beside its outputs, and whether it stands there already: the lock file and the report."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import orjson

from runner.app.lock_file import LockUpdate
from runner.core.digest import ActionKey, Digest, digest_json
from runner.execute.outputs import paths_read
from runner.plan.plan import EMPTY_QUOTE, Plan

_AT_ONCE = 1000

T = TypeVar("T")


def made_from(plan: Plan, results: Mapping[ActionKey, Digest]) -> Digest:
    """Digest what a lock file and a report are made from: the plan but for what is left to do, and all results.

    Both are the same for a run that finds all of it done; the report of the run that did it says more.
    """
    digest = sha256(version("edit-runner").encode())
    for part in _parts(plan, results):
        digest.update(orjson.dumps(part, default=str))
    return Digest(digest.hexdigest())


def lock_made_from(source: Digest, update: LockUpdate) -> Digest:
    """Digest what a lock file is made from: a plan and its results, and how much of the recipe they stand for."""
    return digest_json("lock/1", [source, str(update.scope), str(update.pins)])


def default_report(root: Path, plan: Plan) -> Path:
    """Where a recipe's report stands."""
    return root / (plan.report_dir or f"reports/{plan.recipe.name}")


def report_files(folder: Path) -> tuple[Path, ...]:
    """Name what a report consists of; of the thumbnails' folder it counts which names it holds."""
    return tuple(folder / name for name in ("index.html", "run.json", "junit.xml", "thumbs"))


def _parts(plan: Plan, results: Mapping[ActionKey, Digest]) -> Iterator[object]:
    """Give all that a plan is made of, piece by piece; what an action does is in its key, but for the files' names."""
    lists = (plan.cells, plan.outputs, plan.checks, plan.masks, sorted(paths_read(plan)), plan.diagnostics)
    yield replace(plan, cells=(), outputs=(), checks=(), masks=(), diagnostics=(), actions=(), quote=EMPTY_QUOTE)
    yield plan.quote.budget
    for actions in _some(plan.actions):
        yield [(action.key, action.step, action.cells, results.get(action.key)) for action in actions]
    for members in lists:
        yield from _some(members)


def _some(members: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(members), _AT_ONCE):
        yield members[start : start + _AT_ONCE]
