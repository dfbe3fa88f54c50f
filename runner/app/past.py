"""What earlier runs of a recipe did, so that a plan can say what changed."""

from runner.plan.plan import Plan, RecipeName
from runner.plan.reason import PastWork, past_work
from runner.store.store import Store

RUNS_BACK = 5
RUNS_LOOKED_AT = 50


def is_of_recipe(document: object, recipe: RecipeName) -> bool:
    """Whether a plan document is of a recipe, whatever the recipe's text was then."""
    found = document.get("recipe") if isinstance(document, dict) else None
    return isinstance(found, dict) and (found.get("path"), found.get("name")) == (recipe.path, recipe.name)


def past_of(store: Store, recipe: RecipeName) -> PastWork:
    """Fold the plans of a recipe's latest runs; a plan that this version cannot read says nothing."""
    plans: list[Plan] = []
    for row in store.ledger.runs()[:RUNS_LOOKED_AT]:
        started = store.ledger.started(row.run_id)
        if started is None:
            continue
        if not is_of_recipe(started.plan, recipe):
            continue
        # Imported here because a first plan has no past, and the document's models take a while to be made.
        from runner.plan.document import read_document

        try:
            plans.append(read_document(started.plan))
        except ValueError:
            continue
        if len(plans) == RUNS_BACK:
            break
    return past_work(plans[::-1])
