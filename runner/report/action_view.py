"""What the page shows of each action: text, ready to be laid out by the template and by the script alike."""

from collections.abc import Iterator, Mapping

from runner.core.event import Phases
from runner.images.change import Change
from runner.plan.plan import Action
from runner.report.attempts import AttemptSummary
from runner.report.change_view import change_view
from runner.report.details import detail_facts, detail_records
from runner.report.ending import ActionSummary
from runner.report.pictures import Pictures
from runner.report.shown import ActionPictures
from runner.report.summary import RunSummary
from runner.report.views import ActionView, Fact, TryView
from runner.report.wanted import PictureId
from runner.report.wording import OUTCOME_WORDS, duration_text, json_text, money_text, param_text, time_text

_TRY_WORDS = {"succeeded": "succeeded", "failed": "failed", "in_doubt": "in doubt", "running": "no end is told"}


def view_actions(summary: RunSummary, pictures: Pictures) -> tuple[ActionView, ...]:
    """Put every action of a run into words, in the order of the plan."""
    shown, changes = pictures.shown.actions, pictures.changes
    return tuple(_action(ended, shown[key], changes) for key, ended in summary.actions.items())


def _action(ended: ActionSummary, shown: ActionPictures, changes: Mapping[PictureId, Change]) -> ActionView:
    action, error, pair = ended.action, ended.error, shown.pair
    change = changes.get(pair.heat.id) if pair.heat else None
    return ActionView(
        step=action.step,
        uses=action.uses,
        revision=action.revision,
        provider=action.provider,
        key=action.key,
        outcome=ended.outcome,
        word=OUTCOME_WORDS[ended.outcome],
        planned=f"{action.decision}: {action.reason}" if action.reason else action.decision,
        params=tuple(_params(action, shown)),
        before=pair.before.id if pair.before else None,
        mask=pair.mask.id if pair.mask else None,
        after=pair.after.id if pair.after else None,
        outline=pair.outline.id if pair.outline else None,
        heat=pair.heat.id if pair.heat and change else None,
        change=change_view(change),
        seed=_seed(ended),
        started=time_text(ended.tries[0].began_at) if ended.tries else "",
        phases=_phases(ended),
        tries=() if _went_well_at_once(ended) else tuple(map(_try, ended.tries)),
        list_price=money_text(action.list_price),
        quoted=money_text(action.payable),
        charged=money_text(ended.charged),
        time=duration_text(ended.duration_ms) if ended.attempts else "",
        attempts=ended.attempts,
        job=ended.job_id or "",
        raw=ended.raw.digest if ended.raw and ended.raw != ended.artifact else "",
        notes=ended.notes,
        details=detail_facts(ended.details),
        records=detail_records(ended.details),
        problem=f"{error.code}: {error.message}" if error else ended.reason,
        hint=error.hint if error else "",
        shared=len(action.cells) - 1,
    )


def _params(action: Action, shown: ActionPictures) -> Iterator[Fact]:
    for name, value in action.params.items():
        picture = shown.params.get(name)
        yield Fact(name, param_text(value), picture.id if picture else None)
    if action.paste_back:
        yield Fact("pasted back", f"inside {param_text(action.paste_back)}")


def _seed(ended: ActionSummary) -> str:
    """Say what chance began with: as the model says it did, or else as it was asked to."""
    said = ended.details.get("seed")
    asked = ended.action.params.get("seed")
    return json_text(said) if said is not None else param_text(asked) if asked is not None else ""


def _phases(ended: ActionSummary) -> tuple[Fact, ...]:
    phases = ended.tries[-1].phases if ended.tries else None
    if phases is None:
        return ()
    known = phase_parts(phases)
    other_ms = ended.tries[-1].elapsed_ms - sum(ms for _, ms in known)
    return tuple(Fact(label, duration_text(ms)) for label, ms in (*known, ("other", other_ms)) if ms > 0)


def _went_well_at_once(ended: ActionSummary) -> bool:
    return len(ended.tries) == 1 and ended.tries[0].state == "succeeded"


def phase_parts(phases: Phases) -> tuple[tuple[str, int], ...]:
    """Name the parts of an attempt's time, in milliseconds, in the order in which they follow one another."""
    return (("queue", phases.queue_ms), ("run", phases.run_ms), ("download", phases.download_ms))


def _try(attempt: AttemptSummary) -> TryView:
    word = _TRY_WORDS[attempt.state]
    return TryView(
        number=attempt.number,
        at=attempt.began_at[11:19],
        state=attempt.state,
        word=f"{word}, tried again" if attempt.was_repeated else word,
        time=duration_text(attempt.elapsed_ms) if attempt.ended_at else "",
        problem=": ".join(part for part in (attempt.code, attempt.message) if part),
        hint=attempt.hint,
    )
