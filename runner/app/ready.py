"""Plan a recipe so that all that the plan counts on is at hand: what the cache remote has is taken first."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from runner.app.plan import Planned, PlanRequest, make_plan
from runner.app.project import Problems
from runner.app.shared import SharedResults
from runner.app.transfer import Meter, damage_note, fetch
from runner.core.diagnostic import has_errors
from runner.core.digest import ActionKey
from runner.core.errors import StoreError
from runner.plan.plan import Plan
from runner.settings import Settings
from runner.store.remote import Spoiled, open_remote
from runner.store.store import open_store

Tell = Callable[[str], None]


def make_ready_plan(request: PlanRequest, tell: Tell, meter: Meter) -> Planned | Problems:
    """Plan a recipe, and take what the plan reuses out of the cache remote; what cannot be taken is planned anew.

    So what a plan says of money holds: nothing that it calls done turns out to be missing after somebody agreed.

    Raises:
        UsageError, StoreError: as ``make_plan``.
    """
    lost: dict[ActionKey, str] = {}
    told: set[str] = set()
    while True:
        planned = make_plan(request, lost=lost.keys())
        if isinstance(planned, Problems) or has_errors(planned.plan.diagnostics):
            return planned
        for note in planned.shared.notes:
            if note not in told:
                tell(f"warning: {note}")
        told |= set(planned.shared.notes)
        new = _take(planned.shared.keys, planned.project.settings, planned.project.root, meter)
        if not new:
            return planned
        tell(f"warning: {damage_note(new, str(planned.project.settings.cache.remote))}")
        lost |= new


def take_for(plan: Plan, settings: Settings, root: Path, tell: Tell, meter: Meter) -> None:
    """Take what the cache remote has of the work of a plan that is gone on with.

    Raises:
        StoreError: the store cannot be written.
    """
    with open_store(root) as store:
        shared = SharedResults(settings.cache.remote).of_plan(plan, store)
    for note in shared.notes:
        tell(f"warning: {note}")
    lost = _take(shared.keys, settings, root, meter)
    if lost:
        tell(f"warning: {damage_note(lost, str(settings.cache.remote))}")


def _take(keys: Collection[ActionKey], settings: Settings, root: Path, meter: Meter) -> Mapping[ActionKey, str]:
    """Take results into the store; gives those that could not be taken, and why."""
    address = settings.cache.remote
    if not keys or address is None:
        return {}
    left = dict.fromkeys(sorted(keys), "")
    with open_store(root) as store, meter("fetching", len(keys)) as step:
        try:
            for key, came in fetch(sorted(keys), open_remote(address), store):
                if isinstance(came, Spoiled):
                    left[key] = came.reason
                else:
                    del left[key]
                    step(came.size_bytes)
        except StoreError as error:
            if not error.code.startswith("remote-"):
                raise
            return {key: reason or error.message for key, reason in left.items()}
    return left
