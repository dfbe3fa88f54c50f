"""Whether a plan may be carried out as it stands: what a reviewer asks first."""

from runner.app.plan import Planned
from runner.app.spending import refuse_spending, spent_this_month
from runner.core.errors import Refused


def refusal_of(planned: Planned) -> Refused | None:
    """Say why a run would be refused, by the recipe's budget or the project's policy; None where it would not.

    Raises:
        StoreError: the state is damaged.
    """
    project = planned.project
    try:
        refuse_spending(planned.plan, project.settings.policy, spent_this_month(project.root))
    except Refused as refusal:
        return refusal
    return None
