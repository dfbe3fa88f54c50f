"""Sentences about a plan that its text and its Markdown share."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from runner.cli.render.layout import count
from runner.core.money import Money
from runner.plan.plan import Check, MaskImage, MaskState, Plan, StepQuote


def headline(plan: Plan) -> str:
    """Say how large the work is, what of it is paid, and how old the prices are."""
    totals, steps = plan.quote.totals, plan.quote.steps
    parts = [count(totals.cells, "cell"), *_kinds_of_steps(steps), prices_text(steps)]
    if totals.blocked:
        parts.append(f"{totals.blocked:,} blocked")
    return " · ".join(part for part in parts if part)


def prices_text(steps: Sequence[StepQuote]) -> str:
    """Say of which days the prices are; empty where nothing has one."""
    days = sorted({step.price_as_of for step in steps if step.price_as_of is not None})
    if not days:
        return ""
    kind = "prices" if any(_is_paid(step) for step in steps) else "list prices"
    return f"{kind} of {days[0]}" if len(days) == 1 else f"{kind} of {days[0]} to {days[-1]}"


def budget_text(plan: Plan) -> str:
    """Say the budget and whether the worst case fits under it; empty without a budget."""
    budget = plan.quote.budget
    if budget.max is None:
        return "" if budget.ok else "budget exceeded"
    return f"budget {budget.max:s} {'ok' if budget.ok else 'exceeded'}"


def due_text(plan: Plan) -> str:
    """Say how much of the work is left when nothing or something is to be done."""
    totals = plan.quote.totals
    if any(action.decision != "reuse" for action in plan.actions):
        return f"{totals.due:,} of {count(totals.actions, 'action')} to do"
    return f"nothing to do: {count(totals.actions, 'result')} already there"


def masks_text(plan: Plan) -> str:
    """Say how many masks could be read, fit and are within their limits; empty where the recipe uses none."""
    states = _per_item(plan)
    if not states:
        return ""
    names = _file_masks(plan)
    from_files = [state for state in states if state.name in names]
    found = sum(state.area is not None for state in from_files)
    fitting = sum(state.area is not None and not _says(state, " pixels") for state in from_files)
    parts = [f"{found}/{len(from_files)} paired", f"{fitting}/{len(from_files)} same size"] if from_files else []
    drawn = len(states) - len(from_files)
    parts += [f"{drawn} drawn"] if drawn else []
    outside = sum(_says(state, " white") for state in states)
    return " · ".join([*parts, f"{outside} outside area limits"])


@dataclass(frozen=True, slots=True)
class CheckLine:
    """What is checked of one step's results, and how many checks of cells that makes."""

    step: str
    types: str
    times: int


def check_lines(plan: Plan) -> list[CheckLine]:
    """Say what is checked, by step and in the recipe's order."""
    by_step: dict[str, dict[int, str]] = {}
    times: Counter[str] = Counter()
    for check in plan.checks:
        by_step.setdefault(check.step, {})[check.at] = f"{check.type}{_consequence(check)}"
        times[check.step] += 1
    return [CheckLine(step, ", ".join(dict.fromkeys(types.values())), times[step]) for step, types in by_step.items()]


def gate_text(plan: Plan) -> str:
    """Say what the gate demands; empty without one."""
    gate = plan.gate
    if gate is None:
        return ""
    from runner.report.wording import percent_text

    canary = f"canary {gate.canary:,}, " if gate.canary else ""
    return f"{canary}{percent_text(Decimal(gate.min_pass_rate))} must pass"


def amounts(quote: StepQuote) -> list[Money]:
    """The four figures of a step, in their order: list, cached, payable, worst case."""
    return [quote.list_price, quote.cached_value, quote.payable, quote.worst_case]


def total_amounts(plan: Plan) -> list[Money]:
    """The four figures of the plan, in the order of ``amounts``."""
    totals = plan.quote.totals
    return [totals.list_price, totals.cached_value, totals.payable, totals.worst_case]


def _consequence(check: Check) -> str:
    """What a failure does, where it is not the usual: it fails the cell."""
    if check.severity == "warn":
        return " (warns)"
    return " (quarantine)" if check.on_fail == "quarantine" else ""


def _kinds_of_steps(steps: Sequence[StepQuote]) -> list[str]:
    paid = sum(_is_paid(step) for step in steps)
    if not paid:
        here = all(step.provider == "local" for step in steps)
        return [f"{count(len(steps), 'step')}{' on this machine' if here else ''}, free"]
    free = len(steps) - paid
    return [count(paid, "paid step"), *([count(free, "free step")] if free else [])]


def _is_paid(step: StepQuote) -> bool:
    """Whether a step would cost money if nothing were cached: a local engine never does."""
    return step.provider != "local" and bool(step.unit_price)


def _per_item(plan: Plan) -> list[MaskState]:
    """One state per mask and item: cells of one item share their masks."""
    items = {cell.id: cell.item or cell.id for cell in plan.cells}
    return list({(state.name, items.get(state.cell, state.cell)): state for state in plan.masks}.values())


def _file_masks(plan: Plan) -> set[str]:
    values = (value for action in plan.actions for value in (*action.params.values(), action.paste_back))
    return {value.name for value in values if isinstance(value, MaskImage) and value.path is not None}


def _says(state: MaskState, words: str) -> bool:
    return any(words in problem for problem in state.problems)
