"""What the script of the page shows, as JSON."""

from dataclasses import replace

import orjson

from runner.images.heat import LEVELS
from runner.report.pictures import Picture, Pictures
from runner.report.step_lines import step_lines
from runner.report.summary import RunSummary
from runner.report.views import ActionView, CellView, StepView
from runner.report.wanted import PictureId

_UNSAFE = {letter.encode(): f"\\u{ord(letter):04x}".encode() for letter in "&<>\u2028\u2029"}


def page_data(
    summary: RunSummary,
    cells: tuple[CellView, ...],
    actions: tuple[ActionView, ...],
    pictures: Pictures,
    *,
    is_alone: bool = False,
) -> str:
    """Write what the script shows as JSON that can stand in a script element: nothing in it can end the element.

    Where a page stands alone, the script has the large pictures only: the small ones are in the table without script.
    """
    shown = {
        "run": _run(summary, pictures),
        "steps": _steps(summary),
        "heat": {"scale": [{"from": one.least, "color": one.color, "word": one.word} for one in LEVELS], "unit": "ΔE"},
        "cells": cells,
        "actions": actions,
        "pictures": _large_alone(pictures) if is_alone else pictures.by_id,
    }
    text = orjson.dumps(shown)
    for letter, escape in _UNSAFE.items():
        text = text.replace(letter, escape)
    return text.decode()


def page_title(summary: RunSummary) -> str:
    """Give the heading that the recipe wants, or else its name."""
    return summary.plan.report_title or summary.plan.recipe.name or summary.run_id or "run"


def _large_alone(pictures: Pictures) -> dict[PictureId, Picture]:
    return {picture_id: replace(picture, small=None) for picture_id, picture in pictures.by_id.items()}


def _run(summary: RunSummary, pictures: Pictures) -> dict[str, object]:
    recipe = summary.plan.recipe
    return {
        "id": summary.run_id,
        "title": page_title(summary),
        "recipe": recipe.path,
        "recipe_url": pictures.project_url(recipe.path),
        "state": summary.state,
        "first_checks": summary.plan.report_checks,
        "verdict_file": f"{summary.run_id}-{{verdict}}.txt",
    }


def _steps(summary: RunSummary) -> dict[str, StepView]:
    lines = step_lines(summary.recipe_text)
    steps: dict[str, StepView] = {}
    for step in summary.steps:
        found = lines.get(step.quote.id)
        steps[step.quote.id] = StepView(
            uses=step.quote.uses,
            first_line=found.first if found else 0,
            last_line=found.last if found else 0,
            yaml=found.text if found else "",
        )
    return steps
