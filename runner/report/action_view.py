"""What the page shows of each action: text, ready to be laid out by the template and by the script alike."""

from datetime import datetime

from runner.core.event import Phases
from runner.plan.plan import Action, ParamValue
from runner.report.attempts import AttemptSummary
from runner.report.change_view import change_view
from runner.report.details import detail_facts, detail_records
from runner.report.ending import ActionSummary
from runner.report.pictures import Pictures
from runner.report.summary import RunSummary
from runner.report.views import ActionView, Fact, PhaseView, TryView
from runner.report.wanted import (
    Actions,
    MaskPicture,
    action_heat,
    edited_picture,
    mask_picture,
    param_picture,
    result_picture,
)
from runner.report.wording import OUTCOME_WORDS, duration_text, json_text, param_text, time_text

_TRY_WORDS = {"succeeded": "succeeded", "failed": "failed", "in_doubt": "in doubt", "running": "no end is told"}


def view_actions(summary: RunSummary, pictures: Pictures) -> tuple[ActionView, ...]:
    """Put every action of a run into words, in the order of the plan."""
    return tuple(_action(ended, summary.actions, pictures) for ended in summary.actions.values())


def _action(ended: ActionSummary, actions: Actions, pictures: Pictures) -> ActionView:
    action, error = ended.action, ended.error
    before, after = edited_picture(action, actions), result_picture(ended)
    mask, heat = mask_picture(ended, actions), action_heat(ended, actions)
    pasted = (Fact("pasted back", f"inside {param_text(action.paste_back)}"),) if action.paste_back else ()
    return ActionView(
        step=action.step,
        uses=action.uses,
        revision=action.revision,
        provider=action.provider,
        key=action.key,
        outcome=ended.outcome,
        word=OUTCOME_WORDS[ended.outcome],
        planned=f"{action.decision}: {action.reason}" if action.reason else action.decision,
        params=(*(_param(name, value, action, actions) for name, value in action.params.items()), *pasted),
        before=before.id if before else None,
        mask=mask.id if mask else None,
        after=after.id if after else None,
        outline=MaskPicture(mask.mask, mask.photo, "outline").id if mask else None,
        heat=heat.id if heat and heat.id in pictures.changes else None,
        change=change_view(pictures.changes.get(heat.id)) if heat else None,
        seed=_seed(ended),
        started=time_text(ended.tries[0].began_at) if ended.tries else "",
        phases=_phases(ended),
        tries=tuple(_try(attempt) for attempt in ended.tries),
        list_price=f"{action.list_price}",
        quoted=f"{action.payable}",
        charged=f"{ended.charged}",
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


def _param(name: str, value: ParamValue, action: Action, actions: Actions) -> Fact:
    picture = param_picture(value, action, actions)
    return Fact(name, param_text(value), picture.id if picture else None)


def _seed(ended: ActionSummary) -> str:
    """Say what chance began with: as the model says it did, or else as it was asked to."""
    said = ended.details.get("seed")
    asked = ended.action.params.get("seed")
    return json_text(said) if said is not None else param_text(asked) if asked is not None else ""


def _phases(ended: ActionSummary) -> tuple[PhaseView, ...]:
    phases = ended.tries[-1].phases if ended.tries else None
    if phases is None:
        return ()
    parts = (*phase_parts(phases), ("other", _elapsed_ms(ended.tries[-1]) - sum(ms for _, ms in phase_parts(phases))))
    return tuple(PhaseView(label, duration_text(ms), ms) for label, ms in parts if ms > 0)


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
        time=duration_text(_elapsed_ms(attempt)) if attempt.ended_at else "",
        problem=": ".join(part for part in (attempt.code, attempt.message) if part),
        hint=attempt.hint,
    )


def _elapsed_ms(attempt: AttemptSummary) -> int:
    if attempt.ended_at is None:
        return 0
    span = datetime.fromisoformat(attempt.ended_at) - datetime.fromisoformat(attempt.began_at)
    return max(0, round(span.total_seconds() * 1000))
