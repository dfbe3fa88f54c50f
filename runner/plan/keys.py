"""Action keys: what makes two pieces of work the same."""

from collections.abc import Mapping

from runner.core.digest import ActionKey, Json, digest_json
from runner.plan.plan import ImageValue, InputImage, MaskImage, ParamValue, StepImage


def action_key(model_id: str, revision: str, provider: str, params: Mapping[str, ParamValue]) -> ActionKey:
    """Digest what decides a result: model, revision, kind of provider and every parameter, pictures by their digest.

    Where pictures lie, how steps are called and in which order parameters stand does not enter.
    """
    identity: dict[str, Json] = {
        "model": model_id,
        "revision": revision,
        "provider": provider,
        "params": {
            name: value if isinstance(value, (str, int)) else _identity(value) for name, value in params.items()
        },
        "draw": 0,
    }
    return ActionKey(digest_json("action/1", identity))


def pasted_key(raw_key: ActionKey, mask: MaskImage) -> ActionKey:
    """Digest a result whose original pixels are restored outside a mask."""
    return ActionKey(digest_json("paste-back/1", {"result": raw_key, "mask": mask.digest}))


def redrawn_key(raw_key: ActionKey, draw: int) -> ActionKey:
    """Digest a deliberate further result of the same work, asked for by ``--redraw``."""
    return ActionKey(digest_json("redraw/1", {"result": raw_key, "draw": draw}))


def _identity(value: ImageValue | tuple[str | int, ...]) -> Json:
    """Pictures and masks are tagged, so that none is taken for a text of the same letters."""
    if isinstance(value, InputImage):
        return {"picture": value.artifact.digest}
    if isinstance(value, StepImage):
        return {"action": value.key}
    if isinstance(value, MaskImage):
        return {"mask": value.digest}
    return list(value)
