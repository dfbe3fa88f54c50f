"""Whether a plan may be run, in a sentence: what text, Markdown and annotations say first."""

from dataclasses import dataclass

from runner.cli.render.layout import count
from runner.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Verdict:
    """A word that stands alone, and the rest of the sentence.

    Attributes:
        ok: Whether a run would begin.
    """

    ok: bool
    word: str
    reason: str

    @property
    def text(self) -> str:
        """The whole sentence."""
        return f"{self.word}: {self.reason}" if self.reason else self.word


def verdict_of(plan: Plan, refusal: str = "") -> Verdict:
    """Judge a plan by its problems, its budget and the policy.

    Args:
        plan: With its quote.
        refusal: Why a run of it would be refused; empty where it would not.
    """
    errors = sum(diagnostic.severity == "error" for diagnostic in plan.diagnostics)
    budget = plan.quote.budget
    if errors:
        return Verdict(False, "cannot run", count(errors, "problem"))
    if not budget.ok:
        return Verdict(False, "over budget", "; ".join(budget.over))
    if refusal:
        return Verdict(False, "refused", refusal)
    if budget.max is not None:
        return Verdict(True, "within the budget", f"at most {plan.quote.totals.worst_case:s} of {budget.max:s}")
    return Verdict(True, "allowed", "the recipe sets no budget" if plan.quote.totals.payable else "nothing to pay")
