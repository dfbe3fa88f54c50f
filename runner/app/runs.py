"""Which run is meant: by its id or the beginning of it, or the newest that something is left of."""

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


def newest_unfinished(store: Store) -> str:
    """Find the newest run of which something is left: interrupted, in doubt, or bought and not collected.

    The newest of all is that also where it failed: what failed may succeed now.

    Raises:
        UsageError: there is none.
    """
    bought = {purchase.purse.run_id for purchase in store.purchases.open() if purchase.progress}
    for place, row in enumerate(store.ledger.runs()):
        is_left = row.state == "interrupted" or row.exit_code == ExitCode.IN_DOUBT or row.run_id in bought
        if is_left or (place == 0 and row.exit_code == ExitCode.FAILED):
            return row.run_id
    raise UsageError("nothing-to-resume", "of no run is anything left to do", hint="runner runs lists them")
