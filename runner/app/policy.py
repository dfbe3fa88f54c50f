"""The project's ``[policy]`` against a plan: every rule that it breaks, before anything is spent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runner.core.money import Money
from runner.plan.plan import Action, Plan
from runner.settings import PolicySettings


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRule:
    """A rule that a plan breaks.

    Attributes:
        rule: Its key in ``[policy]``.
    """

    rule: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """What of a plan's money is pinned: what ``require_lock`` looks at.

    Attributes:
        lock_name: Of the recipe's lock file.
        has_lock: Whether there is one.
        urls: Addresses that it does not pin.
        models: Models that money is spent on at a price that it does not hold.
        by_plan: Whether a saved plan is applied, which pins all of it.
    """

    lock_name: str
    has_lock: bool
    urls: Sequence[str]
    models: Sequence[str]
    by_plan: bool = False


def broken_rules(plan: Plan, policy: PolicySettings, spent: Money, pinned: Pinned) -> list[BrokenRule]:
    """Find the rules that a plan breaks.

    Args:
        plan: What is to be carried out.
        policy: Of the project.
        spent: What all runs of the project spent and set aside in this month.
        pinned: What of it is pinned.
    """
    due = [action for action in plan.actions if action.decision == "run"]
    return [
        *_places(due, policy),
        *_dear_actions(due, policy.max_action),
        *_dear_run(plan.quote.totals.worst_case, policy, spent),
        *(_unpinned(pinned) if policy.require_lock and plan.quote.totals.payable else ()),
    ]


def _places(due: Sequence[Action], policy: PolicySettings) -> Iterator[BrokenRule]:
    for model in dict.fromkeys(action.uses for action in due):
        if not policy.allows_model(model):
            yield BrokenRule(rule="models", message=f"the policy does not allow the model '{model}'")
    for name in dict.fromkeys(action.provider for action in due):
        if not policy.allows_provider(name):
            yield BrokenRule(rule="providers", message=f"the policy does not allow the provider '{name}'")


def _dear_actions(due: Sequence[Action], cap: Money | None) -> Iterator[BrokenRule]:
    """The dearest action of each step that is over the cap."""
    over = [action for action in due if cap is not None and action.payable > cap]
    for step in dict.fromkeys(action.step for action in over):
        dearest = max(action.payable for action in over if action.step == step)
        message = f"an action of step '{step}' costs {dearest:s}, at most {cap:s} is allowed"
        yield BrokenRule(rule="max_action", message=message)


def _dear_run(worst: Money, policy: PolicySettings, spent: Money) -> Iterator[BrokenRule]:
    if policy.max_run is not None and worst > policy.max_run:
        message = f"the run may cost {worst:s}, at most {policy.max_run:s} is allowed"
        yield BrokenRule(rule="max_run", message=message, hint="select fewer items")
    if policy.max_month is not None and worst and spent + worst > policy.max_month:
        so_far = f"the run may cost {worst:s} and {spent:s} is spent this month"
        yield BrokenRule(rule="max_month", message=f"{so_far}, at most {policy.max_month:s} a month is allowed")


def _unpinned(pinned: Pinned) -> Iterator[BrokenRule]:
    hint = "a free run writes the lock file: runner run RECIPE --provider local; or apply a saved plan"
    if pinned.by_plan:
        return
    if not pinned.has_lock:
        message = f"there is no lock file '{pinned.lock_name}', and money would be spent"
        yield BrokenRule(rule="require_lock", message=message, hint=hint)
        return
    for url in pinned.urls:
        message = f"'{pinned.lock_name}' does not pin '{url}', and money would be spent"
        yield BrokenRule(rule="require_lock", message=message, hint=hint)
    for model in pinned.models:
        message = f"'{pinned.lock_name}' does not hold the price of '{model}', and money would be spent"
        yield BrokenRule(rule="require_lock", message=message, hint=hint)
