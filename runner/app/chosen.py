"""The part of a recipe that is to be planned, and the same part of what it is compared with."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.app.cell_list import read_cell_list
from runner.app.desk import Desk, plan_on
from runner.app.downloads import Downloads
from runner.app.past import is_of_recipe
from runner.app.select import SelectDoors, select_cells
from runner.core.errors import UsageError
from runner.plan.draft import DraftCell
from runner.plan.plan import Cell, Plan, RecipeName
from runner.recipe.parsed import ParsedRecipe
from runner.store.store import Store

if TYPE_CHECKING:
    from runner.plan.against import Against


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The part of a recipe that was asked for.

    Attributes:
        select: As ``select_cells`` takes it; none for all.
        only: Ids of the only cells to plan, besides what ``select`` says; None for all.
        downloads: The pictures of its addresses.
    """

    select: tuple[str, ...]
    only: frozenset[str] | None
    recipe: ParsedRecipe
    desk: Desk
    downloads: Downloads

    def cells(self, cells: tuple[DraftCell, ...]) -> tuple[DraftCell, ...]:
        """Keep what was selected."""
        found = select_cells(cells, self.select, self._doors())
        return found if self.only is None else tuple(cell for cell in found if cell.id in self.only)

    def against(self, ref: str, plan: Plan) -> "Against":
        """Compare the plan with what it was at a ref of git, or in a saved plan."""
        from runner.app.against import compare_with

        return compare_with(ref, plan, self.desk, self.downloads, self.earlier)

    def earlier(self, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        """Keep the same part of what the plan is compared with, which may have nothing of it."""
        try:
            return select_cells(cells, self.select, self._doors())
        except UsageError as error:
            if error.code not in {"nothing-selected", "unknown-name"}:
                raise
            return ()

    def _doors(self) -> SelectDoors:
        name = self.desk.name_of(self.recipe)
        return SelectDoors(
            failed=lambda: _failed_cells(self.desk.store, name), changed=self._changed_cells, listed=read_cell_list
        )

    def _changed_cells(self, ref: str) -> Collection[str]:
        """The cells with work that there was not at a git ref."""
        from runner.app.against import plan_at
        from runner.app.base import open_base

        now = plan_on(self.desk, self.recipe)
        with open_base(ref, self.desk.project.root) as base:
            then = plan_at(base, self.desk, self.downloads)
        keys = {action.key for action in then.actions} if isinstance(then, Plan) else set()
        cells = now.cells if isinstance(now, Plan) else ()
        return {cell.id for cell in cells if not keys.issuperset(cell.actions.values())}


def _failed_cells(store: Store, recipe: RecipeName) -> Collection[str]:
    """The cells that failed in the newest run of a recipe."""
    from runner.report.summary import summarize

    for row in store.ledger.runs():
        started = store.ledger.started(row.run_id)
        if started is not None and is_of_recipe(started.plan, recipe):
            summary = summarize(store.ledger.events(row.run_id))
            return {cell.cell.id for cell in summary.cells if cell.has_failed}
    hint = "run the recipe first"
    raise UsageError("no-runs", f"'{recipe.name}' was never run", hint=hint)
