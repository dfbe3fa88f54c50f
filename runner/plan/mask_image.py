"""A mask as a value of a plan: its drawing with the keys of the actions that it is drawn from."""

from collections.abc import Mapping

from runner.core.artifact import MaskFacts
from runner.core.digest import ActionKey, Json, digest_json
from runner.plan.masks import WantedMask
from runner.plan.plan import Action, MaskImage, MaskSource, StepSource


def mask_image(wanted: WantedMask, facts: MaskFacts | None, made: Mapping[str, Action]) -> MaskImage:
    """Make a mask a value of a plan.

    Args:
        wanted: As the recipe draws it, in the names of steps.
        facts: Of its raster; None where that is known only while running, or cannot be made.
        made: The actions of the cell so far, by step.
    """
    keys = {f"step:{step}": str(action.key) for step, action in made.items()}
    spec = _with_keys(dict(wanted.spec), keys)
    identity: dict[str, Json] = {"spec": spec, "size": [wanted.size.width_px, wanted.size.height_px]}
    return MaskImage(
        name=wanted.name,
        digest=facts.digest if facts is not None else digest_json("mask/2", identity),
        size=wanted.size,
        area=facts.area if facts is not None else 0.0,
        path=wanted.file.path if wanted.file is not None else None,
        spec=spec,
        sources=tuple(_keyed(source, keys) for source in wanted.sources),
    )


def _with_keys(spec: dict[str, Json], keys: Mapping[str, str]) -> dict[str, Json]:
    """Put the keys of actions in the place of the names of steps, in the parts of a mask too."""
    named: dict[str, Json] = dict(spec)
    ref, of = named.get("ref"), named.get("of")
    if isinstance(ref, str) and ref in keys:
        named["ref"] = keys[ref]
    if isinstance(of, list):
        named["of"] = [_with_keys(part, keys) if isinstance(part, dict) else part for part in of]
    return named


def _keyed(source: MaskSource, keys: Mapping[str, str]) -> MaskSource:
    if isinstance(source, StepSource):
        key = ActionKey(keys[source.ref])
        return StepSource(ref=key, key=key)
    return source
