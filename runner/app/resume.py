"""Go on with an interrupted run."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from runner.app.carry_out import Assignment, Progress, RunDone, carry_out
from runner.app.connect import due_providers, make_connections
from runner.app.lock_file import LockUpdate, lock_path, read_lock_file
from runner.app.manner import Manner, policy_of
from runner.app.project import Problems, open_project
from runner.app.ready import Tell, take_for
from runner.app.runs import find_run, newest_unfinished
from runner.app.transfer import Meter
from runner.catalog.lock import EMPTY_LOCK
from runner.core.errors import UsageError
from runner.core.event import RunStarted
from runner.execute.doors import Run
from runner.plan.document import read_document
from runner.plan.locking import Scope
from runner.plan.plan import Plan
from runner.settings import ask_keyring
from runner.store.store import open_store


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRequest:
    """Which run to go on with.

    Attributes:
        root: The project root.
        run_id: Its id, or the beginning of it; None for the newest of which something is left.
        tell: Told what a person should know of the cache remote.
        meter: Shows how results come from there and go there.
        report: Where the report is written; None for ``reports/NAME`` in the project.
    """

    root: Path
    run_id: str | None
    manner: Manner
    progress: Progress
    tell: Tell
    meter: Meter
    report: Path | None = None


def resume_run(request: ResumeRequest) -> RunDone | Problems:
    """Go on with an interrupted run: what it did is not done again, and what it bought is collected.

    Returns:
        How the run ended, or what is wrong with the project's files.

    Raises:
        UsageError: there is no such run, or nothing to resume.
        Refused: another process carries it out, a key is missing, or a provider cannot be bought from.
    """
    root = request.root
    with open_store(root) as store:
        found = find_run(store, request.run_id) if request.run_id is not None else newest_unfinished(store)
        started = store.ledger.started(found)
    if started is None:
        raise UsageError("no-such-run", f"run '{found}' never began")
    project = open_project(root)
    if isinstance(project, Problems):
        return project
    plan = replace(read_document(started.plan), root=str(root))
    path = lock_path(root / plan.recipe.path)
    lock = read_lock_file(path)
    if isinstance(lock, Problems):
        return lock
    due = due_providers(plan)
    connections = make_connections(due, project.settings, os.environ, ask_keyring, request.manner.callbacks)
    take_for(plan, project.settings, root, request.tell, request.meter)
    return carry_out(
        Assignment(
            plan=plan,
            run=replace(_same_run(found, started), locked=(lock or EMPTY_LOCK).actions),
            policy=policy_of(request.manner, due, project.settings),
            cards=project.catalog.cards,
            connections=connections,
            callbacks=request.manner.callbacks,
            progress=request.progress,
            report=request.report,
            remote=project.settings.cache.remote,
            meter=request.meter,
            lock=LockUpdate(path=path, scope=_scope(plan), pins=None),
        )
    )


def _scope(plan: Plan) -> Scope:
    """What the run stands for in the lock file; how its provider was chosen is not known any more."""
    return Scope(is_selection=bool(plan.select), is_one_of_providers=True)


def _same_run(run_id: str, started: RunStarted) -> Run:
    return Run(run_id=run_id, document=started.plan, recipe_text=started.recipe_text)
