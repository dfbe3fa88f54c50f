"""A recipe's document to a ``ParsedRecipe``: everything that can be checked without looking at a file."""

from collections.abc import Iterator, Mapping

from runner.core.diagnostic import Diagnostic, in_file_order
from runner.core.digest import digest_bytes
from runner.recipe.checks import check_checks
from runner.recipe.members import check_members
from runner.recipe.model import RecipeDocument
from runner.recipe.names import check_names
from runner.recipe.order import check_mask_order, order_steps
from runner.recipe.parsed import ParsedBudget, ParsedMask, ParsedRecipe, ParsedReport, ParsedStep
from runner.recipe.sections import (
    parse_check,
    parse_gate,
    parse_input,
    parse_mask,
    parse_matrix,
    parse_output,
    parse_step,
)
from runner.recipe.structure import check_structure
from runner.source.source import SequenceNode, Source


def parse_recipe(source: Source) -> ParsedRecipe | list[Diagnostic]:
    """Check a document that could be read, and give what it says.

    Returns:
        The recipe, or every mistake in it, in file order.
    """
    document, problems = check_structure(source)
    problems += check_names(source)
    problems += _repeated_ids(source)
    problems += check_checks(source)
    problems += check_members(source)
    problems += _several_batches(source, document)
    if document is None or problems:
        return in_file_order(problems)
    masks = {name: parse_mask(name, section) for name, section in document.masks.items()}
    steps = tuple(parse_step(at, section, document.defaults) for at, section in enumerate(document.steps))
    ordered = order_steps(source, steps, masks)
    if isinstance(ordered, list):
        return ordered
    recipe = _recipe(source, document, ordered, masks)
    return list(check_mask_order(source, ordered, masks, recipe.checks)) or recipe


def _recipe(
    source: Source, document: RecipeDocument, steps: tuple[ParsedStep, ...], masks: Mapping[str, ParsedMask]
) -> ParsedRecipe:
    return ParsedRecipe(
        source=source,
        digest=digest_bytes(source.text.encode()),
        name=document.name,
        description=document.description or "",
        variables=document.vars,
        provider=document.defaults.provider,
        inputs={name: parse_input(name, section) for name, section in document.inputs.items()},
        masks=masks,
        matrix=parse_matrix(document.matrix),
        steps=steps,
        checks=tuple(parse_check(at, section) for at, section in enumerate(document.checks)),
        gate=parse_gate(document.gate),
        outputs=tuple(parse_output(at, section) for at, section in enumerate(document.outputs)),
        budget=ParsedBudget(
            max=document.budget.max,
            per_item=document.budget.per_item,
            per_step=document.budget.per_step,
            on_check_fail=document.budget.on_check_fail,
        ),
        report=ParsedReport(document.report.dir, document.report.title, tuple(document.report.checks)),
    )


def _repeated_ids(source: Source) -> Iterator[Diagnostic]:
    steps = source.node(("steps",))
    first: dict[object, int] = {}
    for at in range(len(steps.items) if isinstance(steps, SequenceNode) else 0):
        node = source.node(("steps", at, "id"))
        value = getattr(node, "value", None)
        if node is None or value is None:
            continue
        if value in first:
            message = f"two steps have the id '{value}'"
            yield source.diagnostic(node.span, "repeated-id", message, hint=f"the first is on line {first[value]}")
        first.setdefault(value, node.span.line)


def _several_batches(source: Source, document: RecipeDocument | None) -> Iterator[Diagnostic]:
    if document is None:
        return
    batches = [name for name, section in document.inputs.items() if section.file is None and section.url is None]
    for name in batches[1:]:
        message = f"'{name}' is a second batch input"
        hint = f"the recipe runs over '{batches[0]}'; give '{name}' one 'file'"
        yield source.diagnostic(source.key_span(("inputs", name)), "several-batches", message, hint=hint)
