"""What stands between a plan and its charge: caps, policy, and a person's yes."""

from collections.abc import Callable
from pathlib import Path

from runner.app.plan import Planned
from runner.app.policy import Pinned, broken_rules
from runner.catalog.lock import EMPTY_LOCK
from runner.core.diagnostic import Diagnostic, in_file_order
from runner.core.errors import Refused
from runner.core.money import ZERO, Money
from runner.execute.clock import month_now
from runner.plan.lock_check import LockedState, prices_not_locked
from runner.plan.plan import Plan
from runner.settings import rule_diagnostic
from runner.store.store import open_store_for_planning


def spent_this_month(root: Path) -> Money:
    """What all runs of a project spent and set aside in this month of the calendar, UTC.

    Raises:
        StoreError: the state is damaged.
    """
    with open_store_for_planning(root) as store:
        return store.purchases.spent_in(month_now())


def refuse_over_budget(plan: Plan) -> None:
    """Refuse a plan that is over a cap of its recipe.

    Raises:
        Refused: the worst case does not fit.
    """
    if not plan.quote.budget.ok:
        raise Refused("over-budget", plan.quote.budget.over[0], hint="raise the budget, or select fewer items")


def policy_problems(planned: Planned, *, by_saved_plan: bool = False) -> tuple[Diagnostic, ...]:
    """Find the rules in ``runner.toml`` that a plan breaks, each at its place.

    Args:
        planned: What is to be carried out.
        by_saved_plan: Whether it is applied from a file, which pins what it spends money on.

    Raises:
        StoreError: the state is damaged.
    """
    project = planned.project
    policy, spent = project.settings.policy, spent_this_month(project.root)
    broken = broken_rules(planned.plan, policy, spent, _pinned(planned, by_saved_plan=by_saved_plan))
    return tuple(in_file_order(rule_diagnostic(project.root, rule.rule, rule.message, rule.hint) for rule in broken))


def _pinned(planned: Planned, *, by_saved_plan: bool) -> Pinned:
    lock = planned.lock or EMPTY_LOCK
    name, cards = planned.lock_path.name, planned.project.catalog.cards
    return Pinned(
        lock_name=name,
        has_lock=planned.lock is not None,
        urls=[pin.url for pin in planned.downloads.pins if lock.urls.get(pin.url) != pin],
        models=prices_not_locked(planned.plan, LockedState(lock=lock, name=name, cards=cards, results={})),
        by_plan=by_saved_plan,
    )


def confirm_spending(planned: Planned, confirm: Callable[[Planned], bool] | None) -> None:
    """Ask before money is spent; nothing is asked where nothing is payable.

    Raises:
        Refused: the answer was no, or nobody can be asked.
    """
    if planned.plan.quote.totals.payable == ZERO:
        return
    if confirm is None:
        message = f"{planned.plan.quote.totals.payable} would be spent and nobody can be asked"
        raise Refused("not-confirmed", message, hint="add --yes")
    if not confirm(planned):
        raise Refused("not-confirmed", "not confirmed; nothing was spent")
