"""Why an action runs: what is different from the last time its step was done for its cell."""

from collections.abc import Mapping
from dataclasses import dataclass

from runner.core.digest import ActionKey
from runner.plan.plan import Action, Decision, InputImage, MaskImage, ParamValue, Plan, StepImage


@dataclass(frozen=True, slots=True)
class PastWork:
    """The newest earlier action of every step and cell."""

    actions: Mapping[tuple[str, str], Action]


NO_PAST = PastWork({})


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
        return action.reason or "something that it needs is blocked"
    if is_raw_known and action.paste_back is not None:
        return f"mask '{action.paste_back.name}' changed; the model's result is there"
    before = next(
        (past.actions[action.step, cell] for cell in action.cells if (action.step, cell) in past.actions), None
    )
    if before is None:
        return "new"
    if before.key == action.key:
        return "its result is not there any more" if not _runs_above(action, decisions) else "was not finished"
    return difference(before, action)


def _runs_above(action: Action, decisions: Mapping[ActionKey, Decision]) -> bool:
    return any(decisions[key] in {"run", "collect"} for key in action.needs)


def difference(before: Action, now: Action) -> str:
    """Say in a few words what two actions of one step and cell do not have in common."""
    if before.uses != now.uses:
        return f"model was '{before.uses}'"
    if before.provider != now.provider:
        return f"provider was '{before.provider}'"
    if before.revision != now.revision:
        return f"revision was '{before.revision}'"
    changed = [
        _changed(name, now.params.get(name), before.params.get(name))
        for name in sorted(before.params.keys() | now.params.keys())
        if _essence(before.params.get(name)) != _essence(now.params.get(name))
    ]
    if _essence(before.paste_back) != _essence(now.paste_back):
        changed.append("'paste_back' changed" if now.paste_back is None else f"mask '{now.paste_back.name}' changed")
    return ", ".join(dict.fromkeys(changed)) or "changed"


def _changed(name: str, now: ParamValue | None, before: ParamValue | None) -> str:
    match now:
        case InputImage():
            return "photo changed" if name == "image" else f"'{name}' changed"
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
