"""Whether the masks of cells are what the recipe requires of them."""

from collections.abc import Mapping
from typing import TypeAlias

from runner.catalog.card import ModelCard
from runner.core.artifact import MaskFacts
from runner.core.diagnostic import Diagnostic
from runner.core.digest import Digest
from runner.plan.gathered import FileProblem
from runner.plan.masks import WantedMask, mask_problems
from runner.plan.plan import MaskState
from runner.plan.resolve import ResolvedStep
from runner.recipe.parsed import ParsedMask, ParsedRecipe

Facts: TypeAlias = Mapping[Digest, MaskFacts | FileProblem]
"""Of masks by their ids: evaluated, or why that cannot be."""


class MaskJudge:
    """Judges masks one after the other.

    Attributes:
        problems: What is wrong with the masks so far.
    """

    def __init__(self, recipe: ParsedRecipe, facts: Facts, recipe_path: str) -> None:
        self.problems: list[Diagnostic] = []
        self._recipe = recipe
        self._facts = facts
        self._recipe_path = recipe_path

    def facts(self, wanted: WantedMask) -> MaskFacts | None:
        """What is known of a mask's raster; None where it is drawn while running, or cannot be."""
        facts = self._facts.get(wanted.id)
        return facts if isinstance(facts, MaskFacts) else None

    def state(self, cell_id: str, wanted: WantedMask) -> MaskState:
        """Judge a mask of a cell; one that is drawn from a result is judged only while running."""
        facts = None if wanted.is_late else self._facts[wanted.id]
        return MaskState(
            name=wanted.name,
            cell=cell_id,
            size=wanted.size,
            area=facts.area if isinstance(facts, MaskFacts) else None,
            problems=tuple(self._problems(cell_id, wanted, facts)) if facts is not None else (),
        )

    def leaves_nothing(self, cell_id: str, step: ResolvedStep) -> list[str]:
        """Report masks that cover the whole picture, where the step's model goes by what they leave."""
        whole = [
            wanted
            for name, wanted in step.params.items()
            if isinstance(wanted, WantedMask) and _is_partial(step.card, name) and self._covers_all(wanted)
        ]
        problem = "is white everywhere: nothing of the picture is left to go by"
        for wanted in whole:
            self._report_bad(cell_id, wanted, problem)
        return [problem for _ in whole]

    def _covers_all(self, wanted: WantedMask) -> bool:
        facts = self.facts(wanted)
        return facts is not None and facts.area == 1

    def _problems(self, cell_id: str, wanted: WantedMask, facts: MaskFacts | FileProblem) -> list[str]:
        mask = self._recipe.masks[wanted.name]
        if isinstance(facts, FileProblem):
            self._report(mask, facts.code, facts.message, facts.hint)
            return [facts.message]
        problems = list(mask_problems(mask.require, wanted, facts))
        for problem in problems:
            self._report_bad(cell_id, wanted, problem)
        return problems

    def _report_bad(self, cell_id: str, wanted: WantedMask, problem: str) -> None:
        file = f" ({wanted.file.path})" if wanted.file is not None else ""
        look = f"look at it: runner mask {self._recipe_path} {cell_id} {wanted.name} -o mask.png"
        message = f"mask '{wanted.name}' for '{cell_id}'{file} {problem}"
        self._report(self._recipe.masks[wanted.name], "bad-mask", message, look)

    def _report(self, mask: ParsedMask, code: str, message: str, hint: str) -> None:
        source = self._recipe.source
        self.problems.append(source.diagnostic(source.key_span(mask.place), code, message, hint=hint))


def _is_partial(card: ModelCard, name: str) -> bool:
    parameter = card.parameter(name)
    return parameter is not None and parameter.partial
