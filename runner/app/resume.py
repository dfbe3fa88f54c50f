"""Go on with an interrupted run."""

from dataclasses import replace
from pathlib import Path

from runner.app.carry_out import Progress, RunDone, carry_out
from runner.app.runs import find_run, newest_interrupted
from runner.core.errors import UsageError
from runner.execute.doors import Policy, Run
from runner.plan.document import read_document
from runner.store.store import open_store


def resume_run(
    root: Path, run_id: str | None, policy: Policy, progress: Progress, report: Path | None = None
) -> RunDone:
    """Go on with an interrupted run: what it did is not done again.

    Args:
        root: The project root.
        run_id: Which run, or the beginning of its id; None for the newest that is not finished.
        policy: As for a new run.
        progress: As for a new run.
        report: Where the report is written; None for ``reports/NAME`` in the project.

    Raises:
        UsageError: there is no such run, or nothing to resume.
        Refused: another process carries it out.
    """
    with open_store(root) as store:
        found = find_run(store, run_id) if run_id is not None else newest_interrupted(store)
        started = store.ledger.started(found)
    if started is None:
        raise UsageError("no-such-run", f"run '{found}' never began")
    plan = replace(read_document(started.plan), root=str(root))
    run = Run(run_id=found, document=started.plan, recipe_text=started.recipe_text)
    return carry_out(plan, run, policy, progress, report)
