"""Which IPTC source-type mark an output carries, from what was done to it."""

from collections.abc import Mapping

from runner.core.digest import ActionKey
from runner.images.metadata import SourceType
from runner.plan.plan import Action, MaskImage


def source_type(key: ActionKey, actions: Mapping[ActionKey, Action]) -> SourceType | None:
    """Say what the whole chain behind a result makes of it; the strongest word wins.

    Hosted models are trained ones: within a mask they make a composite, without one the picture is theirs. Local
    engines enhance. The plain tools say nothing, so that the input's own mark stands.

    Returns:
        A term of IPTC's digital source types; None for no mark of our own.

    References:
        IPTC, "Digital Source Type NewsCodes".
    """
    found = {_source_type(action) for action in _chain(key, actions)}
    for word in _STRONGEST_FIRST:
        if word in found:
            return word
    return None


_STRONGEST_FIRST: tuple[SourceType, ...] = (
    "trainedAlgorithmicMedia",
    "compositeWithTrainedAlgorithmicMedia",
    "algorithmicallyEnhanced",
)


def _chain(key: ActionKey, actions: Mapping[ActionKey, Action]) -> list[Action]:
    seen: dict[ActionKey, Action] = {}
    todo = [key]
    while todo:
        action = actions[todo.pop()]
        seen[action.key] = action
        todo += [need for need in action.needs if need not in seen]
    return list(seen.values())


def _source_type(action: Action) -> SourceType | None:
    if action.uses.startswith("image/"):
        return None
    if action.provider == "local":
        return "algorithmicallyEnhanced"
    masked = action.paste_back is not None or any(isinstance(value, MaskImage) for value in action.params.values())
    return "compositeWithTrainedAlgorithmicMedia" if masked else "trainedAlgorithmicMedia"
