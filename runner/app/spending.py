"""What stands between a plan and its charge: caps, policy, and a person's yes."""

from collections.abc import Callable
from pathlib import Path

from runner.app.plan import Planned
from runner.core.errors import Refused
from runner.core.money import ZERO, Money
from runner.execute.clock import month_now
from runner.plan.plan import Plan
from runner.settings import PolicySettings
from runner.store.store import open_store_for_planning


def spent_this_month(root: Path) -> Money:
    """What all runs of a project spent and set aside in this month of the calendar, UTC.

    Raises:
        StoreError: the state is damaged.
    """
    with open_store_for_planning(root) as store:
        return store.purchases.spent_in(month_now())


def refuse_spending(plan: Plan, policy: PolicySettings, spent: Money) -> None:
    """Refuse a plan that is over a cap, before anything is spent.

    Args:
        plan: What is to be carried out.
        policy: Of the project.
        spent: Of ``spent_this_month``.

    Raises:
        Refused: of the recipe's budget, or of the policy in ``runner.toml``.
    """
    if not plan.quote.budget.ok:
        raise Refused("over-budget", plan.quote.budget.over[0], hint="raise the budget, or select fewer items")
    for action in plan.actions:
        if action.decision != "run" or not action.payable:
            continue
        if not policy.allows_model(action.uses):
            raise Refused("policy", f"the policy in runner.toml does not allow '{action.uses}'")
        if policy.max_action is not None and action.payable > policy.max_action:
            message = (
                f"an action of step '{action.step}' costs {action.payable}, at most {policy.max_action} is allowed"
            )
            raise Refused("policy", message, hint="see [policy] max_action in runner.toml")
    worst = plan.quote.totals.worst_case
    if policy.max_run is not None and worst > policy.max_run:
        message = f"the run may cost {worst}, at most {policy.max_run} is allowed"
        raise Refused("policy", message, hint="see [policy] max_run in runner.toml")
    if policy.max_month is not None and worst and spent + worst > policy.max_month:
        message = (
            f"the run may cost {worst} and {spent} is spent this month, at most {policy.max_month} a month is allowed"
        )
        raise Refused("policy", message, hint="see [policy] max_month in runner.toml")


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
