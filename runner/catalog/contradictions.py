"""What is right in each place of a model card but does not go together."""

from collections.abc import Iterator
from decimal import Decimal

from runner.catalog.card import ModelCard, Parameter, WireForm
from runner.catalog.shape import Misfit
from runner.catalog.values import check_value
from runner.source.nearest import did_you_mean
from runner.source.source import Place


def contradictions(card: ModelCard) -> Iterator[Misfit]:
    """Say what is right in each place of a card but does not go together."""
    repeated = [
        *_repeats(("parameters",), [parameter.name for parameter in card.parameters], "name"),
        *_repeats(("wire",), [form.form for form in card.wire], "form"),
    ]
    if repeated:  # what else there is to say would be about the wrong one
        yield from repeated
        return
    for index, parameter in enumerate(card.parameters):
        yield from _parameter_problems(parameter, ("parameters", index))
    for index, form in enumerate(card.wire):
        yield from _wire_problems(card, form, ("wire", index))
    yield from _card_problems(card)


def _repeats(place: Place, names: list[str], key: str) -> Iterator[Misfit]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Misfit(place=(*place, index, key), code="repeated-name", message=f"'{name}' stands here twice")


def _parameter_problems(parameter: Parameter, place: Place) -> Iterator[Misfit]:
    problems = [*_choice_problems(parameter, place), *_limit_problems(parameter, place)]
    yield from problems or _default_problems(parameter, place)


def _choice_problems(parameter: Parameter, place: Place) -> Iterator[Misfit]:
    if parameter.kind == "choice" and not parameter.choices:
        message = f"'{parameter.name}' is a choice without 'choices'"
        yield Misfit(place=(*place, "kind"), code="bad-parameter", message=message, hint="choices: [one, other]")
    if parameter.kind != "choice" and parameter.choices:
        yield _foreign(place, "choices", "a choice")
    if parameter.kind != "text" and parameter.max_length is not None:
        yield _foreign(place, "max_length", "a text")
    if parameter.kind != "mask" and parameter.partial:
        yield _foreign(place, "partial", "a mask")


def _limit_problems(parameter: Parameter, place: Place) -> Iterator[Misfit]:
    limits = {"minimum": parameter.minimum, "maximum": parameter.maximum}
    given = {key: limit for key, limit in limits.items() if limit is not None}
    for key, limit in given.items():
        if parameter.kind not in {"integer", "number"}:
            yield _foreign(place, key, "an integer or a number")
        elif parameter.kind == "integer" and isinstance(limit, Decimal):
            message = f"'{key}' of an integer must be a whole number"
            yield Misfit(place=(*place, key), code="bad-parameter", message=message)
    if len(given) == 2 and given["minimum"] > given["maximum"]:
        yield Misfit(place=(*place, "maximum"), code="bad-parameter", message="'maximum' is below 'minimum'")


def _foreign(place: Place, key: str, owner: str) -> Misfit:
    return Misfit(place=(*place, key), code="bad-parameter", message=f"'{key}' belongs to {owner}", at_key=True)


def _default_problems(parameter: Parameter, place: Place) -> Iterator[Misfit]:
    if parameter.default is None:
        return
    if parameter.required:
        message = f"'{parameter.name}' is required, so it has no default"
        yield Misfit(place=(*place, "default"), code="bad-default", message=message, hint="add 'required: false'")
        return
    try:
        check_value(parameter, parameter.default)
    except ValueError as error:
        yield Misfit(place=(*place, "default"), code="bad-default", message=f"the default must be {error}")


def _wire_problems(card: ModelCard, form: WireForm, place: Place) -> Iterator[Misfit]:
    members = form.archive.members if form.archive is not None else {}
    for name in form.fields:
        yield from _unknown_parameter(card, name, (*place, "fields", name))
        if name in members:
            yield Misfit(
                place=(*place, "fields", name),
                code="bad-wire",
                message=f"'{name}' is in the archive already",
                at_key=True,
            )
    for name in members:
        yield from _unknown_parameter(card, name, (*place, "archive", "members", name))
    if {*form.fields, *members} <= {parameter.name for parameter in card.parameters}:
        for parameter in card.parameters:
            yield from _sent_problems(parameter, form, place)


def _unknown_parameter(card: ModelCard, name: str, place: Place) -> Iterator[Misfit]:
    if card.parameter(name) is None:
        hint = did_you_mean(name, [parameter.name for parameter in card.parameters])
        yield Misfit(
            place=place, code="unknown-parameter", message=f"there is no parameter '{name}'", hint=hint, at_key=True
        )


def _sent_problems(parameter: Parameter, form: WireForm, place: Place) -> Iterator[Misfit]:
    """Whether a parameter is sent, and in a way that fits its kind."""
    name = parameter.name
    if form.archive is not None and name in form.archive.members:
        if parameter.kind not in {"image", "mask"}:
            message = f"only pictures and masks go into the archive, '{name}' is of the kind '{parameter.kind}'"
            yield Misfit(place=(*place, "archive", "members", name), code="bad-wire", message=message, at_key=True)
    elif name not in form.fields:
        yield Misfit(place=(*place, "form"), code="bad-wire", message=f"the form '{form.form}' does not send '{name}'")
    elif isinstance(form.fields[name], tuple) and parameter.kind != "color":
        message = f"three fields are for a color, '{name}' is of the kind '{parameter.kind}'"
        yield Misfit(place=(*place, "fields", name), code="bad-wire", message=message)


def _card_problems(card: ModelCard) -> Iterator[Misfit]:
    if card.price.amount and card.price.as_of is None:
        yield Misfit(
            place=("price",), code="bad-price", message="a price needs the day it was read", hint="as_of: 2026-11-20"
        )
    if set(card.providers) - {"local"} and not card.wire:
        message = "a model that is asked over HTTP needs a wire form"
        yield Misfit(place=("providers",), code="bad-wire", message=message, hint="add 'wire:' with a form")
    yield from _repeats(("providers",), list(card.providers), "")
    yield from _size_problems(card)
    for index, name in enumerate(card.needs_one_of):
        yield from _unknown_parameter(card, name, ("needs_one_of", index))


def _size_problems(card: ModelCard) -> Iterator[Misfit]:
    name = card.output_size.removeprefix("same-as:")
    parameter = card.parameter(name)
    if name != card.output_size and (parameter is None or parameter.kind not in {"image", "mask"}):
        message = f"'{name}' is not a parameter that is a picture or a mask"
        yield Misfit(place=("output_size",), code="bad-output-size", message=message)
