"""What to do with each action, and why: two values in, the plan with its decisions and its quote out."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from runner.catalog.card import ModelCard
from runner.core.digest import ActionKey
from runner.core.money import ZERO, Money
from runner.plan.check import LOCAL
from runner.plan.plan import Action, Decision, Plan
from runner.plan.price import quote
from runner.plan.reason import PastWork, explain
from runner.recipe.parsed import ParsedBudget


def decide(
    plan: Plan,
    known: Collection[ActionKey],
    past: PastWork,
    cards: Mapping[str, ModelCard],
    budget: ParsedBudget,
    bought: Mapping[ActionKey, str] = MappingProxyType({}),
) -> Plan:
    """Decide what every action of a plan needs, and quote it.

    Args:
        plan: Of ``build_plan``: everything is to run.
        known: The keys whose results are there.
        past: What earlier runs of this recipe did, to say what changed.
        cards: Cards by model id, for the prices.
        budget: The recipe's caps.
        bought: By raw key, how far a purchase has come that was begun and has no result yet.
    """
    decided = decide_actions(plan.actions, known, past, bought)
    return replace(plan, actions=decided, quote=quote(decided, plan.cells, cards, budget))


def decide_actions(
    actions: Iterable[Action],
    known: Collection[ActionKey],
    past: PastWork,
    bought: Mapping[ActionKey, str] = MappingProxyType({}),
) -> tuple[Action, ...]:
    """Decide what every action needs; each stands after those that it needs. The arguments are as of ``decide``."""
    decisions: dict[ActionKey, Decision] = {}
    found: list[Action] = []
    for action in actions:
        decision = _decision(action, known, bought, decisions)
        decisions[action.key] = decision
        reason = bought.get(action.raw_key, "") if decision == "collect" else ""
        reason = reason or explain(action, decision, past, decisions, is_raw_known=action.raw_key in known)
        is_due = decision == "run" and action.provider != LOCAL and action.raw_key not in known
        found.append(_decided(action, decision, reason, action.list_price if is_due else ZERO))
    return tuple(found)


def _decided(action: Action, decision: Decision, reason: str, payable: Money) -> Action:
    """Give an action what was decided; most of a first plan is as it was built: everything is to run."""
    if (action.decision, action.reason, action.payable) == (decision, reason, payable):
        return action
    return Action(  # spelled out: replace() takes three times as long, and a plan that is all done has it for each
        key=action.key,
        raw_key=action.raw_key,
        step=action.step,
        uses=action.uses,
        provider=action.provider,
        revision=action.revision,
        cells=action.cells,
        params=action.params,
        paste_back=action.paste_back,
        needs=action.needs,
        output_size=action.output_size,
        list_price=action.list_price,
        payable=payable,
        decision=decision,
        reason=reason,
        attempts=action.attempts,
        timeout_s=action.timeout_s,
        redraws=action.redraws,
        draw=action.draw,
    )


def _decision(
    action: Action,
    known: Collection[ActionKey],
    bought: Mapping[ActionKey, str],
    decisions: Mapping[ActionKey, Decision],
) -> Decision:
    if action.decision == "blocked" or "blocked" in [decisions[key] for key in action.needs]:
        return "blocked"
    if action.key in known:
        return "reuse"
    return "collect" if action.raw_key in bought and action.raw_key not in known else "run"
