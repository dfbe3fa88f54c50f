"""SVG drawings: shapes and an axis of time; colors are the style sheet's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.report.wording import duration_text

if TYPE_CHECKING:
    from markupsafe import Markup

WIDTH_PX = 960.0
ROW_PX = 16.0
_TICKS_MS = [factor * 10**power for power in range(4) for factor in (1, 2, 5)]
_TICKS_MS += [factor * 1000 for factor in (10, 15, 30, 60, 120, 300, 600, 900, 1800)]
_TICKS_MS += [factor * 3_600_000 for factor in (1, 2, 6, 12, 24, 48, 168, 720)]
_MOST_TICKS = 8


@dataclass(frozen=True, slots=True)
class Axis:
    """Time from left to right over the whole width."""

    longest_ms: int

    def x(self, at_ms: float) -> float:
        """Where a moment stands."""
        return min(WIDTH_PX, at_ms / max(1, self.longest_ms) * WIDTH_PX)

    def grid(self, height_px: float) -> "Iterator[Markup]":
        """Draw a line for each round number, which stands under it."""
        step_ms = next((tick for tick in _TICKS_MS if self.longest_ms / tick <= _MOST_TICKS), _TICKS_MS[-1])
        yield _shape('<line class="chart-axis" x1="0" y1="{}" x2="{}" y2="{}"/>', height_px, WIDTH_PX, height_px)
        for at_ms in range(0, self.longest_ms + 1, step_ms):
            x = self.x(at_ms)
            yield _shape('<line class="chart-grid" x1="{}" y1="0" x2="{}" y2="{}"/>', x, x, height_px)
            end = " end" if x > WIDTH_PX - 40 else ""
            yield text(
                x, height_px + 12, duration_text(at_ms).replace(".0 ", " ") if at_ms else "0", f"chart-label{end}"
            )


def chart(shapes: "Sequence[Markup]", height_px: float, title: str) -> "Markup":
    """Put shapes into a drawing with a name."""
    from markupsafe import Markup

    view = f"0 0 {_number(WIDTH_PX)} {_number(height_px)}"
    head = _shape('<svg class="chart" role="img" viewBox="{}" aria-label="{}">', view, title)
    return head + Markup("").join(shapes) + Markup("</svg>")


def rect(left_px: float, top_px: float, width_px: float, height_px: float, css: str, title: str) -> "Markup":
    """Draw a box with a name."""
    box = '<rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>'
    return _shape(box, css, left_px, top_px, width_px, height_px, title)


def text(x_px: float, y_px: float, words: str, css: str) -> "Markup":
    """Write words; with the class ``end`` they end at the place."""
    anchor = "end" if css.endswith(" end") else "start"
    return _shape('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>', css, x_px, y_px, anchor, words)


def _shape(form: str, *values: str | float) -> "Markup":
    from markupsafe import Markup

    written = [value if isinstance(value, str) else _number(value) for value in values]
    return Markup(form).format(*written)  # noqa: S704 - the values are escaped by format()


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
