"""Draw one mask over its photo, to look at before anything is paid."""

from collections.abc import Mapping
from pathlib import Path

from runner.app.gather import read_checked, read_sources
from runner.app.plan import PlanRequest, make_plan
from runner.app.project import Problems
from runner.core.artifact import Size
from runner.core.digest import ActionKey
from runner.core.errors import UsageError
from runner.plan.masks import draw_mask
from runner.plan.plan import Action, InputImage, MaskImage, Plan, StepImage, StepSource
from runner.source.nearest import did_you_mean
from runner.store.results import Known
from runner.store.store import Store, open_store_for_planning


def draw_recipe_mask(recipe: Path, cell_id: str, mask_name: str) -> bytes | Problems:
    """Draw a mask over the picture that it is for.

    Returns:
        A PNG, of the picture's size; or what is wrong with the recipe.

    Raises:
        UsageError: there is no such cell or mask, or the picture does not exist yet.
    """
    planned = make_plan(PlanRequest(recipe=recipe))
    if isinstance(planned, Problems):
        return planned
    plan, root = planned.plan, planned.project.root
    action, mask = _find(plan, cell_id, mask_name)
    with open_store_for_planning(root) as store:
        known = store.lookup([action.key for action in plan.actions])
        contents = {**read_sources(root, mask.sources), **_results(mask, known, store)}
        picture = action.params.get("image")
        if isinstance(picture, StepImage):
            content = store.blobs.read(known[picture.key].artifact.digest) if picture.key in known else None
            content = content or _upstream(plan, root, picture.key, mask.size)
        else:
            image = picture if isinstance(picture, InputImage) else _cell_photo(plan, cell_id)
            content = read_checked(root, image) if image is not None else None
    if content is None:
        message = f"the picture of mask '{mask_name}' is made by a step that has not run"
        raise UsageError("no-picture", message, hint=f"runner run {recipe} first")
    return _drawn(content, mask, contents)


def _find(plan: Plan, cell_id: str, mask_name: str) -> tuple[Action, MaskImage]:
    cell = next((cell for cell in plan.cells if cell.id == cell_id), None)
    if cell is None:
        hint = did_you_mean(cell_id, [cell.id for cell in plan.cells])
        raise UsageError("no-such-cell", f"there is no cell '{cell_id}'", hint=hint)
    masks = {
        mask.name: (action, mask)
        for action in plan.actions
        if action.key in cell.actions.values()
        for mask in (*action.params.values(), action.paste_back)
        if isinstance(mask, MaskImage)
    }
    if mask_name not in masks:
        hint = did_you_mean(mask_name, masks)
        raise UsageError("no-such-mask", f"cell '{cell_id}' uses no mask '{mask_name}'", hint=hint)
    return masks[mask_name]


def _results(mask: MaskImage, known: Mapping[ActionKey, Known], store: Store) -> dict[str, bytes]:
    """The results that a mask is made from.

    Raises:
        UsageError: one of them is not there yet.
    """
    steps = [source for source in mask.sources if isinstance(source, StepSource)]
    if any(source.key not in known for source in steps):
        message = f"the mask '{mask.name}' is made from a step that has not run"
        raise UsageError("no-picture", message, hint="run the recipe first")
    return {source.ref: store.blobs.read(known[source.key].artifact.digest) for source in steps}


def _upstream(plan: Plan, root: Path, key: ActionKey, size: Size) -> bytes | None:
    """The nearest input picture above a step that has not run, where it has the mask's size."""
    actions = {action.key: action for action in plan.actions}
    image = actions[key].params.get("image")
    while isinstance(image, StepImage):
        image = actions[image.key].params.get("image")
    if isinstance(image, InputImage) and image.artifact.size == size:
        return read_checked(root, image)
    return None


def _cell_photo(plan: Plan, cell_id: str) -> InputImage | None:
    return next(cell.photo for cell in plan.cells if cell.id == cell_id)


def _drawn(content: bytes, mask: MaskImage, contents: Mapping[str, bytes]) -> bytes:
    from runner.images.codec import decode, encode
    from runner.images.color import to_srgb
    from runner.images.mask import draw_over
    from runner.images.photo import Photo

    rgb = to_srgb(decode(content, "the photo"))
    return encode(Photo(pixels=draw_over(rgb, draw_mask(mask.spec, contents, mask.size))), "image/png")
