"""Parameters that follow from others, filled in before keys are made so that a plan shows what is sent."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runner.catalog.eye_colors import color_named, nearest_names

if TYPE_CHECKING:
    from runner.plan.draft import DraftValue

_WELL_KNOWN = ("blue", "green", "hazel", "amber", "brown", "gray")
"""What is offered where no name is near."""


def derive_parameters(model_id: str, provider: str, params: "Mapping[str, DraftValue]") -> "Mapping[str, DraftValue]":
    """Complete a step's parameters: the color of a named eye color.

    A local engine is also told whether the color was given: a name asks for the natural color of that name, a color
    for that color.

    Raises:
        ValueError: there is no color of that name; the message's second line is a hint.
    """
    if model_id != "runflow/eye-color":
        return params
    given = "rgb" in params
    completed = dict(params) if given else {**params, "rgb": _named_color(str(params["eye_color"]))}
    return {**completed, "rgb_given": given} if provider == "local" else completed


def _named_color(name: str) -> tuple[int, ...]:
    color = color_named(name)
    if color is None:
        near = nearest_names(name) or _WELL_KNOWN
        raise ValueError(f"there is no eye color '{name}'\ngive 'rgb' too, or take one of: {', '.join(near)}")
    return color
