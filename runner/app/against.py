"""A plan against what it was at a ref of git, or in a saved plan."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from runner.app.base import Base, open_base
from runner.app.desk import Desk, plan_on
from runner.app.downloads import Downloads, PinnedPictures
from runner.app.files import FileFinder
from runner.app.plan_file import read_saved_plan
from runner.app.project import Problems, open_project_in
from runner.app.read import check_text
from runner.catalog.lock import EMPTY_LOCK, Lock, read_lock
from runner.core.errors import UsageError
from runner.plan.against import Against, compare
from runner.plan.decide import decide_actions
from runner.plan.plan import Cell, Plan
from runner.plan.reason import NO_PAST

Keep: TypeAlias = Callable[[tuple[Cell, ...]], tuple[Cell, ...]]
"""Keeps the cells that are to be compared."""


def compare_with(ref: str, plan: Plan, desk: Desk, downloads: Downloads, keep: Keep) -> Against:
    """Compare a plan with an earlier one.

    Args:
        ref: A ref of git, or the path of a saved plan, which ends in ``.json``.
        plan: As things are now.
        desk: That it was made on.
        downloads: The pictures of its addresses.
        keep: The same part of the earlier plan.

    Raises:
        UsageError: there is no git, no such ref or file, or it is not in this clone.
    """
    if ref.endswith(".json") and Path(ref).is_file():
        before = _decided_now(read_saved_plan(Path(ref)).plan, desk)
        return compare(_restricted(before, keep), plan, ref=ref)
    with open_base(ref, desk.project.root) as base:
        then = plan_at(base, desk, downloads)
        if isinstance(then, Plan):
            return compare(_restricted(then, keep), plan, ref=ref, commit=base.commit, notes=tuple(base.notes()))
        return compare(None, plan, ref=ref, commit=base.commit, notes=(then,))


def plan_at(base: Base, desk: Desk, downloads: Downloads) -> Plan | str:
    """Plan the recipe as it was, over the files that there were, against the results that are there now.

    Returns:
        The plan, or a sentence that says why there is none.
    """
    try:
        plan = _plan_at(base, desk, downloads)
    except UsageError as error:
        return f"The recipe at {base.ref} cannot be planned, so that all counts as added: {error.message}."
    if plan is None:
        return f"There is no such recipe at {base.ref}: all is added."
    if isinstance(plan, Problems):
        first = plan.diagnostics[0]
        place = f"{first.path}:{first.span.line}:{first.span.column}"
        return f"The recipe at {base.ref} cannot be planned, so that all counts as added: {place}: {first.message}."
    return plan


def _plan_at(base: Base, desk: Desk, downloads: Downloads) -> Plan | Problems | None:
    path, tree = desk.recipe_path, base.tree
    text = base.text(path.resolve()) if tree.has(path.resolve()) else None
    if text is None:
        return None
    project = open_project_in(base.root, tree)
    lock = _lock(base, path)
    if isinstance(project, Problems):
        return project
    if isinstance(lock, Problems):
        return lock
    providers = replace(desk.providers, settings=project.settings.provider)
    recipe = check_text(text, path, project, providers, tree)
    if isinstance(recipe, Problems):
        return recipe
    files = FileFinder(base.root, path.parent, desk.store.files, tree)
    pictures = PinnedPictures(lock.urls, downloads)
    then = replace(desk, project=project, providers=providers, files=files, pictures=pictures)
    plan = plan_on(then, recipe)
    files.remember()
    return plan


def _lock(base: Base, recipe: Path) -> Lock | Problems:
    path = recipe.with_suffix(".lock")
    text = base.text(path.resolve())
    lock = EMPTY_LOCK if text is None else read_lock(text, str(path))
    return Problems(tuple(lock)) if isinstance(lock, list) else lock


def _decided_now(plan: Plan, desk: Desk) -> Plan:
    """Decide a saved plan again, by the results that are there now; its prices stay."""
    known = desk.store.held(key for action in plan.actions for key in (action.key, action.raw_key))
    shared = desk.remote.of_plan(plan, desk.store).keys
    return replace(plan, actions=decide_actions(plan.actions, known.keys() | shared, NO_PAST))


def _restricted(plan: Plan, keep: Keep) -> Plan:
    """Leave out the cells that are not compared, and what is done for them alone."""
    cells = keep(plan.cells)
    ids = {cell.id for cell in cells}
    actions = [
        replace(action, cells=tuple(cell for cell in action.cells if cell in ids))
        for action in plan.actions
        if not ids.isdisjoint(action.cells)
    ]
    return replace(plan, cells=cells, actions=tuple(actions))
