"""Read saved plans and runs back."""

from pathlib import Path

from runner.app.collector import without_collector
from runner.app.fresh import refuse_edited, refuse_stale, refuse_used, root_of
from runner.app.past import RUNS_LOOKED_AT, is_of_recipe
from runner.app.plan_file import SavedPlan
from runner.app.project import Problems
from runner.app.report import AS_USUAL, ReportManner, write_report
from runner.app.runs import find_run
from runner.app.standing import default_report
from runner.core.errors import RunnerError, UsageError
from runner.report.since import Since, since
from runner.report.summary import RunSummary, summarize
from runner.settings import find_root
from runner.store.ledger import RunRow
from runner.store.place import state_file
from runner.store.store import Store, open_store_for_planning


def state_of_plan(saved: SavedPlan, place: Path) -> str:
    """Say whether a saved plan may be applied to the project around a place, and if not, why.

    Nothing is downloaded for that.
    """
    try:
        refuse_edited(saved)
        root = root_of(saved, place)
        refuse_used(saved, root)
        now = refuse_stale(saved, root, offline=True)
    except RunnerError as error:
        return error.message
    if isinstance(now, Problems):
        return f"may be applied as far as can be seen from here: {now.diagnostics[0].message}"
    return "may be applied"


def read_run(place: Path, run_id: str | None) -> RunSummary:
    """Fold the events of a run; of the newest where none is named.

    Raises:
        UsageError: there is no such run.
    """
    with _open(place) as store:
        return summarize(store.ledger.events(_find(store, run_id)))


def list_runs(place: Path) -> list[tuple[RunRow, RunSummary]]:
    """Every run of a project with its summary, the newest first."""
    with _open(place) as store:
        return [(row, summarize(store.ledger.events(row.run_id))) for row in store.ledger.runs()]


def read_with_earlier(place: Path, run_id: str | None) -> tuple[RunSummary, Since | None]:
    """Fold the events of a run, and say what is different from the run of the same recipe before it.

    Raises:
        UsageError: there is no such run.
    """
    with _open(place) as store:
        summary = summarize(store.ledger.events(_find(store, run_id)))
        earlier = _run_before(store, summary)
        return summary, None if earlier is None else since(summarize(store.ledger.events(earlier)), summary)


def report_run(place: Path, run_id: str | None, folder: Path | None, manner: ReportManner = AS_USUAL) -> Path:
    """Write the report of a run again.

    Returns:
        The page.

    Raises:
        UsageError: there is no such run, or it cannot be written in this manner.
        StoreError: the report cannot be written.
    """
    root = find_root(place)
    with _open(place) as store, without_collector():
        summary = summarize(store.ledger.events(_find(store, run_id)))
        return write_report(summary, store, root, folder or default_report(root, summary.plan), manner)


def _open(place: Path) -> Store:
    root = find_root(place)
    if not state_file(root).is_file():
        hint = "run a recipe first, or go to its project"
        raise UsageError("no-runs", f"nothing was run in '{root}'", hint=hint)
    return open_store_for_planning(root)


def _run_before(store: Store, summary: RunSummary) -> str | None:
    """Find the latest run of the same recipe that began before this one."""
    rows = [row for row in store.ledger.runs() if (row.started_at, row.run_id) < (summary.started_at, summary.run_id)]
    for row in rows[:RUNS_LOOKED_AT]:
        started = store.ledger.started(row.run_id)
        if started is not None and is_of_recipe(started.plan, summary.plan.recipe):
            return row.run_id
    return None


def _find(store: Store, run_id: str | None) -> str:
    if run_id is not None:
        return find_run(store, run_id)
    runs = store.ledger.runs()
    if not runs:
        raise UsageError("no-runs", "nothing was run here", hint="runner run RECIPE")
    return runs[0].run_id
