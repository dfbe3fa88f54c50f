"""Carry out a plan."""

import asyncio

from runner.core.errors import ExitCode, Refused
from runner.core.event import ActionFailed, RunFinished, RunStarted, RunState
from runner.execute.attempt import reused
from runner.execute.batch import Batch
from runner.execute.clock import now_text
from runner.execute.doors import Doors, Order, Policy, Run
from runner.execute.gate import why_closed
from runner.execute.journal import Journal
from runner.execute.setup import open_workshop, untold_charges
from runner.execute.stop import StopSignal
from runner.execute.workshop import Workshop, lose, mind_gate, skip, work_in_parallel
from runner.plan.plan import Action, Plan
from runner.store.ledger import run_lease


async def execute(plan: Plan, *, run: Run, doors: Doors, policy: Policy, stop: StopSignal) -> ExitCode:
    """Carry out a plan, or go on with it: what the store knows by now is not done again.

    Every event is in the ledger before it is told to ``doors.emit``; the first is ``RunStarted``, the last
    ``RunFinished``. Killed at any instant, the run can be gone on with: a result counts from the moment its row is
    written, which is after its bytes.

    Returns:
        ``DONE``, or the first of these that is true: ``INTERRUPTED``; ``IN_DOUBT`` where nobody can say whether an
        action was bought; ``FAILED`` where an action or output failed or was blocked; ``CHECKS_FAILED`` where a check
        of severity error failed or the gate closed.

    Raises:
        Refused: another process carries out this run, the saved plan was applied before, or a provider of an action
            that is due is missing.
        StoreError: the state cannot be written.
    """
    _refuse_missing_providers(plan, doors)
    leases, lease = doors.store.leases, run_lease(run.run_id)
    if not await asyncio.to_thread(leases.claim, lease):
        message = f"run '{run.run_id}' is being carried out by another process"
        raise Refused("run-busy", message, hint="wait for it to end")
    try:
        return await _carry_out(Order(plan=plan, run=run, doors=doors, policy=policy, stop=stop))
    except BaseExceptionGroup as group:
        raise _only_cause(group) from None
    finally:
        await asyncio.to_thread(leases.release, lease)


def _refuse_missing_providers(plan: Plan, doors: Doors) -> None:
    for action in plan.actions:
        if action.decision in {"run", "collect"} and action.provider not in doors.providers:
            raise Refused("unknown-provider", f"there is no provider '{action.provider}'")


async def _carry_out(order: Order) -> ExitCode:
    run, store = order.run, order.doors.store
    journal = Journal(store, run.run_id, order.doors.emit)
    earlier = await asyncio.to_thread(store.ledger.events, run.run_id)
    await journal.record([_started(run)])
    await journal.record(await asyncio.to_thread(untold_charges, store.purchases.charges(run.run_id), earlier))
    known = await asyncio.to_thread(store.lookup, [action.key for action in order.plan.actions])
    workshop = await asyncio.to_thread(open_workshop, order, known, earlier, journal)
    await _record_certain(order.plan, workshop)
    await mind_gate(workshop)
    await work_in_parallel(workshop, order.policy.jobs, order.stop)
    return await _finish(run.run_id, workshop, order.stop)


def _started(run: Run) -> RunStarted:
    return RunStarted(
        at=now_text(),
        run_id=run.run_id,
        plan=run.document,
        recipe_text=run.recipe_text,
        saved_plan=run.saved_plan,
    )


async def _record_certain(plan: Plan, workshop: Workshop) -> None:
    """Record what is certain before anything starts: reuse, what is blocked, what is gone."""
    known, batch, at = workshop.known, workshop.batch, now_text()
    there = [action for action in plan.actions if action.key in known]
    await workshop.journal.record([reused(action, known[action.key], at) for action in there])
    await workshop.journal.record(workshop.settled.events)
    for action in workshop.rest.actions:
        if not batch.is_open(action.key):
            continue
        if action.decision == "blocked":
            lost = await batch.block(action.key)
            await lose([action], action.reason, workshop)
            await lose(lost, f"it needs '{action.step}', which is blocked", workshop)
        elif action.decision == "reuse" and not _can_be_done_again(action, workshop):
            lost = await batch.fail(action.key)
            await workshop.journal.record([_result_gone(action)])
            workshop.cells.lose([action])
            await lose(lost, f"it needs '{action.step}', which failed", workshop)


def _can_be_done_again(action: Action, workshop: Workshop) -> bool:
    """Whether what the plan took for done may simply be done: nobody agreed to pay for it."""
    return not action.list_price and action.provider in workshop.bench.works.providers


def _result_gone(action: Action) -> ActionFailed:
    return ActionFailed(
        at=now_text(),
        key=action.key,
        code="result-gone",
        message=f"the earlier result of '{action.step}' is not in the store any more",
        hint="make a new plan: runner run RECIPE",
        retryable=False,
        duration_ms=0,
        attempts=0,
    )


async def _finish(run_id: str, workshop: Workshop, stop: StopSignal) -> ExitCode:
    batch = workshop.batch
    is_cut_short = stop.requested and not batch.is_complete
    await skip(batch.drain(), _why_skipped(workshop, is_cut_short=is_cut_short), workshop.journal)
    state, code = _ending(batch, is_cut_short=is_cut_short)
    await workshop.journal.record([RunFinished(at=now_text(), run_id=run_id, state=state, exit_code=int(code))])
    return code


def _why_skipped(workshop: Workshop, *, is_cut_short: bool) -> str:
    if is_cut_short:
        return "the run was interrupted"
    if workshop.batch.has_given_up:
        return "the store cannot be written"
    if workshop.gate.closed is not None:
        return why_closed(workshop.gate.closed)
    return "the run stopped at the first failure"


def _ending(batch: Batch, *, is_cut_short: bool) -> tuple[RunState, ExitCode]:
    if is_cut_short:
        return "interrupted", ExitCode.INTERRUPTED
    if batch.has_doubts:
        return "failed", ExitCode.IN_DOUBT
    if batch.has_failed or batch.has_blocked:
        return "failed", ExitCode.FAILED
    if batch.has_failed_checks or batch.is_gate_closed:
        return "failed", ExitCode.CHECKS_FAILED
    return "succeeded", ExitCode.DONE


def _only_cause(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Unwrap what a task group wrapped, where there is one cause only."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error
