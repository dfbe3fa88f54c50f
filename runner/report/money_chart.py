"""The money of each step as an SVG drawing; its twin is the table of money by step."""

from typing import TYPE_CHECKING

from runner.core.money import ZERO, Money
from runner.report.drawing import ROW_PX, WIDTH_PX, chart, rect, text
from runner.report.parts import StepSummary
from runner.report.summary import RunSummary

if TYPE_CHECKING:
    from markupsafe import Markup

_BAR_PX = 12.0
_STEP_PX = ROW_PX + _BAR_PX + 8
_HEIGHTS = {"cached": 6.0, "charged": _BAR_PX, "reserved": 9.0, "unspent": 3.0}
"""Parts differ in height too, for those who cannot tell their colors apart."""

_WORDS = {"cached": "from the cache", "charged": "charged", "reserved": "set aside", "unspent": "quoted, not charged"}


def draw_money(summary: RunSummary) -> "Markup | str":
    """Draw where the list price of each step went; nothing where no step has a price."""
    steps = [step for step in summary.steps if _parts(step)]
    longest = max((sum(float(amount.amount) for amount in _parts(step).values()) for step in steps), default=0.0)
    if not longest:
        return ""
    shapes: list[Markup] = []
    for at, step in enumerate(steps):
        top_px, left_px = at * _STEP_PX, 0.0
        shapes.append(text(0, top_px + 11, step.quote.id, "chart-row"))
        shapes.append(text(WIDTH_PX, top_px + 11, f"list {step.quote.list_price}", "chart-label end"))
        for part, amount in _parts(step).items():
            width_px = float(amount.amount) / longest * WIDTH_PX
            height_px = _HEIGHTS[part]
            bar_top_px = top_px + ROW_PX + (_BAR_PX - height_px) / 2
            title = f"{step.quote.id}: {amount} {_WORDS[part]}"
            shapes.append(rect(left_px, bar_top_px, width_px, height_px, f"money-{part}", title))
            left_px += width_px
    return chart(shapes, len(steps) * _STEP_PX, "Money by step: from the cache, charged, set aside, not charged")


def _parts(step: StepSummary) -> dict[str, Money]:
    """Split what a step is worth; parts without money are left out."""
    spent = step.charged + step.reserved
    unspent = step.quote.payable - spent if step.quote.payable > spent else ZERO
    parts = {
        "cached": step.quote.cached_value,
        "charged": step.charged,
        "reserved": step.reserved,
        "unspent": unspent,
    }
    return {name: amount for name, amount in parts.items() if amount}
