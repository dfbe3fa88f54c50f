"""Results that are not those of the recipe's lock file, in a sentence."""

from collections.abc import Iterable, Mapping

from runner.core.digest import ActionKey
from runner.core.event import Event, ResultDrifted
from runner.report.ending import ActionSummary

MOST_NAMED = 5


def fold_drifts(journal: Iterable[Event]) -> tuple[ResultDrifted, ...]:
    """Collect the results that drifted, each once: a run that was gone on with tells them again."""
    return tuple({event.key: event for event in journal if isinstance(event, ResultDrifted)}.values())


def drift_text(drifts: tuple[ResultDrifted, ...], actions: Mapping[ActionKey, ActionSummary]) -> str:
    """Say how many results are not those that were locked, and which; empty where there is none."""
    if not drifts:
        return ""
    named = [_name(drift, actions) for drift in drifts[:MOST_NAMED]]
    left_out = len(drifts) - len(named)
    more = [f"and {left_out} more"] if left_out else []
    verb = "result is not the one" if len(drifts) == 1 else "results are not those"
    return f"{len(drifts)} {verb} in the lock file: {', '.join([*named, *more])}"


def _name(drift: ResultDrifted, actions: Mapping[ActionKey, ActionSummary]) -> str:
    summary = actions.get(drift.key)
    name = drift.key[:12] if summary is None else f"{summary.action.step} of {summary.action.cells[0]}"
    is_other = drift.revision and drift.locked_revision and drift.revision != drift.locked_revision
    return f"{name} (revision {drift.revision}, was {drift.locked_revision})" if is_other else name
