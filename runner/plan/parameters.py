"""The parameters of a step in one cell: evaluated, each of the kind that its model's card asks for."""

from collections.abc import Mapping

from runner.catalog.card import ModelCard, Parameter
from runner.catalog.values import check_value, expected_value
from runner.plan.derive import derive_parameters
from runner.plan.draft import DraftValue, as_scalar
from runner.plan.evaluate import Evaluator, Wrong
from runner.plan.gathered import WantedFile
from runner.plan.mask_use import use_mask
from runner.plan.plan import Scalar
from runner.plan.scope import MaskName, Picture, StepPicture
from runner.recipe.parsed import ParsedMask, ParsedStep, ParsedValue
from runner.recipe.template import Template
from runner.source.source import Place


class Parameters:
    """Evaluates the parameters of one step for one cell after the other; what is the same for all, once.

    Args:
        step: Whose parameters they are.
        card: Its model's.
        provider: Where it runs.
        masks: The recipe's.
        evaluator: Notes what is wrong.
    """

    def __init__(
        self,
        step: ParsedStep,
        card: ModelCard,
        provider: str,
        masks: Mapping[str, ParsedMask],
        evaluator: Evaluator,
    ) -> None:
        self._step = step
        self._provider = provider
        self._masks = masks
        self._evaluator = evaluator
        given = [(card.parameter(name), value) for name, value in step.parameters.items()]
        self._given = [
            (parameter.name, parameter, value, _is_fixed(value)) for parameter, value in given if parameter is not None
        ]
        self._found: dict[str, DraftValue] = {}
        self._defaults = {p.name: as_scalar(p.default) for p in card.parameters if p.default is not None}

    def draft(self, names: Mapping[str, object]) -> Mapping[str, DraftValue]:
        """Give what is sent to the model.

        Args:
            names: What expressions may read in this cell.

        Returns:
            What the recipe says, what the card fills in, and what follows from both.

        Raises:
            Skip: a value is the picture of a step that does not apply.
            Wrong: a value does not fit; the diagnostic is noted.
        """
        params: dict[str, DraftValue] = {}
        for name, parameter, value, is_fixed in self._given:
            if name in self._found:
                params[name] = self._found[name]
                continue
            self._give(params, parameter, value, names)
            if is_fixed and name in params:
                self._found[name] = params[name]
        for name, default in self._defaults.items():
            params.setdefault(name, default)
        return self._derived(params)

    def _give(
        self, params: dict[str, DraftValue], parameter: Parameter, value: ParsedValue, names: Mapping[str, object]
    ) -> None:
        """Add a parameter; one that is not required counts as left out where its expression gives no text."""
        place: Place = (*self._step.place, "with", parameter.name)
        evaluated = self._evaluator.value(value, place, names)
        if evaluated == "" and isinstance(value, Template) and value.expressions and not parameter.required:
            return
        params[parameter.name] = self._value(parameter, evaluated, place, names)

    def _value(self, parameter: Parameter, evaluated: object, place: Place, names: Mapping[str, object]) -> DraftValue:
        match evaluated, parameter.kind:
            case Picture(), "image":
                return evaluated.image
            case StepPicture(), "image":
                return evaluated
            case str(), "image":
                return WantedFile(kind="picture", path=evaluated, place=place)
            case MaskName(), "mask":
                return use_mask(evaluated.name, self._masks, names, self._evaluator)
            case ((Picture() | StepPicture() | MaskName()), _):
                self._evaluator.problem(place, "wrong-type", f"'{parameter.name}' must be {expected_value(parameter)}")
                raise Wrong
            case _:
                return self._scalar_value(parameter, evaluated, place)

    def _scalar_value(self, parameter: Parameter, value: object, place: Place) -> Scalar:
        try:
            return as_scalar(check_value(parameter, value))
        except ValueError as error:
            self._evaluator.problem(place, "bad-value", f"'{parameter.name}' must be {error}")
            raise Wrong from error

    def _derived(self, params: dict[str, DraftValue]) -> Mapping[str, DraftValue]:
        try:
            return derive_parameters(self._step.uses, self._provider, params)
        except ValueError as error:
            at = (*self._step.place, "with", "eye_color")
            message, _, hint = str(error).partition("\n")
            self._evaluator.problem(at, "unknown-color", message, hint)
            raise Wrong from error


def _is_fixed(value: ParsedValue) -> bool:
    """Whether a parameter has the same value in every cell."""
    parts = value if isinstance(value, tuple) else (value,)
    return all(part.is_fixed for part in parts if isinstance(part, Template))
