"""Makes the result of an action; where a check fails and further draws are allowed, draws again."""

from dataclasses import dataclass, replace

from runner.core.errors import RunnerError
from runner.execute.clock import now_text
from runner.execute.draws import can_redraw, first_place, place_of_draw
from runner.execute.judging import Judge, Verdict, as_events, judge
from runner.execute.making import Made
from runner.execute.retry import Effort, Trier, make_patiently
from runner.execute.stop import Stopping
from runner.plan.plan import Action
from runner.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """What actions are drawn with."""

    trier: Trier
    judge: Judge


async def draw_result(action: Action, studio: Studio, effort: Effort) -> Made:
    """Get the result of an action into the store, under its own key.

    With further draws, each is kept under a key of its own, and the first that passes its checks, or else the last,
    under that of the action. The measurements of those that are passed over are recorded on the way.

    Raises:
        RunnerError: there is no result.
        Stopping: nothing more may be started; what was drawn is kept.
    """
    if not can_redraw(action):
        return await make_patiently(action, first_place(action), studio.trier, effort)
    drawn = await _draw(action, 0, studio, effort)
    for number in range(1, action.redraws + 1):
        verdicts = await judge(action, drawn.known, studio.judge)
        if not any(_asks_for_another(verdict) for verdict in verdicts):
            break
        _refuse_when_stopping(action, studio.trier)
        try:
            further = await _draw(action, number, studio, effort)
        except RunnerError as error:
            drawn = _with_note(drawn, f"draw {number} failed: {error.message}")
            break
        await studio.trier.journal.record(as_events(verdicts, action, drawn.known.draw, now_text()))
        drawn = further
    store = studio.trier.works.store
    await store.scribe.call(store.results.keep, action.key, drawn.known)
    return drawn


async def _draw(action: Action, number: int, studio: Studio, effort: Effort) -> Made:
    place, store = place_of_draw(action, number), studio.trier.works.store
    earlier = await store.scribe.call(_look_up, action, number, store)
    return earlier or await make_patiently(action, place, studio.trier, effort)


def _look_up(action: Action, number: int, store: Store) -> Made | None:
    """Find a draw of an earlier time."""
    place = place_of_draw(action, number)
    known = store.lookup([place.key, place.raw_key])
    if place.key not in known:
        return None
    raw = known.get(place.raw_key)
    return Made(known=known[place.key], raw=None if raw is None or action.paste_back is None else raw.artifact)


def _asks_for_another(verdict: Verdict) -> bool:
    """Whether another draw can help: not where the measuring itself broke."""
    return verdict.has_failed and verdict.measurement.value is not None


def _refuse_when_stopping(action: Action, trier: Trier) -> None:
    if not trier.patience.may_start():
        message = f"'{action.step}': the run stopped before it was drawn again"
        raise Stopping(RunnerError("interrupted", message, hint="runner resume", retryable=True))


def _with_note(made: Made, note: str) -> Made:
    return replace(made, known=replace(made.known, notes=(*made.known.notes, note)))
