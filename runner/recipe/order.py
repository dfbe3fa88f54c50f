"""The order of steps: a step comes after those that it takes pictures from."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from runner.core.diagnostic import Diagnostic
from runner.recipe.template import Template
from runner.source.source import Source

if TYPE_CHECKING:
    from runner.recipe.parsed import ParsedCheck, ParsedMask, ParsedStep


def order_steps(
    source: Source, steps: "tuple[ParsedStep, ...]", masks: "Mapping[str, ParsedMask]"
) -> "tuple[ParsedStep, ...] | list[Diagnostic]":
    """Order steps by what they need; those that need nothing of each other keep the file's order.

    Returns:
        The steps, or one diagnostic for each step on a circle.
    """
    needed = {step.id: needed_steps(step, masks) for step in steps}
    ordered: list[ParsedStep] = []
    done: set[str] = set()
    waiting = list(steps)
    while waiting:
        ready = [step for step in waiting if needed[step.id] <= done]
        if not ready:
            return _circles(source, waiting, needed)
        ordered += ready
        done |= {step.id for step in ready}
        waiting = [step for step in waiting if step.id not in done]
    return tuple(ordered)


def needed_steps(step: "ParsedStep", masks: "Mapping[str, ParsedMask]") -> set[str]:
    """The ids of the steps whose pictures a step reads, in ``with``, in ``if`` or through its masks."""
    names = [name for template in _templates(step) for name in template.names]
    used = [name[1] for name in names if name[0] == "masks"] + ([step.paste_back] if step.paste_back else [])
    return {name[1] for name in names if name[0] == "steps"} | steps_of_masks(used, masks)


def steps_of_masks(names: list[str], masks: "Mapping[str, ParsedMask]") -> set[str]:
    """The steps whose pictures masks are made of, through combinations too."""
    waiting, found = list(names), set[str]()
    while waiting:
        mask = masks[waiting.pop()]
        waiting += mask.members
        if mask.step is not None:
            found.add(mask.step)
    return found


def check_mask_order(
    source: Source, steps: "tuple[ParsedStep, ...]", masks: "Mapping[str, ParsedMask]", checks: "Iterable[ParsedCheck]"
) -> Iterator[Diagnostic]:
    """Report checks whose mask is made from a step that comes only after the step that they check."""
    needed = {step.id: needed_steps(step, masks) for step in steps}
    for check in checks:
        for step in steps_of_masks([check.mask] if check.mask is not None else [], masks):
            if check.step in _all_needed(step, needed):
                message = f"the mask '{check.mask}' is made from step '{step}', which comes after '{check.step}'"
                place = ("checks", check.at, "mask")
                hint = f"check '{step}' instead, or make the mask from an earlier step"
                yield source.diagnostic(source.value_span(place), "cycle", message, hint=hint)


def _all_needed(step: str, needed: dict[str, set[str]]) -> set[str]:
    waiting, found = [step], set[str]()
    while waiting:
        more = needed[waiting.pop()] - found
        found |= more
        waiting += more
    return found


def _templates(step: "ParsedStep") -> list[Template]:
    found = [value for value in (step.condition, *step.parameters.values()) if isinstance(value, Template)]
    lists = [value for value in step.parameters.values() if isinstance(value, tuple)]
    return found + [part for parts in lists for part in parts if isinstance(part, Template)]


def _circles(source: Source, waiting: "list[ParsedStep]", needed: dict[str, set[str]]) -> list[Diagnostic]:
    """Leave out the steps that only come after a circle: the mistake is not theirs."""
    left = {step.id: step for step in waiting}
    while True:
        wanted = set().union(*(needed[name] for name in left))
        idle = left.keys() - wanted
        if not idle:
            break
        left = {name: step for name, step in left.items() if name not in idle}
    return [_circle(source, step, sorted(needed[step.id] & left.keys())) for step in left.values()]


def _circle(source: Source, step: "ParsedStep", partners: list[str]) -> Diagnostic:
    span = source.value_span((*step.place, "id"))
    names = " and ".join(f"'{name}'" for name in partners)
    message = f"step '{step.id}' needs the picture of {names}, which needs its own"
    return source.diagnostic(span, "cycle", message, hint="break the circle")
