"""What the script of the page shows, as JSON."""

from collections.abc import Iterable, Mapping
from operator import attrgetter

import orjson

from runner.images.change import LEVELS
from runner.report.columns import Rows, Table, make_table
from runner.report.pictures import Picture, Pictures
from runner.report.step_lines import step_lines
from runner.report.summary import RunSummary
from runner.report.views import ActionView, CellView, ChangeView, CheckView, Fact, FileView, StepView
from runner.report.wanted import PictureId

_UNSAFE = {letter.encode(): f"\\u{ord(letter):04x}".encode() for letter in "&<>\u2028\u2029"}

_PICTURE = ("id", "small", "large", "full", "viewable", "width_px", "height_px")
_PAIR = ("before", "mask", "after", "outline", "heat")
_CELL = (
    "id", "name", "title", "outcome", "word", "problem", "charged", "cost", "time", "duration_ms", "changed", "chain",
    "check", "check_word", "unmeasured",
)  # fmt: skip
_ACTION = (
    "step", "uses", "revision", "provider", "key", "outcome", "word", "planned", "seed", "started", "tries",
    "list_price", "quoted", "charged", "time", "attempts", "job", "raw", "notes", "records", "problem", "hint",
    "shared",
)  # fmt: skip


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
        "pictures": _pictures(pictures.by_id.values(), is_alone=is_alone),
        **_Tables(pictures.by_id).tell(cells, actions),
    }
    text = orjson.dumps(shown)
    for letter, escape in _UNSAFE.items():
        text = text.replace(letter, escape)
    return text.decode()


class _Tables:
    """The tables of cells and actions, and those of what they have in common; rows name one another by their places."""

    def __init__(self, pictures: Iterable[PictureId]) -> None:
        self._pictures: dict[PictureId | None, int | None] = {None: None}
        self._pictures |= {picture_id: place for place, picture_id in enumerate(pictures)}
        self._facts = Rows(*Fact._fields)
        self._checks = Rows(*CheckView._fields)
        self._changes = Rows(*ChangeView._fields)
        self._files = Rows(*FileView._fields)

    def tell(self, cells: Iterable[CellView], actions: Iterable[ActionView]) -> Mapping[str, Table]:
        """Give the tables by their names; those that rows are placed in come last."""
        return {
            "cells": make_table(
                (*_CELL, *_PAIR, "change", "matrix", "omitted", "checks", "files"), [self._cell(cell) for cell in cells]
            ),
            "actions": make_table(
                (*_ACTION, *_PAIR, "change", "params", "details", "phases"),
                [self._action(action) for action in actions],
            ),
            "facts": self._facts.table(),
            "checks": self._checks.table(),
            "changes": self._changes.table(),
            "files": self._files.table(),
        }

    def _cell(self, cell: CellView) -> tuple[object, ...]:
        checks, files = map(self._checks.place, cell.checks), map(self._files.place, cell.files)
        lists = (self._placed(cell.matrix), self._placed(cell.omitted), tuple(checks), tuple(files))
        return (*_cell_values(cell), *self._pair(cell), self._change(cell.change), *lists)

    def _action(self, action: ActionView) -> tuple[object, ...]:
        lists = (self._placed(action.params), self._placed(action.details), self._placed(action.phases))
        return (*_action_values(action), *self._pair(action), self._change(action.change), *lists)

    def _pair(self, shown: CellView | ActionView) -> Iterable[int | None]:
        return map(self._pictures.__getitem__, _pair_ids(shown))

    def _placed(self, facts: Iterable[Fact]) -> tuple[int, ...]:
        return tuple([self._facts.place((label, text, self._pictures[shown])) for label, text, shown in facts])

    def _change(self, change: ChangeView | None) -> int | None:
        return None if change is None else self._changes.place(change)


_cell_values = attrgetter(*_CELL)
_action_values = attrgetter(*_ACTION)
_pair_ids = attrgetter(*_PAIR)


def _pictures(pictures: Iterable[Picture], *, is_alone: bool) -> Table:
    """Tell how the page reaches its pictures; in the URLs of thumbnails ``*`` stands for the id."""
    rows = [
        (picture_id, None if is_alone else thumbs.small, thumbs.large, *others)
        for picture_id, thumbs, *others in pictures
    ]
    return make_table(_PICTURE, rows)


def page_title(summary: RunSummary) -> str:
    """Give the heading that the recipe wants, or else its name."""
    return summary.plan.report_title or summary.plan.recipe.name or summary.run_id or "run"


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
