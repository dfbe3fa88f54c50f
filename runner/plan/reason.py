"""Why an action runs: what is different from the last time its step was done for its cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from runner.core.digest import ActionKey, Json
from runner.plan.plan import Action, Decision, InputImage, MaskImage, ParamValue, Plan, StepImage


@dataclass(frozen=True, slots=True)
class PastWork:
    """The newest earlier action of every step and cell."""

    actions: Mapping[tuple[str, str], Action]


NO_PAST = PastWork({})

NEW = "new"
"""Why an action runs that was never done before."""

_PASTE_BACK = "paste_back"
"""Stands for the mask of a step beside its parameters, none of which has this name."""


def past_work(plans: list[Plan]) -> PastWork:
    """Fold earlier plans of a recipe, oldest first."""
    return PastWork({(action.step, cell): action for plan in plans for action in plan.actions for cell in action.cells})


def explain(
    action: Action, decision: Decision, past: PastWork, decisions: Mapping[ActionKey, Decision], *, is_raw_known: bool
) -> str:
    """Say in a few words why an action is reused, run or blocked."""
    if decision == "reuse":
        return "done before"
    if decision == "blocked":
        return action.reason if action.decision == "blocked" else "something that it needs is blocked"
    if is_raw_known and action.paste_back is not None:
        return f"mask '{action.paste_back.name}' changed; the model's result is there"
    before = _newest(action, past.actions)
    if before is None:
        return NEW
    if before.key == action.key:
        return "its result is not there any more" if not _runs_above(action, decisions) else "was not finished"
    return ", ".join(differences(before, action))


def _newest(action: Action, before: Mapping[tuple[str, str], Action]) -> Action | None:
    """The newest earlier action of the step, for the first of the cells that has one."""
    if not before:
        return None
    return next((before[action.step, cell] for cell in action.cells if (action.step, cell) in before), None)


def _runs_above(action: Action, decisions: Mapping[ActionKey, Decision]) -> bool:
    return any(decisions[key] in {"run", "collect"} for key in action.needs)


def differences(
    before: Action, now: Action, above: Mapping[ActionKey, tuple[str, ...]] = MappingProxyType({})
) -> tuple[str, ...]:
    """Say what makes two actions of one step different work; at least one thing.

    Args:
        before: The earlier one.
        now: The later one.
        above: What is different of the actions that it needs, by their keys; else their step is named.
    """
    if before.uses != now.uses:
        return (f"model was '{before.uses}'",)
    if before.provider != now.provider:
        return (f"provider was '{before.provider}'",)
    if before.revision != now.revision:
        return (f"revision was '{before.revision}'",)
    found = [reason for name in _names(before, now) for reason in _reasons(name, before, now, above)]
    return tuple(dict.fromkeys(found)) or ("changed",)


def _names(before: Action, now: Action) -> list[str]:
    return [*sorted(before.params.keys() | now.params.keys()), _PASTE_BACK]


def _reasons(name: str, before: Action, now: Action, above: Mapping[ActionKey, tuple[str, ...]]) -> tuple[str, ...]:
    """What is to be said of one parameter; a mask that only follows its picture is not named."""
    was, value = _value(before, name), _value(now, name)
    if _essence(was) == _essence(value):
        return ()
    if isinstance(was, StepImage) and isinstance(value, StepImage):
        return above.get(value.key, (_changed(name, value, was),))
    if isinstance(was, MaskImage) and isinstance(value, MaskImage) and _drawn_by(was, before) == _drawn_by(value, now):
        return ()
    return (_changed(name, value, was),)


def _value(action: Action, name: str) -> ParamValue | None:
    return action.paste_back if name == _PASTE_BACK else action.params.get(name)


def _drawn_by(mask: MaskImage, action: Action) -> Json:
    """How a mask is drawn, whatever the picture is that it is drawn over or found in."""
    match action.params.get("image"):
        case InputImage(artifact=artifact):
            return _without(mask.spec, artifact.digest)
        case StepImage(key=key):
            return _without(mask.spec, key)
        case _:
            return {"spec": mask.spec, "size": str(mask.size)}


def _without(spec: Json, ref: str) -> Json:
    match spec:
        case dict():
            return {name: _without(value, ref) for name, value in spec.items()}
        case list() | tuple():
            return [_without(value, ref) for value in spec]
        case _:
            return "the picture" if spec == ref else spec


def _changed(name: str, now: ParamValue | None, before: ParamValue | None) -> str:
    match now:
        case InputImage():
            return "photo changed" if name == "image" else f"'{name}' changed"
        case MaskImage() if before is None:
            return f"'{name}' added"
        case MaskImage(name=mask):
            return f"mask '{mask}' changed"
        case StepImage(step=step):
            return f"step '{step}' changed"
        case None:
            return f"'{name}' removed"
        case _:
            return f"'{name}' added" if before is None else f"'{name}' changed"


def _essence(value: ParamValue | None) -> object:
    """What of a value enters the key."""
    match value:
        case InputImage(artifact=artifact):
            return artifact.digest
        case StepImage(key=key):
            return key
        case MaskImage(digest=digest):
            return digest
        case _:
            return value
