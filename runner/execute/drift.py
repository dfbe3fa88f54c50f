"""Where a result is not the one that the recipe's lock file holds."""

from collections.abc import Sequence

from runner.catalog.lock_lines import LockedAction
from runner.core.artifact import Result
from runner.core.event import ResultDrifted
from runner.plan.locking import drifted_from
from runner.plan.plan import Action
from runner.store.results import Known


def drift_of(action: Action, known: Known, locked: Sequence[LockedAction], at: str) -> list[ResultDrifted]:
    """Compare a result with what is locked of its action; nothing where it is the same, or not locked."""
    before = drifted_from(locked, result_of(known))
    if before is None:
        return []
    drifted = ResultDrifted(
        at=at,
        key=action.key,
        digest=known.artifact.digest,
        locked_digest=before.result,
        revision=known.reported,
        locked_revision=before.reported,
    )
    return [drifted]


def result_of(known: Known) -> Result:
    """What a lock file keeps of a result."""
    return Result(known.artifact.digest, known.reported)
