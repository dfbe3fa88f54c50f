"""The items of a batch: the identity of each picture."""

from collections.abc import Mapping, Sequence

from runner.core.diagnostic import Diagnostic
from runner.plan.gathered import Found, Item
from runner.plan.scope import Picture, early_names
from runner.recipe.expression import Undefined
from runner.recipe.grammar import ExpressionError
from runner.recipe.parsed import ParsedInput, ParsedRecipe
from runner.recipe.scope import Scope

MAX_KEY = 200


def make_items(
    recipe: ParsedRecipe, batch: ParsedInput, pictures: Sequence[Found]
) -> tuple[Item, ...] | list[Diagnostic]:
    """Give every picture of the batch its key.

    Returns:
        The items, or every picture whose key is no key or is another's.
    """
    problems: list[Diagnostic] = []
    early = early_names(recipe)
    items: dict[str, Item] = {}
    for found in pictures:
        image = found.image
        try:
            key = _key(batch, found, early)
        except ValueError as error:
            problems.append(_problem(recipe, batch, "bad-key", f"{image.path}: {error}", ""))
            continue
        if key in items:
            message = f"'{items[key].image.path}' and '{image.path}' have one key, '{key}'"
            hint = "give the input a 'key' that tells them apart, such as ${{ item.dir }}-${{ item.stem }}"
            problems.append(_problem(recipe, batch, "repeated-item", message, hint))
        items.setdefault(key, Item(key, image, found.row))
    return problems or tuple(items.values())


def _key(batch: ParsedInput, found: Found, early: Mapping[str, object]) -> str:
    row = {} if found.row is None else {"row": Scope(found.row)}
    names = {**early, **row, "item": Picture(found.image, "")}
    try:
        value = batch.key.evaluate(names)
    except ExpressionError as error:
        raise ValueError(str(error)) from error
    if isinstance(value, Undefined):
        raise ValueError(f"'{value.name}' has no value")
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("its key is not text")
    key = str(value).strip()
    if not key or len(key) > MAX_KEY or not key.isprintable():
        raise ValueError(f"a key has 1 to {MAX_KEY} printable characters, not '{key[:40]}'")
    return key


def _problem(recipe: ParsedRecipe, batch: ParsedInput, code: str, message: str, hint: str) -> Diagnostic:
    place = (*batch.place, "key")
    source = recipe.source
    span = source.value_span(place) if source.node(place) is not None else source.key_span(batch.place)
    return source.diagnostic(span, code, message, hint=hint)
