"""Plan a recipe so that all that the plan counts on is at hand: what the cache remote has is taken first."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
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
    gone: set[ActionKey] = set()
    told: set[str] = set()
    while True:
        planned = make_plan(request, lost=gone)
        if isinstance(planned, Problems) or has_errors(planned.plan.diagnostics):
            return planned
        for note in planned.shared.notes:
            if note not in told:
                tell(f"warning: {note}")
        told |= set(planned.shared.notes)
        lost = _take(planned.shared.keys, planned.project.settings, planned.project.root, meter)
        if not lost.keys:
            return planned
        tell(f"warning: {lost.note}")
        gone |= lost.keys


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
    if lost.keys:
        tell(f"warning: {lost.note}")


@dataclass(frozen=True, slots=True)
class _Lost:
    """What could not be taken, and why."""

    keys: frozenset[ActionKey] = frozenset()
    note: str = ""


def _take(keys: Collection[ActionKey], settings: Settings, root: Path, meter: Meter) -> _Lost:
    """Take results into the store."""
    address = settings.cache.remote
    if not keys or address is None:
        return _Lost()
    left, spoiled = set(keys), dict[ActionKey, str]()
    with open_store(root) as store, meter("fetching", len(keys)) as step:
        try:
            for key, came in fetch(sorted(keys), open_remote(address), store):
                if isinstance(came, Spoiled):
                    spoiled[key] = came.reason
                else:
                    left.discard(key)
                    step(came.size_bytes)
        except StoreError as error:
            if not error.code.startswith("remote-"):
                raise
            return _Lost(frozenset(left), f"{len(left)} results stay in the cache remote: {error.message}")
    return _Lost(frozenset(left), damage_note(spoiled, address) if spoiled else "")
