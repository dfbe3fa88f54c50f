"""The page as HTML: styles and script inside, nothing fetched but its thumbnails and itself."""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from runner.server.page.overview import Minute, Overview
from runner.server.runs.row import OutputRow, RunRow

if TYPE_CHECKING:
    from jinja2 import Environment

_CHART_PX = 60
_SHOWN_FAILURE = 160


@dataclass(frozen=True, slots=True)
class _Figure:
    """A number in large letters."""

    name: str
    value: str
    unit: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class _Bar:
    """A minute in the chart: heights of its two parts."""

    succeeded_px: float
    others_px: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tile:
    """A run in the list; ``picture`` is the id of its output, empty where there is none."""

    id: str
    status: str
    has_ended: bool
    model: str
    ref: str
    when: str
    took: str
    failure: str
    picture: str
    width_px: int
    height_px: int


def page_html(overview: Overview) -> str:
    """Write the page; every text that clients sent stays text."""
    from markupsafe import Markup

    counts = [minute.succeeded + minute.others for minute in overview.minutes]
    waiting = overview.unfinished.get("queued", 0)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            title=f"{waiting} waiting · edit-runner" if waiting else "edit-runner",
            style=Markup(_static("page.css")),  # noqa: S704 - our own file
            script=Markup(_static("page.js")),  # noqa: S704 - our own file
            overview=overview,
            figures=_figures(overview),
            bars=_bars(overview.minutes, max(counts)),
            ended=sum(counts),
            best=max(counts),
            runs=[_tile(run, overview.outputs.get(run.id, ())) for run in overview.runs],
        )
    )


def page_headers() -> dict[str, str]:
    """Allow the page its own style, script, thumbnails and itself, and nothing else."""
    policy = (
        f"default-src 'none'; style-src {_hash('page.css')}; script-src {_hash('page.js')}; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"}


def _figures(overview: Overview) -> list[_Figure]:
    unfinished, day = overview.unfinished, overview.day
    busy = unfinished.get("running", 0) + unfinished.get("dispatching", 0)
    waiting, failed = unfinished.get("queued", 0), day.get("failed", 0)
    median = "–" if overview.median_ms is None else f"{overview.median_ms / 1000:.1f}"
    return [
        _Figure("waiting", f"{waiting:,}", tone="waiting" if waiting else ""),
        _Figure("under way", f"{busy:,}"),
        _Figure("succeeded in 24 h", f"{day.get('succeeded', 0):,}", tone="succeeded"),
        _Figure("failed in 24 h", f"{failed:,}", tone="failed" if failed else ""),
        _Figure("median time", median, "s" if overview.median_ms is not None else ""),
    ]


def _bars(minutes: tuple[Minute, ...], most: int) -> list[_Bar]:
    """Scale the minutes to the chart; one that has anything is never too low to be seen."""
    scale = _CHART_PX / max(1, most)
    return [_Bar(_height_px(minute.succeeded, scale), _height_px(minute.others, scale)) for minute in minutes]


def _height_px(count: int, scale: float) -> float:
    return max(1.5, round(count * scale, 1)) if count else 0


def _tile(run: RunRow, outputs: tuple[OutputRow, ...]) -> _Tile:
    failure = run.failure_message or ""
    output = outputs[0] if outputs else None
    return _Tile(
        id=run.id,
        status=run.status_code,
        has_ended=run.has_ended,
        model=run.model,
        ref=run.client_ref or "",
        when=f"{run.created_at[:10]} {run.created_at[11:19]}",
        took="" if run.duration_ms is None else f"{run.duration_ms / 1000:.1f} s",
        failure=failure if len(failure) <= _SHOWN_FAILURE else f"{failure[:_SHOWN_FAILURE]}…",
        picture="" if output is None else output.id,
        width_px=1 if output is None else output.width_px,
        height_px=1 if output is None else output.height_px,
    )


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("runner.server.page"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


@cache
def _static(name: str) -> str:
    return (resources.files("runner.server.page") / "static" / name).read_text(encoding="utf-8")


@cache
def _hash(name: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(_static(name).encode()).digest()).decode()}'"
