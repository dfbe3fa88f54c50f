"""Looks before anything is uploaded or bought: at the key, the balance, and the models."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from runner.catalog.card import Kind, ModelCard, WireForm
from runner.core.digest import Json
from runner.core.errors import ProviderError, Refused
from runner.core.money import Money
from runner.providers.base import Account
from runner.providers.runflow.asking import Asker, refused
from runner.providers.runflow.billing import read_balance
from runner.providers.runflow.refusal import About

_TAKEN: dict[Kind, frozenset[str]] = {
    "image": frozenset({"image", "file", "string", "url"}),
    "mask": frozenset({"image", "file", "string", "url"}),
    "text": frozenset({"string", "text"}),
    "choice": frozenset({"string", "text", "choice", "enum"}),
    "integer": frozenset({"integer", "number", "float"}),
    "number": frozenset({"float", "number", "integer"}),
    "color": frozenset({"integer", "number", "float", "string", "json", "array"}),
    "box": frozenset({"json", "array"}),
    "point": frozenset({"json", "array"}),
}
_KNOWN = frozenset(
    {"image", "image_list", "file", "string", "text", "integer", "number", "float", "boolean", "json", "array"}
)


@dataclass(frozen=True, slots=True)
class Preflight(Account):
    """What was found.

    Attributes:
        forms: The wire form to use, by model id.
    """

    forms: Mapping[str, str] = field(default_factory=dict)


def wire_forms(card: ModelCard, wanted: str | None) -> tuple[WireForm, ...]:
    """Give the wire forms of a card that may be used: the one that is wanted where it has it, or else all, in order.

    Raises:
        Refused: it has none.
    """
    if not card.wire:
        raise Refused("no-wire-form", f"the card of '{card.id}' does not say how it is asked for over HTTP: no 'wire'")
    return tuple(form for form in card.wire if form.form == wanted) or card.wire


@dataclass(frozen=True, slots=True)
class _Declared:
    """An input field of a live model."""

    name: str
    kind: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class _Sent:
    """A field that a wire form fills; ``kinds`` are the types that it may be declared as."""

    name: str
    kinds: frozenset[str]
    is_required: bool


async def look_ahead(asker: Asker, cards: Iterable[ModelCard], payable: Money) -> Preflight:
    """Look at the account and the models; a few requests, none of which costs anything.

    Args:
        asker: Asks the API.
        cards: Of the models that will be used.
        payable: What will be bought, at most.

    Raises:
        Refused: the key is not accepted, the balance is below what is payable, a model is not offered there, it does
            not take what its card says, or nobody answered.
    """
    try:
        balance = await read_balance(asker)
        forms = {card.id: await _form(asker, card) for card in cards}
    except ProviderError as error:
        raise Refused(error.code, error.message, hint=error.hint, retryable=error.retryable) from error
    _refuse_poor(asker, balance, payable)
    return Preflight(balance, forms)


def _refuse_poor(asker: Asker, balance: Decimal | None, payable: Money) -> None:
    if balance is not None and balance < payable.amount:
        message = f"the balance at {asker.client.connection.host} is ${balance:.2f}, and {payable:} may become due"
        raise Refused("balance-too-low", message, hint="add credit at the provider, or do less with --select")


async def _form(asker: Asker, card: ModelCard) -> str:
    """Choose the wire form that the live model takes; the card's own order decides between several."""
    connection, about = asker.client.connection, About(what=card.id)
    answer = await asker.get(f"/v1/models/{card.id}", about)
    if answer.status == 404:
        raise Refused("unknown-model", f"{connection.host} has no model '{card.id}'", hint="runner models")
    if answer.status >= 300:
        raise refused(answer, about, asker.client)
    forms = wire_forms(card, connection.wire)
    declared = list(_declared(answer.members.get("inputs")))
    problems = {form.form: list(_disagreements(card, form, declared)) for form in forms}
    chosen = next((form for form in forms if not problems[form.form]), None)
    if chosen is None:
        says = connection.clean("; ".join(problems[forms[0].form][:3]))
        hint = "the model changed: its card has to be brought up to date"
        raise Refused("model-changed", f"{card.id} at {connection.host} is not as its card says: {says}", hint=hint)
    return chosen.form


def _declared(inputs: Json) -> Iterator[_Declared]:
    for one in inputs if isinstance(inputs, list) else ():
        name = one.get("name") if isinstance(one, dict) else None
        if isinstance(one, dict) and isinstance(name, str):
            required = one.get("is_required") is True and one.get("default_value") is None
            yield _Declared(name, str(one.get("variable_type_code") or "").lower(), required)


def _disagreements(card: ModelCard, form: WireForm, declared: list[_Declared]) -> Iterator[str]:
    """Say what of a form a model does not take, and what it wants besides; one that declares nothing agrees."""
    if not declared:
        return
    kinds = {one.name: one.kind for one in declared}
    for sent in _sent(card, form):
        if sent.name not in kinds and sent.is_required:
            yield f"it has no field '{sent.name}'"
        elif kinds.get(sent.name) in _KNOWN - sent.kinds:
            yield f"its field '{sent.name}' is of the type {kinds[sent.name]}"
    # A field of another form of the card may be declared as required where a model takes both.
    ours = {sent.name for other in card.wire for sent in _sent(card, other)}
    for one in declared:
        if one.is_required and one.name not in ours:
            yield f"it requires the field '{one.name}'"


def _sent(card: ModelCard, form: WireForm) -> Iterator[_Sent]:
    parameters = {parameter.name: parameter for parameter in card.parameters}
    if form.archive is not None:
        yield _Sent(form.archive.field, _TAKEN["image"], is_required=True)
        for name, member in form.archive.members.items():
            yield _Sent(member.field, _TAKEN["text"] | {"file"}, parameters[name].required)
    for name, fields in form.fields.items():
        for name_sent in (fields,) if isinstance(fields, str) else fields:
            yield _Sent(str(name_sent), _TAKEN[parameters[name].kind], parameters[name].required)
