"""What earlier runs of a recipe did, so that a plan can say what changed."""

from runner.plan.document import read_document
from runner.plan.plan import Plan, RecipeName
from runner.plan.reason import PastWork, past_work
from runner.store.store import Store

RUNS_BACK = 5
RUNS_LOOKED_AT = 50


def past_of(store: Store, recipe: RecipeName) -> PastWork:
    """Fold the plans of a recipe's latest runs; a plan that this version cannot read says nothing."""
    plans: list[Plan] = []
    for row in store.ledger.runs()[:RUNS_LOOKED_AT]:
        started = store.ledger.started(row.run_id)
        if started is None:
            continue
        try:
            plan = read_document(started.plan)
        except ValueError:
            continue
        if (plan.recipe.path, plan.recipe.name) == (recipe.path, recipe.name):
            plans.append(plan)
        if len(plans) == RUNS_BACK:
            break
    return past_work(plans[::-1])
