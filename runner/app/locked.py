"""A plan held against the recipe's lock file, and ``--frozen``."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from runner.app.lock_file import lock_path
from runner.app.project import Problems
from runner.core.diagnostic import Diagnostic, Span, in_file_order
from runner.core.errors import ExitCode
from runner.plan.lock_check import LockedState, frozen_misses, lock_warnings
from runner.plan.plan import Plan
from runner.recipe.parsed import ParsedRecipe


def hold_against_lock(recipe: ParsedRecipe, plan: Plan, state: LockedState, *, frozen: bool) -> Plan | Problems:
    """Warn of what is not as the lock file holds it; when frozen, refuse that, and all that is not there."""
    warnings = list(lock_warnings(recipe, plan, state))
    if not frozen:
        return replace(plan, diagnostics=tuple(in_file_order([*plan.diagnostics, *warnings])))
    errors = [replace(warning, severity="error") for warning in warnings]
    misses = [*errors, *frozen_misses(recipe, plan, state)]
    return _refused(misses) if misses else plan


def as_refusal(problems: Problems) -> Problems:
    """Give what is missing only because nothing may be downloaded the exit code of a refusal."""
    is_miss = any(problem.code == "frozen-miss" for problem in problems.diagnostics)
    return _refused(problems.diagnostics) if is_miss else problems


def no_lock(recipe: Path) -> Problems:
    """Refuse to be frozen without a lock file."""
    path = lock_path(recipe)
    message, hint = f"there is no lock file '{path}'", f"a run without --frozen writes it: runner run {recipe}"
    return _refused([Diagnostic(path=str(path), span=Span(1, 1), code="frozen-miss", message=message, hint=hint)])


def _refused(problems: Iterable[Diagnostic]) -> Problems:
    return Problems(tuple(in_file_order(problems)), ExitCode.REFUSED)
