"""Masks as a cell uses them."""

from collections.abc import Mapping

from runner.plan.draft import MaskUse
from runner.plan.evaluate import Evaluator, Wrong
from runner.plan.gathered import WantedFile
from runner.recipe.parsed import ParsedMask
from runner.recipe.template import Template


def use_mask(name: str, masks: Mapping[str, ParsedMask], names: Mapping[str, object], evaluator: Evaluator) -> MaskUse:
    """Evaluate the paths of a mask and of the masks that it is made of.

    Args:
        name: The mask's.
        masks: Of the recipe, by name.
        names: What expressions may read in this cell.
        evaluator: Notes what is wrong.

    Raises:
        Skip, Wrong: as ``Evaluator.template``; a path is not text.
    """
    waiting, files = [name], dict[str, WantedFile]()
    while waiting:
        mask = masks[waiting.pop()]
        waiting += mask.members
        if mask.path is not None:
            files[mask.name] = _mask_file(mask, mask.path, names, evaluator)
    return MaskUse(name, files)


def _mask_file(mask: ParsedMask, template: Template, names: Mapping[str, object], evaluator: Evaluator) -> WantedFile:
    at = (*mask.place, mask.kind)
    path = evaluator.template(template, at, names)
    if not isinstance(path, str):
        evaluator.problem(at, "wrong-type", f"the path of mask '{mask.name}' must be text")
        raise Wrong
    return WantedFile(kind="mask", path=path, place=at)
