"""Model cards for a person: all in a table, one in full."""

from collections.abc import Sequence

from runner.catalog.card import ModelCard, Parameter, Price, WireForm
from runner.catalog.values import expected_value
from runner.cli.render.layout import columns, visible
from runner.cli.render.paint import Paint
from runner.core.digest import Json


def models_text(cards: Sequence[ModelCard], paint: Paint) -> str:
    """List cards: id, price and its day, where the model runs, what it does."""
    rows = [["model", "price", "as of", "runs at", ""]]
    rows += [
        [card.id, price_text(card.price), _day(card.price), ", ".join(card.providers), visible(card.title)]
        for card in cards
    ]
    head, *lines = columns(rows, ("left",) * 5)
    return "\n".join([paint(head, "faint"), *lines])


def model_text(card: ModelCard, paint: Paint) -> str:
    """Show one card in full: price, providers, every parameter with its limits, and its names on the wire."""
    facts = [
        ["price", price_text(card.price) + (f", read on {_day(card.price)}" if _day(card.price) else "")],
        ["runs at", ", ".join(card.providers)],
        ["result", _result_text(card.output_size)],
        ["revision", card.revision],
        ["source", visible(card.source)],
    ]
    parts = [
        f"{paint(card.id, 'strong')}   {visible(card.title)}",
        *columns(facts, ("left", "left")),
        "",
        paint("parameters", "strong"),
        *_parameter_lines(card.parameters),
    ]
    if card.needs_one_of:
        parts.append(f"at least one of {', '.join(card.needs_one_of)} must be given")
    for form in card.wire:
        parts += ["", paint(f"sent as '{form.form}'", "strong"), *columns(_wire_rows(form), ("left", "left"))]
    return "\n".join(parts)


def price_text(price: Price) -> str:
    """Write a price with its unit, as ``$0.29/request``; ``free`` where it is nothing."""
    return f"{price.amount:s}/{price.unit}" if price.amount else "free"


def default_text(default: Json | tuple[int | str, ...]) -> str:
    """Write a default as a recipe would: ``keep``, ``[0, 0]``."""
    if isinstance(default, tuple | list):
        return f"[{', '.join(str(part) for part in default)}]"
    return str(default)


def _day(price: Price) -> str:
    return price.as_of.isoformat() if price.as_of is not None else ""


def _result_text(output_size: str) -> str:
    match output_size:
        case "resize" | "crop":
            return "a picture of the size asked for"
        case "unknown":
            return "a picture; its size is the model's choice"
        case _:
            return f"a picture of the size of '{output_size.removeprefix('same-as:')}'"


def _parameter_lines(parameters: Sequence[Parameter]) -> list[str]:
    """Two lines each: what it takes, and below what it means."""
    rows = columns([[f"  {p.name}", _needed(p), expected_value(p)] for p in parameters], ("left", "left", "left"))
    indent = " " * (max(len(parameter.name) for parameter in parameters) + 5)
    pairs = zip(rows, parameters, strict=True)
    return [line for row, p in pairs for line in (row, indent + visible(p.description)) if line.strip()]


def _needed(parameter: Parameter) -> str:
    if parameter.default is not None:
        return f"default {default_text(parameter.default)}"
    return "required" if parameter.required else "optional"


def _wire_rows(form: WireForm) -> list[list[str]]:
    members = form.archive.members if form.archive is not None else {}
    rows = [
        [f"  {name}", ", ".join(field) if isinstance(field, tuple) else field] for name, field in form.fields.items()
    ]
    if form.archive is not None:
        rows = [
            [f"  {name}", f"{member.name} in the zip of {form.archive.field}, named by {member.field}"]
            for name, member in members.items()
        ] + rows
    return rows
