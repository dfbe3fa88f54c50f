"""Whether a saved plan may still be applied: nothing that it saw has changed, and it was not applied before."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from runner.app.files import FileFinder
from runner.app.plan import Planned, PlanRequest, make_plan
from runner.app.plan_file import SavedPlan
from runner.app.project import Problems, open_project
from runner.catalog.card import card_digest
from runner.core.digest import digest_bytes
from runner.core.errors import ExitCode, Refused
from runner.plan.document import read_document
from runner.plan.plan import InputImage, Plan
from runner.plan.stale import files_seen, why_stale
from runner.settings import find_root
from runner.store.place import state_file
from runner.store.store import open_store_for_planning

PlanNow: TypeAlias = Callable[[PlanRequest], Planned | Problems]
"""Plans a recipe as things are now; raises as ``make_plan``."""


def root_of(saved: SavedPlan, place: Path) -> Path:
    """Say which project a saved plan belongs to: the one around a place where that has the recipe, else its own.

    A plan that was made in another clone is so applied to the clone that one works in.

    Raises:
        Refused: neither has the recipe.
    """
    around = find_root(place)
    for root in (around, Path(saved.plan.root)):
        if (root / saved.plan.recipe.path).is_file():
            return root.resolve()
    message = f"the recipe '{saved.plan.recipe.path}' is not there any more"
    raise _stale(saved, message)


def refuse_edited(saved: SavedPlan) -> None:
    """Refuse a plan that is not what its digest stands for.

    Raises:
        Refused: somebody changed it.
    """
    if saved.is_edited:
        message = f"'{saved.path}' was changed after it was made: it is not {saved.id}"
        raise Refused("plan-edited", message, hint=_new_plan(saved))


def refuse_used(saved: SavedPlan, root: Path) -> None:
    """Refuse a plan that was applied already.

    Raises:
        Refused: it was; the hint says how to go on.
        StoreError: the state is damaged.
    """
    if not state_file(root).is_file():
        return
    with open_store_for_planning(root) as store:
        run_id = store.ledger.run_of_plan(saved.name)
        row = store.ledger.run(run_id) if run_id is not None else None
    if row is None:
        return
    hint = f"runner resume {row.run_id} goes on with it" if row.state == "interrupted" else _new_plan(saved)
    raise Refused("plan-used", f"'{saved.path}' was applied already, in run {row.run_id}", hint=hint)


def refuse_stale(
    saved: SavedPlan, root: Path, plan_now: PlanNow = make_plan, *, frozen: bool = False, offline: bool = False
) -> Planned | Problems:
    """Refuse a plan that saw another recipe, input, mask, card or price than there is now.

    Args:
        saved: The plan.
        root: Of ``root_of``.
        plan_now: Makes the plan that it is compared with.
        frozen: Whether nothing may be downloaded, and everything must be locked and there.
        offline: Whether nothing may be downloaded.

    Returns:
        What the recipe would do now, which is the same; or what is missing because nothing may be downloaded or made.

    Raises:
        Refused: something changed; the message names the first such thing.
        UsageError, StoreError: as ``make_plan``.
    """
    for reason in (_recipe_change(saved.plan, root), _card_change(saved.plan, root), _file_change(saved.plan, root)):
        if reason:
            raise _stale(saved, reason)
    now = plan_now(
        PlanRequest(
            recipe=root / saved.plan.recipe.path,
            provider=saved.plan.provider,
            cells=frozenset(cell.id for cell in saved.plan.cells) if saved.plan.select else None,
            frozen=frozen,
            offline=offline,
        )
    )
    if isinstance(now, Problems):
        if now.exit_code is ExitCode.REFUSED:
            return now
        raise _stale(saved, now.diagnostics[0].message)
    # Read back, so that what JSON does to a plan, such as lists for tuples, was done to both.
    if reason := why_stale(saved.plan, read_document(now.document)):
        raise _stale(saved, reason)
    return now


def _recipe_change(plan: Plan, root: Path) -> str:
    content = (root / plan.recipe.path).read_bytes().removeprefix(b"\xef\xbb\xbf")
    return "" if digest_bytes(content) == plan.recipe.digest else f"the recipe '{plan.recipe.path}' changed"


def _card_change(plan: Plan, root: Path) -> str:
    project = open_project(root)
    if isinstance(project, Problems):
        return project.diagnostics[0].message
    prices = {step.uses: f"{step.unit_price:s} per {step.unit}" for step in plan.quote.steps}
    for model, digest in plan.cards.items():
        card = project.catalog.card(model)
        if card is None:
            return f"there is no model '{model}' any more"
        now = f"{card.price.amount:s} per {card.price.unit}"
        if now != prices.get(model, now):
            return f"the price of '{model}' was {prices[model]}, and is {now}"
        if card_digest(card) != digest:
            return f"the card of '{model}' changed"
    return ""


def _file_change(plan: Plan, root: Path) -> str:
    with open_store_for_planning(root) as store:
        files = FileFinder(root, root, store.files)
        for path, (digest, name) in files_seen(plan).items():
            if path.startswith(".runner/"):  # a download: it is fetched again where it is gone, and held to its pin
                continue
            found = files.picture(path, may_be_outside=True)
            if not isinstance(found, InputImage):
                return f"{name} cannot be read any more: {found.message}"
            if found.artifact.digest != digest:
                return f"{name} changed"
    return ""


def _stale(saved: SavedPlan, reason: str) -> Refused:
    return Refused("plan-stale", f"'{saved.path}' is out of date: {reason}", hint=_new_plan(saved))


def _new_plan(saved: SavedPlan) -> str:
    return f"make a new plan: runner plan {saved.plan.recipe.path} -o {saved.path}"
