"""The figures at the top of the page, and the money of each step."""

from dataclasses import dataclass

from runner.core.money import Money
from runner.report.parts import CellOutcome, StepSummary
from runner.report.summary import RunSummary
from runner.report.wording import OUTCOME_WORDS, cell_text, duration_text

SET_ASIDE = "set aside"

_RARE: tuple[CellOutcome, ...] = ("quarantined", "in_doubt", "skipped")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, with what puts it into proportion; its state gives it a color."""

    label: str
    text: str
    note: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """A step's row in the table of money, in words."""

    step: str
    uses: str
    provider: str
    price: str
    actions: int
    outcomes: str
    list_price: str
    cached_value: str
    quoted: str
    reserved: str
    charged: str
    time: str


def cell_figures(summary: RunSummary) -> list[Figure]:
    """Count the cells by what became of them; an outcome that needs nobody and did not occur is left out."""
    outcomes = [cell.outcome for cell in summary.cells]
    done = outcomes.count("succeeded") + outcomes.count("reused")
    reused = outcomes.count("reused")
    note = f"of {len(outcomes)}, {reused} reused" if reused else f"of {len(outcomes)}"
    figures = [Figure("cells done", f"{done}", note, "done" if done else "")]
    figures.append(Figure("failed", f"{outcomes.count('failed')}", "", "failed" if "failed" in outcomes else ""))
    figures += [
        Figure(OUTCOME_WORDS[outcome], f"{outcomes.count(outcome)}", "", outcome)
        for outcome in _RARE
        if outcome in outcomes
    ]
    return figures


def check_figures(summary: RunSummary) -> list[Figure]:
    """Count the checks that passed, of those that were measured; nothing where there were none."""
    states = [check.state for cell in summary.cells for check in cell.checks]
    if not states:
        return []
    failed, warned = states.count("failed") + states.count("quarantined"), states.count("warned")
    notes = [f"of {len(states)}", f"{failed} failed" if failed else "", f"{warned} warn" if warned else ""]
    text = f"{states.count('passed')}"
    return [Figure("checks passed", text, ", ".join(note for note in notes if note))]


def money_figures(summary: RunSummary) -> list[Figure]:
    """Give the figures of money, the charge against the quote; what is set aside only where something is in doubt."""
    totals = summary.plan.quote.totals
    return [
        Figure("list price", f"{totals.list_price}", "without a cache"),
        Figure("from the cache", f"{totals.cached_value}", "saved"),
        Figure("quoted", f"{totals.payable}", "at most"),
        *([Figure(SET_ASIDE, f"{summary.reserved}", "in doubt", "in_doubt")] if summary.reserved else ()),
        Figure("charged", f"{summary.charged}", _against(summary.charged, totals.payable)),
    ]


def step_rows(summary: RunSummary) -> list[StepRow]:
    """Put the money of each step into words."""
    return [_row(step) for step in summary.steps]


def _against(charged: Money, quoted: Money) -> str:
    if charged > quoted:
        return f"{charged - quoted} over"
    return f"{quoted - charged} under" if charged < quoted else "as quoted"


def _row(step: StepSummary) -> StepRow:
    quote = step.quote
    dated = f", {quote.price_as_of}" if quote.price_as_of else ""
    return StepRow(
        step=quote.id,
        uses=quote.uses,
        provider=quote.provider,
        price=f"{quote.unit_price} per {quote.unit}{dated}",
        actions=quote.actions,
        outcomes=", ".join(f"{times} {OUTCOME_WORDS[outcome]}" for outcome, times in step.outcomes.items()),
        list_price=f"{quote.list_price}",
        cached_value=f"{quote.cached_value}",
        quoted=f"{quote.payable}",
        reserved=f"{step.reserved}",
        charged=f"{step.charged}",
        time=duration_text(step.duration_ms),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What is set aside for one action that is in doubt, in words."""

    cell: str
    title: str
    step: str
    amount: str
    reason: str


def reservations(summary: RunSummary) -> list[Reservation]:
    """List what is set aside, in the order of the plan."""
    titles = {cell.cell.id: cell_text(cell.cell) for cell in summary.cells}
    return [
        Reservation(
            cell=ended.action.cells[0],
            title=titles.get(ended.action.cells[0], ended.action.cells[0]),
            step=ended.action.step,
            amount=f"{ended.reserved}",
            reason=ended.reason,
        )
        for ended in summary.actions.values()
        if ended.reserved
    ]
