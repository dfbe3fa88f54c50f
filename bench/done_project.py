"""A project of one batch whose work is done: as a run leaves it, without the hours that it takes."""

import sqlite3
from functools import partial
from pathlib import Path

from bench.batch_project import png, write_project
from runner.app.lock_file import LockUpdate, write_results
from runner.app.plan import Planned, PlanRequest, make_plan
from runner.app.project import Problems
from runner.app.standing import default_report, lock_made_from, made_from, report_files
from runner.core.artifact import Artifact
from runner.core.digest import ActionKey, digest_bytes
from runner.core.event import ActionStarted, ActionSucceeded, RunStarted
from runner.execute.encoding import encoding_key, saving_of
from runner.plan.locking import Scope
from runner.plan.plan import Plan
from runner.store.results import Known, write_result
from runner.store.store import Store, open_store

_SIDES_PX = {"cut": 6, "small": 4}
RUN_ID = "20260101T000000-bench1"
_MADE_AT = "2026-11-21T00:00:00.000Z"


def write_done_project(root: Path, photos: int) -> Path:
    """Write a project with all results, blobs and outputs of its recipe, its lock file, and a report without content.

    Returns:
        The recipe's path.
    """
    recipe = write_project(root, photos, paid=False)
    planned = make_plan(PlanRequest(recipe=recipe))
    if isinstance(planned, Problems):
        raise TypeError(planned)
    with open_store(root) as store:
        artifacts = _make_results(planned.plan, store)
        _make_outputs(planned.plan, artifacts, store)
        _write_beside(planned, artifacts, store)
    return recipe


def _make_results(plan: Plan, store: Store) -> dict[ActionKey, Artifact]:
    """Keep a result for each action; nobody waits for the disk, which a run does for each."""
    numbers = {cell.id: number for number, cell in enumerate(plan.cells)}
    artifacts: dict[ActionKey, Artifact] = {}
    for action in plan.actions:
        side_px = _SIDES_PX[action.step]
        content = png(numbers[action.cells[0]], side_px)
        artifacts[action.key] = Artifact(
            digest=digest_bytes(content),
            media_type="image/png",
            size_bytes=len(content),
            width_px=side_px,
            height_px=side_px,
        )
        _put(store.blobs.path(artifacts[action.key].digest), content)
    rows = {key: Known(artifact=each, duration_ms=1, made_at=_MADE_AT) for key, each in artifacts.items()}

    def change(connection: sqlite3.Connection) -> None:
        for key, known in rows.items():
            write_result(connection, key, known)

    store.state.write(change)
    return artifacts


def _make_outputs(plan: Plan, artifacts: dict[ActionKey, Artifact], store: Store) -> None:
    actions = {action.key: action for action in plan.actions}
    encodings: list[tuple[str, str]] = []
    for output in plan.outputs:
        artifact = artifacts[output.key]
        encodings.append((encoding_key(output, artifact, saving_of(output, actions)), artifact.digest))
        _put(Path(plan.root) / output.path, store.blobs.path(artifact.digest).read_bytes())
    store.state.write(lambda connection: connection.executemany("INSERT INTO encodings VALUES (?, ?)", encodings))


def _write_beside(planned: Planned, artifacts: dict[ActionKey, Artifact], store: Store) -> None:
    """Write what a run writes at its end; of a report, a run that finds all done only looks whether it was touched."""
    plan, scope = planned.plan, Scope(is_selection=False, is_one_of_providers=False)
    source = made_from(plan, {key: artifact.digest for key, artifact in artifacts.items()})
    update = LockUpdate(path=planned.lock_path, scope=scope, pins=())
    write_results(update, plan, planned.project.catalog.cards, store)
    files = report_files(default_report(Path(plan.root), plan))
    for path in files:
        if path.suffix:
            _put(path, b"")
        else:
            path.mkdir(parents=True)
    store.products.note(files, source)
    store.products.note([update.path], lock_made_from(source, update))


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def leave_unfinished(recipe: Path) -> None:
    """Record a run of a done project as one leaves it that was killed after its last action."""
    planned = make_plan(PlanRequest(recipe=recipe))
    if isinstance(planned, Problems):
        raise TypeError(planned)
    plan, at = planned.plan, _MADE_AT
    start = RunStarted(at=at, run_id=RUN_ID, plan=planned.document, recipe_text=recipe.read_text(encoding="utf-8"))
    with open_store(Path(plan.root)) as store:
        known = store.lookup([action.key for action in plan.actions])
        store.ledger.append(RUN_ID, [start])
        events = [
            event
            for action in plan.actions
            for event in (
                ActionStarted(at=at, key=action.key, attempt=1),
                ActionSucceeded(at=at, key=action.key, artifact=known[action.key].artifact, duration_ms=1, attempts=1),
            )
        ]
        calls = [partial(store.ledger.append, RUN_ID, [event]) for event in events]  # a row each, as in a run
        store.state.together(calls)
