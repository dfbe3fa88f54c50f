"""Which run is meant: by its id or the beginning of it, or the newest that was interrupted."""

from runner.core.errors import ExitCode, UsageError
from runner.store.store import Store


def find_run(store: Store, text: str) -> str:
    """Find a run by its id or the beginning of it.

    Raises:
        UsageError: there is none, or several begin so.
    """
    found = [row.run_id for row in store.ledger.runs() if row.run_id.startswith(text)]
    if text in found or len(found) == 1:
        return text if text in found else found[0]
    if not found:
        raise UsageError("no-such-run", f"there is no run '{text}'", hint="runner runs lists them")
    raise UsageError("several-runs", f"{len(found)} runs begin with '{text}'", hint=f"such as {found[0]}, {found[1]}")


def newest_interrupted(store: Store) -> str:
    """Find the newest run that was interrupted or left something in doubt.

    Raises:
        UsageError: there is none.
    """
    for row in store.ledger.runs():
        if row.state == "interrupted" or row.exit_code == ExitCode.IN_DOUBT:
            return row.run_id
    raise UsageError("nothing-to-resume", "no run was interrupted", hint="runner runs lists them")
