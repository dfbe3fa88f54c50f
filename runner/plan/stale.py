"""Whether a saved plan is still what its recipe would do: two plans in, the first thing that is different out."""

from collections.abc import Iterator

from runner.plan.plan import Action, FileSource, InputImage, MaskImage, Plan
from runner.plan.reason import differences


def files_seen(plan: Plan) -> dict[str, tuple[str, str]]:
    """The digest of every file that a plan saw, and what it is to people, by its path."""
    images = [cell.photo for cell in plan.cells] + [output.source for output in plan.outputs]
    values = [value for action in plan.actions for value in (*action.params.values(), action.paste_back)]
    values += [value for check in plan.checks for value in check.params.values()]
    seen: dict[str, tuple[str, str]] = {}
    for image in (*images, *values):
        if isinstance(image, InputImage):
            seen[image.path] = (image.artifact.digest, f"input '{image.path}'")
        elif isinstance(image, MaskImage):
            for source in image.sources:
                if isinstance(source, FileSource):
                    seen.setdefault(source.path, (source.ref, f"mask '{image.name}', made from '{source.path}',"))
    return seen


def why_stale(saved: Plan, now: Plan) -> str:
    """Say what is no longer as a saved plan saw it; empty where nothing is.

    Args:
        saved: The saved plan.
        now: What the same recipe, with the same selection, would do now.
    """
    return next(_differences(saved, now), "")


def _differences(saved: Plan, now: Plan) -> Iterator[str]:
    before, after = {cell.id: cell for cell in saved.cells}, {cell.id: cell for cell in now.cells}
    yield from (f"cell '{cell}' is not there any more" for cell in before if cell not in after)
    yield from (f"cell '{cell}' is new" for cell in after if cell not in before)
    then, today = ({action.key: action for action in plan.actions} for plan in (saved, now))
    for cell in saved.cells:
        keys = after[cell.id].actions
        if cell.actions.keys() != keys.keys():
            yield f"cell '{cell.id}' has other steps"
        for step, key in cell.actions.items():
            if keys[step] != key:
                yield f"'{step}' of '{cell.id}': {', '.join(differences(then[key], today[keys[step]]))}"
    yield from (_lost(action) for action in saved.actions if _is_lost(action, today[action.key]))
    if (saved.outputs, saved.checks, saved.gate) != (now.outputs, now.checks, now.gate):
        yield "what it writes or checks is not the same"


def _is_lost(saved: Action, now: Action) -> bool:
    return now.payable > saved.payable or (saved.decision == "reuse" and now.decision != "reuse")


def _lost(action: Action) -> str:
    return f"the result of '{action.step}' of '{action.cells[0]}' is not in the store any more"
