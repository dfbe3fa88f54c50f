"""Apply a saved plan: exactly as it is written, once."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from runner.app.carry_out import RunDone, carry_out
from runner.app.fresh import refuse_edited, refuse_stale, refuse_used, root_of
from runner.app.plan_file import read_saved_plan
from runner.app.project import Problems
from runner.app.ready import make_ready_plan
from runner.app.run import How, assign
from runner.app.spending import policy_problems, refuse_over_budget
from runner.core.diagnostic import has_errors
from runner.core.errors import ExitCode
from runner.plan.locking import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyRequest:
    """Which saved plan to apply.

    Attributes:
        path: Of the plan's file.
        frozen: Whether nothing may be downloaded or bought, and everything must be locked and there.
    """

    path: Path
    how: How
    frozen: bool = False


def apply_plan(request: ApplyRequest) -> RunDone | Problems:
    """Apply a saved plan to the project around the working directory, or else to the one that it was made in.

    Returns:
        How the run ended, or what forbids it.

    Raises:
        Refused: the plan was changed by hand, was applied before, or is not what the recipe would do now; a budget
            does not allow it, a key is missing, nobody confirmed, or a provider cannot be bought from.
        UsageError: there is no such file, or it is no plan.
        StoreError: the state is damaged or cannot be written.
    """
    how, saved = request.how, read_saved_plan(request.path)
    refuse_edited(saved)
    root = root_of(saved, Path.cwd())
    refuse_used(saved, root)
    plan_now = partial(make_ready_plan, tell=how.tell, meter=how.meter)
    now = refuse_stale(saved, root, plan_now, frozen=request.frozen)
    if isinstance(now, Problems):
        return now
    planned = replace(now, plan=replace(saved.plan, root=str(root)), plan_id=saved.id, saved=saved.document)
    if has_errors(saved.plan.diagnostics):
        return Problems(saved.plan.diagnostics)
    refuse_over_budget(planned.plan)
    if broken := policy_problems(planned, by_saved_plan=True):
        return Problems(broken, ExitCode.REFUSED)
    how.warn(saved.plan.diagnostics)
    scope = Scope(is_selection=bool(saved.plan.select), is_one_of_providers=True)
    return carry_out(assign(planned, how, lock=None if request.frozen else scope, saved_plan=saved.name))
