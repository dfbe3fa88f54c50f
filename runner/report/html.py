"""The report as one page that opens from disk: styles, script and data inside, nothing fetched from anywhere."""

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING

import orjson

from runner.report.assets import SCRIPTS, STYLES
from runner.report.figures import cell_figures, check_figures, money_figures, step_rows
from runner.report.pictures import Pictures, file_url
from runner.report.summary import RunSummary
from runner.report.view import view_actions, view_cells
from runner.report.views import ActionView, CellView, StepView
from runner.report.wording import OUTCOME_WORDS, duration_text, time_text

if TYPE_CHECKING:
    from jinja2 import Environment

_ESCAPES = str.maketrans({letter: f"\\u{ord(letter):04x}" for letter in "&<>\u2028\u2029"})


def render_html(summary: RunSummary, pictures: Pictures) -> str:
    """Write the page of a run; every text that people, files or providers wrote stays text."""
    from markupsafe import Markup

    cells, actions = view_cells(summary, pictures.root_path), view_actions(summary)
    styles, scripts = [_static(name) for name in STYLES], [_static(name) for name in SCRIPTS]
    name = summary.plan.recipe.name or summary.run_id or "run"
    # Marked as safe: our own files, and JSON in which no character can end the element that holds it.
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            csp=_policy(styles, scripts),
            styles=[Markup(style) for style in styles],  # noqa: S704 - our own files
            scripts=[Markup(script) for script in scripts],  # noqa: S704 - our own files
            data=Markup(_data(summary, cells, actions, pictures)),  # noqa: S704 - escaped for its place
            run=summary,
            name=name,
            title=name,
            recipe_url=file_url(summary.plan.recipe.path, pictures.root_path),
            recipe_lines=summary.recipe_text.splitlines(),
            files=True,
            reservations=[],
            reservations_more=0,
            money_chart="",
            timeline=None,
            lean=False,
            started=time_text(summary.started_at),
            duration=duration_text(summary.duration_ms),
            cell_figures=cell_figures(summary),
            check_figures=check_figures(summary),
            money_figures=money_figures(summary),
            steps=step_rows(summary),
            cells=cells,
            words=OUTCOME_WORDS,
            titles={cell.id: cell.title for cell in cells},
            actions=actions,
            pictures=pictures.by_id,
        )
    )


def _data(summary: RunSummary, cells: tuple[CellView, ...], actions: tuple[ActionView, ...], pictures: Pictures) -> str:
    """Write what the script shows as JSON that can stand in a script element: nothing in it can end the element."""
    recipe = summary.plan.recipe
    shown = {
        "run": {
            "id": summary.run_id,
            "title": recipe.name,
            "recipe": recipe.path,
            "recipe_url": file_url(recipe.path, pictures.root_path),
            "state": summary.state,
            "first_checks": [],
            "verdict_file": f"{summary.run_id}-{{verdict}}.txt",
        },
        "steps": {
            step.quote.id: StepView(uses=step.quote.uses, first_line=0, last_line=0, yaml="") for step in summary.steps
        },
        "heat": {"scale": [], "unit": "ΔE"},
        "cells": cells,
        "actions": actions,
        "pictures": pictures.by_id,
    }
    return orjson.dumps(shown).decode().translate(_ESCAPES)


def _policy(styles: list[str], scripts: list[str]) -> str:
    """Allow this page's own style and scripts by their hashes, pictures beside it, and nothing else."""
    return (
        f"default-src 'none'; style-src {' '.join(map(_hash, styles))}; script-src {' '.join(map(_hash, scripts))}; "
        "img-src 'self' file: data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("runner.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _static(name: str) -> str:
    from jinja2 import PackageLoader

    source, _, _ = PackageLoader("runner.report", "static").get_source(_environment(), name)
    return source
