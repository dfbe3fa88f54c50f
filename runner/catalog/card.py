"""A model card: one model's name, price, parameters, wire forms and providers.

These types are also the shape of a card's YAML file and the source of ``schemas/model-card.schema.json``.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from runner.catalog.words import as_date, as_fields, as_limit, as_output_size, as_plain_value, as_tuple, named
from runner.core.digest import Digest, Json, digest_json
from runner.core.money import Money, parse_money

Kind: TypeAlias = Literal["image", "mask", "text", "integer", "number", "choice", "color", "box", "point"]
Unit: TypeAlias = Literal["request", "second", "megapixel", "image"]
Scalar: TypeAlias = str | int | Decimal | bool | tuple[int, ...] | tuple[str, ...]

MODEL_ID = r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)+"
REVISION = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
PARAMETER = r"[a-z][a-z0-9_]{0,63}"
PROVIDER = r"[a-z][a-z0-9-]{0,63}"
WIRE_FIELD = r"[A-Za-z_][A-Za-z0-9_]{0,63}"
MEMBER = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\.(png|jpg|jpeg|webp)"
OUTPUT_SIZE = rf"same-as:{PARAMETER}|resize|crop|unknown"

ModelId = Annotated[
    str,
    AfterValidator(named(MODEL_ID, "a model id, such as runflow/eye-color")),
    Field(json_schema_extra={"pattern": f"^{MODEL_ID}$"}),
]
Revision = Annotated[
    str,
    AfterValidator(named(REVISION, "a revision, such as '1'")),
    Field(json_schema_extra={"pattern": f"^{REVISION}$"}),
]
ParameterName = Annotated[
    str,
    AfterValidator(named(PARAMETER, "a name of lower-case letters, digits and '_'")),
    Field(json_schema_extra={"pattern": f"^{PARAMETER}$"}),
]
ProviderName = Annotated[
    str,
    AfterValidator(named(PROVIDER, "a provider's name, such as runflow")),
    Field(json_schema_extra={"pattern": f"^{PROVIDER}$"}),
]
WireField = Annotated[
    str,
    AfterValidator(named(WIRE_FIELD, "a field name, such as image_url")),
    Field(json_schema_extra={"pattern": f"^{WIRE_FIELD}$"}),
]
MemberName = Annotated[
    str,
    AfterValidator(named(MEMBER, "a plain file name with the ending of a picture, such as photo.png")),
    Field(json_schema_extra={"pattern": f"^{MEMBER}$"}),
]
Amount = Annotated[
    Money,
    BeforeValidator(parse_money),
    WithJsonSchema(
        {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^\$?\d+(\.\d+)?( USD)?$"}]}
    ),
]
Day = Annotated[
    date,
    BeforeValidator(as_date),
    PlainSerializer(date.isoformat, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
]
Limit = Annotated[
    Any,
    BeforeValidator(as_limit),
    WithJsonSchema({"type": "number"}),
    PlainSerializer(as_plain_value, when_used="json"),
]
DefaultValue = Annotated[
    Any,
    BeforeValidator(as_tuple),
    WithJsonSchema({"type": ["string", "number", "boolean", "array"]}),
    PlainSerializer(as_plain_value, when_used="json"),
]
OutputSize = Annotated[str, AfterValidator(as_output_size), Field(json_schema_extra={"pattern": f"^({OUTPUT_SIZE})$"})]
FieldNames = Annotated[
    Any,
    BeforeValidator(as_fields),
    WithJsonSchema(
        {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 3, "maxItems": 3}]}
    ),
]


class CardSection(BaseModel):
    """A mapping of a card: no key but the ones it names."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class Price(CardSection):
    """What one unit costs at the provider; ``as_of`` is the day it was read, absent only where it is zero."""

    amount: Amount = Field(description="US dollars per unit, such as 0.55.")
    unit: Unit = Field(
        "request", description="What the amount is for: a request, or a second, megapixel or image of output."
    )
    as_of: Day | None = Field(None, description="The day on which the price was read, such as 2026-11-20.")


class Parameter(CardSection):
    """One parameter, as a recipe names it under ``with``.

    Attributes:
        default: The value where the recipe gives none, already in the form of ``check_value``.
        choices: Of a choice.
        minimum, maximum: Of an integer or a number, both inclusive: int or Decimal.
        max_length: Of a text, in characters.
        partial: Of a mask: it must leave something of the picture black, because that is what the model goes by.
    """

    name: ParameterName
    kind: Kind
    required: bool = True
    default: DefaultValue | None = None
    choices: Annotated[tuple[str, ...], BeforeValidator(as_tuple)] = ()
    minimum: Limit | None = None
    maximum: Limit | None = None
    max_length: Annotated[int, Field(ge=1)] | None = None
    partial: bool = False
    description: str = ""


class Member(CardSection):
    """A file of the archive: its name in it, and the field that tells the provider that name."""

    name: MemberName
    field: WireField


class Archive(CardSection):
    """A zip that carries pictures: the field of its URL, and its members by parameter."""

    field: WireField
    members: Annotated[dict[str, Member], Field(min_length=1)]


class WireForm(CardSection):
    """One way to ask for the model over HTTP.

    Attributes:
        form: Its name, for ``wire`` of a provider in ``runner.toml``.
        archive: Where pictures go in a zip.
        fields: Field name by parameter; three names (red, green, blue) for a color that is sent in channels.
    """

    form: ProviderName
    archive: Archive | None = None
    fields: dict[str, FieldNames] = Field(default_factory=dict)


class ModelCard(CardSection):
    """What one model is called, takes, costs and gives.

    Attributes:
        revision: Enters every action key: a new revision is new work.
        source: Where price and parameters were read.
        output_size: ``same-as:PARAMETER``, ``resize`` or ``crop`` (computed by the tools' rules), or ``unknown``.
        needs_one_of: Optional parameters of which at least one must be given.
        wire: The first form is used where a provider names none; empty for what runs only locally.
        providers: Kinds of provider that have it: ``local``, ``runflow``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, title="edit-runner model card")

    id: ModelId
    revision: Revision
    title: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    price: Price
    parameters: Annotated[tuple[Parameter, ...], Field(min_length=1), BeforeValidator(as_tuple)]
    output_size: OutputSize = "unknown"
    needs_one_of: Annotated[tuple[str, ...], BeforeValidator(as_tuple)] = ()
    wire: Annotated[tuple[WireForm, ...], BeforeValidator(as_tuple)] = ()
    providers: Annotated[tuple[ProviderName, ...], Field(min_length=1), BeforeValidator(as_tuple)]

    def parameter(self, name: str) -> Parameter | None:
        """Find a parameter by its name; None where the model has none of that name."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    def wire_form(self, name: str | None) -> WireForm | None:
        """Find a wire form by its name, or the first where no name is given; None where there is none."""
        return next((form for form in self.wire if name is None or form.form == name), None)


def card_schema() -> dict[str, Any]:
    """The JSON Schema of a model card, draft-07 as editors read it."""
    schema = ModelCard.model_json_schema()
    schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    return schema


def card_digest(card: ModelCard) -> Digest:
    """Digest everything that a card says."""
    return digest_json("model-card/1", card_document(card))


def card_document(card: ModelCard) -> dict[str, Json]:
    """The card as JSON: every key, money as a decimal string, the date as text."""
    document: dict[str, Json] = card.model_dump(mode="json")
    return document
