"""A model as answers show it, made from its card."""

from runner.catalog.card import ModelCard, Parameter, WireForm
from runner.core.digest import Json
from runner.core.money import Money
from runner.server.ids import id_of

_TYPES = {
    "image": "image",
    "mask": "image",
    "text": "string",
    "choice": "string",
    "integer": "integer",
    "number": "float",
    "color": "integer",
    "box": "array",
    "point": "array",
}
_CHANNELS = ("red", "green", "blue")
_OUTPUTS = (
    ("outputs", "Result items, each with at least a url."),
    ("seed", "The random seed used; null where there is none."),
    ("timing", "A breakdown of the time; null where there is none."),
    ("nsfw_detected", "Whether the provider flags the result; null where it does not look."),
)


def model_document(card: ModelCard, price: Money) -> dict[str, Json]:
    """Write a model with every field of the contract; what is unknown of a local model is null.

    Args:
        card: With at least one wire form; the inputs are those of all forms, and required if they are in the first.
        price: Of a run on this server.
    """
    return {
        "id": id_of("model", card.id),
        "org_id": None,
        "model_creator_id": id_of("creator", card.id.split("/")[0]),
        "slug": card.id,
        "name": card.title,
        "description": card.title,
        "version": card.revision,
        **_standing(),
        "pricing_note": f"${price}/{card.price.unit}" if price else "free: runs on this machine",
        "inputs": _inputs(card),
        "outputs": [_output(name, says, order) for order, (name, says) in enumerate(_OUTPUTS)],
    }


def _standing() -> dict[str, Json]:
    """Write what all models of this server have alike."""
    texts = ("icon_url", "cover_url", "family_id", "family_variant_code", "architecture", "license_code")
    facts = ("param_count", "max_resolution", "paper_url", "github_url", "seo", "content")
    marks = ("created_by", "created_at", "updated_by", "updated_at", "deleted_by", "deleted_at")
    return {
        "is_public": True,
        "is_open_source": True,
        "is_official": True,
        "category_code": "image-editing",
        "status_code": "active",
        "availability_status": "available",
        "lora_support": False,
        "fine_tuning": False,
        "supports_streaming": False,
        "notable_features": [],
        **dict.fromkeys((*texts, *facts, *marks)),
    }


def _inputs(card: ModelCard) -> list[Json]:
    found: dict[str, dict[str, Json]] = {}
    for number, form in enumerate(card.wire):
        for field in _form_inputs(card, form, is_first=number == 0):
            found.setdefault(str(field["name"]), field)
    return [{**field, "sort_order": order} for order, field in enumerate(found.values())]


def _form_inputs(card: ModelCard, form: WireForm, *, is_first: bool) -> list[dict[str, Json]]:
    fields: list[dict[str, Json]] = []
    if form.archive is not None:
        says = "A zip archive with the pictures; other fields name its members."
        fields.append(_input(card, form.archive.field, "file", says, is_required=is_first))
        for name, member in form.archive.members.items():
            parameter = _parameter(card, name)
            says = f"File name inside {form.archive.field}. {parameter.description}".strip()
            fields.append(_input(card, member.field, "string", says, is_required=is_first and parameter.required))
    for name, names in form.fields.items():
        parameter = _parameter(card, name)
        required = is_first and parameter.required
        for field, says in _named(names, parameter):
            fields.append(_input(card, field, _TYPES[parameter.kind], says, is_required=required, of=parameter))
    return fields


def _named(names: str | tuple[str, ...], parameter: Parameter) -> list[tuple[str, str]]:
    if isinstance(names, str):
        return [(names, parameter.description)]
    return [(field, f"{channel.title()} channel, 0 to 255.") for field, channel in zip(names, _CHANNELS, strict=True)]


def _input(
    card: ModelCard, name: str, kind: str, says: str, *, is_required: bool, of: Parameter | None = None
) -> dict[str, Json]:
    return {
        "id": id_of("model-input", f"{card.id}:{name}"),
        "model_id": id_of("model", card.id),
        "name": name,
        "display_name": name.replace("_", " ").capitalize(),
        "description": says,
        "variable_type_code": kind,
        "default_behavior_code": None,
        "validator_code": None if of is None or _limits(of) is None else _validator(of),
        "validator_attrs": None if of is None else _limits(of),
        "is_required": is_required,
        "default_value": None if of is None else _plain(of.default),
        "is_featured": False,
    }


def _validator(parameter: Parameter) -> str:
    return "choices" if parameter.choices else "range"


def _limits(parameter: Parameter) -> dict[str, Json] | None:
    if parameter.kind == "color":
        return {"minimum": 0, "maximum": 255}
    if parameter.choices:
        return {"choices": list(parameter.choices)}
    limits: dict[str, Json] = {"minimum": _plain(parameter.minimum), "maximum": _plain(parameter.maximum)}
    limits["max_length"] = parameter.max_length
    given: dict[str, Json] = {name: value for name, value in limits.items() if value is not None}
    return given or None


def _output(name: str, says: str, order: int) -> Json:
    return {
        "name": name,
        "display_name": name.replace("_", " ").capitalize(),
        "description": says,
        "variable_type_code": "json",
        "validator_code": None,
        "validator_attrs": None,
        "sort_order": order,
    }


def _parameter(card: ModelCard, name: str) -> Parameter:
    parameter = card.parameter(name)
    assert parameter is not None  # noqa: S101 - reading a card proved that its wire forms name its parameters
    return parameter


def _plain(value: object) -> Json:
    match value:
        case None | bool() | int() | str():
            return value
        case tuple():
            return [_plain(part) for part in value]
        case _:
            return str(value)
