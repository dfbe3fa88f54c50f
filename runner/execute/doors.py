"""What an execution is given: the run, the policy, and the doors to the world."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from runner.catalog.lock_lines import LockedAction
from runner.core.digest import ActionKey, Json
from runner.core.event import Event
from runner.core.money import Money
from runner.core.unwritten import Unwritten
from runner.execute.stop import StopSignal
from runner.plan.plan import Plan
from runner.providers.base import Provider
from runner.providers.pool import WorkerPool
from runner.store.store import Store

Emit: TypeAlias = Callable[[Event], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of a plan; a resumed run keeps its id.

    Attributes:
        document: The plan as ``runner-plan/1``.
        recipe_text: The recipe as it was read, for the report.
        saved_plan: Names the saved plan that is applied; empty without one, and where the run is gone on with.
        locked: What the recipe's lock file held before the run, by action.
    """

    run_id: str
    document: Json | Unwritten
    recipe_text: str
    saved_plan: str = ""
    locked: Mapping[ActionKey, tuple[LockedAction, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How to go about it.

    Attributes:
        jobs: How many actions are in flight at once; memory grows with it.
        on_failure: Whether one failed action or check stops the others from being started.
        max_month: The most that all runs of the project together may spend in one month.
        rebuy_in_doubt: Whether what may have been bought already is bought once more.
        first_pause_s: How long to wait before something is tried again; twice as long each time, to 30 s.
    """

    jobs: int
    on_failure: Literal["keep-going", "fail-fast"] = "keep-going"
    max_month: Money | None = None
    rebuy_in_doubt: bool = False
    first_pause_s: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """The world as far as an execution needs it; all stay the caller's.

    Attributes:
        providers: By the names that the plan's actions have.
        emit: Is told every event after it is written; called in the event loop, so it must be quick.
    """

    store: Store
    pool: WorkerPool
    providers: Mapping[str, Provider]
    emit: Emit


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """All that one call of ``execute`` was given."""

    plan: Plan
    run: Run
    doors: Doors
    policy: Policy
    stop: StopSignal
