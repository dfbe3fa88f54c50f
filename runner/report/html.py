"""The report as one page that opens from disk: styles, script and data inside, nothing fetched from anywhere."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from runner.report.action_view import view_actions
from runner.report.assets import SCRIPTS, STYLES
from runner.report.cell_view import view_cells
from runner.report.data import page_data, page_title
from runner.report.environment import read_static, render_page
from runner.report.figures import cell_figures, check_figures, money_figures, reservations, step_rows
from runner.report.money_chart import draw_money
from runner.report.pictures import Pictures
from runner.report.summary import RunSummary
from runner.report.timeline import make_timeline
from runner.report.timeline_chart import view_timeline
from runner.report.wording import OUTCOME_WORDS, duration_text, time_text

USER_STYLE = "style.css"
USER_SCRIPT = "script.js"
NO_OVERRIDES: Mapping[str, str] = MappingProxyType({})

_MOST_RESERVATIONS = 50
_MOST_FULL_ROWS = 500
"""Above, the table for readers without script has a short row for each cell; ``run.json`` has the rest."""


def render_html(
    summary: RunSummary, pictures: Pictures, overrides: Mapping[str, str] = NO_OVERRIDES, *, is_alone: bool = False
) -> str:
    """Write the page of a run; every text that people, files or providers wrote stays text.

    Args:
        summary: The run.
        pictures: How the page reaches its pictures.
        overrides: Templates that take the place of ours, and a style and a script that follow ours, by file name.
        is_alone: Whether there is nothing beside the page, so that it links to nothing.

    Raises:
        UsageError: ``bad-template``, with file and line.
    """
    from markupsafe import Markup

    cells, actions = view_cells(summary, pictures), view_actions(summary, pictures)
    styles = [*map(read_static, STYLES), *_present(overrides, USER_STYLE)]
    scripts = [*map(read_static, SCRIPTS), *_present(overrides, USER_SCRIPT)]
    set_aside, recipe = reservations(summary), summary.plan.recipe
    # Marked as safe: files that are written into the page as they are, allowed by their hashes, and JSON in which no
    # character can end the element that holds it.
    context: dict[str, object] = {
        "csp": _policy(styles, scripts),
        "styles": [Markup(style) for style in styles],  # noqa: S704
        "scripts": [Markup(script) for script in scripts],  # noqa: S704
        "data": Markup(page_data(summary, cells, actions, pictures, is_alone=is_alone)),  # noqa: S704
        "run": summary,
        "name": recipe.name or summary.run_id or "run",
        "title": page_title(summary),
        "recipe_url": pictures.project_url(recipe.path),
        "recipe_lines": summary.recipe_text.splitlines(),
        "files": not is_alone,
        "started": time_text(summary.started_at),
        "duration": duration_text(summary.duration_ms),
        "cell_figures": cell_figures(summary),
        "check_figures": check_figures(summary),
        "money_figures": money_figures(summary),
        "money_chart": draw_money(summary),
        "steps": step_rows(summary),
        "reservations": set_aside[:_MOST_RESERVATIONS],
        "reservations_more": max(0, len(set_aside) - _MOST_RESERVATIONS),
        "timeline": view_timeline(make_timeline(summary)),
        "cells": cells,
        "lean": len(cells) > _MOST_FULL_ROWS,
        "words": OUTCOME_WORDS,
        "titles": {cell.id: cell.title for cell in cells},
        "actions": actions,
        "pictures": pictures.by_id,
    }
    templates = {name: text for name, text in overrides.items() if name not in {USER_STYLE, USER_SCRIPT}}
    return render_page(context, templates)


def _present(overrides: Mapping[str, str], name: str) -> Iterable[str]:
    return [overrides[name]] if name in overrides else []


def _policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    """Allow this page's own styles and scripts by their hashes, pictures beside it, and nothing else."""
    return (
        f"default-src 'none'; style-src {' '.join(map(_hash, styles))}; script-src {' '.join(map(_hash, scripts))}; "
        "img-src 'self' file: data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
