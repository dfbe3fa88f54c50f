"""Sets up what the workers of one run need."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from runner.core.digest import ActionKey
from runner.core.event import ActionFailed, ActionStarted, ActionSucceeded, Event
from runner.core.money import Money
from runner.execute.attempt import Bench
from runner.execute.batch import Batch
from runner.execute.budget import Budget
from runner.execute.cells import Cells
from runner.execute.doors import Order
from runner.execute.drawing import Studio
from runner.execute.gate import GateKeeper
from runner.execute.inputs import Source
from runner.execute.journal import Journal
from runner.execute.judging import Judge
from runner.execute.making import Works
from runner.execute.outputs import Press, paths_read
from runner.execute.retry import Patience, Trier
from runner.execute.schedule import Schedule
from runner.execute.targets import protect
from runner.execute.waits import mask_sources
from runner.execute.workshop import Workshop
from runner.plan.plan import Check
from runner.store.results import Known


def open_workshop(
    order: Order, known: Mapping[ActionKey, Known], earlier: Sequence[Event], journal: Journal
) -> Workshop:
    """Set up what the workers need.

    Args:
        order: What is to be carried out.
        known: The results that are there already.
        earlier: The events of this run from before, when it is gone on with.
        journal: Of this run.
    """
    plan, results = order.plan, {key: result.artifact for key, result in known.items()}
    cells = Cells(plan)
    gate = GateKeeper(plan, cells.ended)
    batch = Batch(
        Schedule(plan.actions, known, gate.first_keys(plan), mask_sources(plan)),
        results,
        stop=order.stop,
        on_failure=order.policy.on_failure,
    )
    source = Source(root=Path(plan.root), blobs=order.doors.store.blobs, pool=order.doors.pool, results=batch.results)
    return Workshop(
        batch=batch,
        bench=_bench(order, source, batch, earlier, journal),
        cells=cells,
        gate=gate,
        press=_press(order, source),
        journal=journal,
        known=known,
    )


def _bench(order: Order, source: Source, batch: Batch, earlier: Sequence[Event], journal: Journal) -> Bench:
    store, plan = order.doors.store, order.plan
    works = Works(
        store=store,
        source=source,
        providers=order.doors.providers,
        budget=Budget(plan.quote.budget.max, _charged(earlier)),
    )
    patience = Patience(
        first_pause_s=order.policy.first_pause_s, stop=order.stop, may_start=lambda: not batch.stops_early
    )
    return Bench(
        studio=Studio(
            trier=Trier(works=works, journal=journal, patience=patience),
            judge=Judge(store=store, source=source, checks=_by_key(plan.checks)),
        ),
        attempts=Counter(event.key for event in earlier if isinstance(event, ActionStarted)),
    )


def _press(order: Order, source: Source) -> Press:
    return Press(
        store=order.doors.store,
        source=source,
        actions={action.key: action for action in order.plan.actions},
        protected=protect(source.root, paths_read(order.plan)),
        token=order.run.run_id[-6:],
    )


def _charged(earlier: Iterable[Event]) -> Money:
    """Add up what this run was charged before."""
    return Money.total([event.charged for event in earlier if isinstance(event, ActionSucceeded | ActionFailed)])


def _by_key(checks: Iterable[Check]) -> Mapping[ActionKey, Sequence[Check]]:
    found: dict[ActionKey, list[Check]] = defaultdict(list)
    for check in checks:
        found[check.key].append(check)
    return found
