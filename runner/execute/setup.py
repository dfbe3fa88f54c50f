"""Sets up what the workers of one run need."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from runner.core.digest import ActionKey
from runner.core.event import ActionCharged, ActionFailed, ActionStarted, ActionSucceeded, Event
from runner.execute.attempt import Bench
from runner.execute.batch import Batch
from runner.execute.cells import Cells
from runner.execute.clock import now_text
from runner.execute.doors import Order
from runner.execute.drawing import Studio
from runner.execute.gate import GateKeeper
from runner.execute.inputs import Source
from runner.execute.journal import Journal
from runner.execute.judging import Judge
from runner.execute.making import Works
from runner.execute.outputs import Press, paths_read
from runner.execute.places import RecipeText
from runner.execute.retry import Patience, Trier
from runner.execute.schedule import Schedule
from runner.execute.settling import Stock, rest_of, settle
from runner.execute.targets import protect
from runner.execute.till import Till
from runner.execute.waits import mask_sources
from runner.execute.workshop import Workshop
from runner.plan.plan import Check
from runner.providers.base import Provider
from runner.store.purchases import Charge
from runner.store.results import Known
from runner.store.wallet import Caps


def open_workshop(
    order: Order, known: Mapping[ActionKey, Known], earlier: Sequence[Event], journal: Journal
) -> Workshop:
    """Set up what the workers need, and find out what is left for them to do.

    Args:
        order: What is to be carried out.
        known: The results that are there already.
        earlier: The events of this run from before, when it is gone on with.
        journal: Of this run.
    """
    plan, results = order.plan, {key: result.artifact for key, result in known.items()}
    source = Source(root=Path(plan.root), blobs=order.doors.store.blobs, pool=order.doors.pool, results=results)
    judge = Judge(store=order.doors.store, source=source, checks=_by_key(plan.checks))
    press = _press(order, source)
    settled = settle(plan, Stock(known=known, locked=order.run.locked), judge, press, now_text())
    rest = rest_of(plan, settled.cells)
    cells = Cells(rest, passed=settled.cells)
    gate = GateKeeper(plan, cells.ended)
    batch = Batch(
        Schedule(rest.actions, known, gate.first_keys(rest), mask_sources(rest)),
        results,
        stop=order.stop,
        on_failure=order.policy.on_failure,
    )
    return Workshop(
        batch=batch,
        bench=_bench(order, source, judge, batch, earlier, journal),
        cells=cells,
        gate=gate,
        press=press,
        journal=journal,
        known=known,
        settled=settled,
        rest=rest,
        locked=order.run.locked,
    )


def _bench(
    order: Order, source: Source, judge: Judge, batch: Batch, earlier: Sequence[Event], journal: Journal
) -> Bench:
    store, plan = order.doors.store, order.plan
    works = Works(
        store=store,
        source=source,
        providers=order.doors.providers,
        till=_till(order, batch),
    )
    patience = Patience(
        first_pause_s=order.policy.first_pause_s, stop=order.stop, may_start=lambda: not batch.stops_early
    )
    return Bench(
        studio=Studio(
            trier=Trier(works=works, journal=journal, patience=patience),
            judge=judge,
        ),
        attempts=Counter(event.key for event in earlier if isinstance(event, ActionStarted)),
        recipe=RecipeText(plan.recipe.path, order.run.recipe_text),
    )


def _press(order: Order, source: Source) -> Press:
    return Press(
        store=order.doors.store,
        source=source,
        actions={action.key: action for action in order.plan.actions},
        protected=protect(source.root, paths_read(order.plan)),
        token=order.run.run_id[-6:],
    )


def untold_charges(charges: Iterable[Charge], earlier: Iterable[Event]) -> list[ActionCharged]:
    """Find what a run was charged and its events do not tell, because its process was gone before it could."""
    told = {event.job_id for event in earlier if isinstance(event, ActionSucceeded | ActionFailed | ActionCharged)}
    return [
        ActionCharged(at=now_text(), key=charge.action, job_id=charge.job_id, charged=charge.amount)
        for charge in charges
        if charge.job_id not in told
    ]


def _places(providers: Mapping[str, Provider]) -> dict[str, asyncio.Semaphore]:
    return {
        name: asyncio.Semaphore(provider.most_jobs)
        for name, provider in providers.items()
        if provider.most_jobs is not None
    }


def _till(order: Order, batch: Batch) -> Till:
    budget, policy = order.plan.quote.budget, order.policy
    return Till(
        store=order.doors.store,
        caps=Caps(
            run=budget.max,
            per_step=budget.per_step,
            per_item=budget.per_item,
            redraws=budget.on_check_fail,
            month=policy.max_month,
        ),
        run_id=order.run.run_id,
        items={cell.id: cell.item for cell in order.plan.cells},
        rebuys=policy.rebuy_in_doubt,
        pauses_s=tuple(policy.first_pause_s * times for times in (1, 2, 4)),
        busy_pauses_s=tuple(policy.first_pause_s * times for times in (1, 2, 4, 8)),
        may_start=lambda: not batch.stops_early,
        places=_places(order.doors.providers),
    )


def _by_key(checks: Iterable[Check]) -> Mapping[ActionKey, Sequence[Check]]:
    found: dict[ActionKey, list[Check]] = defaultdict(list)
    for check in checks:
        found[check.key].append(check)
    return found
