"""Read saved plans and runs back."""

from pathlib import Path

from runner.app.collector import without_collector
from runner.app.past import RUNS_LOOKED_AT, is_of_recipe
from runner.app.report import AS_USUAL, ReportManner, default_report, write_report
from runner.app.runs import find_run
from runner.core.errors import UsageError
from runner.plan.document import PlanDocument, read_document
from runner.plan.plan import Plan
from runner.report.since import Since, since
from runner.report.summary import RunSummary, summarize
from runner.settings import find_root
from runner.store.ledger import RunRow
from runner.store.store import Store, open_store_for_planning, store_folder


def read_plan(path: Path) -> tuple[Plan, str]:
    """Read a saved plan and its id; it is never refused, however old it is.

    Raises:
        UsageError: there is no such file, or it is no plan.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise UsageError("unreadable-file", f"cannot read '{path}': {error.strerror}") from error
    try:
        return read_document(text), PlanDocument.model_validate_json(text).plan_id
    except ValueError as error:
        raise UsageError("not-a-plan", f"'{path}': {str(error).splitlines()[0]}") from error


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
    if not (store_folder(root) / "state.db").is_file():
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
