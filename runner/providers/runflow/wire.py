"""A request in the form that a model's card says: which field each parameter goes into."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from runner.catalog.card import ModelCard, Parameter, WireForm
from runner.core.digest import Digest, Json
from runner.core.errors import ProviderError
from runner.images.sniff import sniff
from runner.providers.base import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A file that is handed over.

    Attributes:
        name: As messages call it.
        media_type: By its content.
        digest: Of the content; None where nobody took it.
    """

    name: str
    content: bytes
    media_type: str
    digest: Digest | None = None

    @property
    def ending(self) -> str:
        """How a file name of its type ends: ``png``."""
        return {"image/jpeg": "jpg", "image/tiff": "tif"}.get(self.media_type, self.media_type.rpartition("/")[2])


@dataclass(frozen=True, slots=True)
class Packed:
    """A file that travels in the archive.

    Attributes:
        field: Tells the provider the member's name.
        member: That name; its ending fits the content.
    """

    field: str
    member: str
    media: Media


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    """A request, sorted into fields.

    Attributes:
        plain: Fields with their values.
        linked: Files by the field that takes their address.
        archive: The field that takes the address of the archive; None where there is none.
        packed: The members of the archive, in its order.
    """

    plain: Mapping[str, Json]
    linked: Mapping[str, Media]
    archive: str | None
    packed: tuple[Packed, ...]


def wire_request(request: Request, card: ModelCard, form: WireForm) -> Wired:
    """Sort a request into the fields of a wire form.

    Raises:
        ProviderError: the form has no field for one of the parameters.
    """
    media = {**_images(request), **_masks(request)}
    _refuse_homeless(request, card, form)
    members = form.archive.members if form.archive is not None else {}
    packed = [
        Packed(member.field, f"{member.name.rpartition('.')[0]}.{media[name].ending}", media[name])
        for name, member in members.items()
        if name in media
    ]
    plain = {
        field: value
        for name, names in form.fields.items()
        if name in request.params
        for field, value in _plain(card.parameter(name), names, request.params[name])
    }
    return Wired(
        plain={**plain, **{one.field: one.member for one in packed}},
        linked={str(field): media[name] for name, field in form.fields.items() if name in media},
        archive=form.archive.field if form.archive is not None and packed else None,
        packed=tuple(packed),
    )


def parameters_by_field(form: WireForm) -> dict[str, str]:
    """Give the recipe's name of each field of a form."""
    found: dict[str, str] = {}
    for name, fields in form.fields.items():
        found |= dict.fromkeys((fields,) if isinstance(fields, str) else tuple(fields), name)
    if form.archive is not None:
        found |= {member.field: name for name, member in form.archive.members.items()}
        found[form.archive.field] = " + ".join(form.archive.members)
    return found


def _images(request: Request) -> dict[str, Media]:
    return {
        name: Media(
            name=picture.name,
            content=picture.content,
            media_type=_media_type(request, picture.name, picture.content),
            digest=picture.digest,
        )
        for name, picture in request.images.items()
    }


def _masks(request: Request) -> dict[str, Media]:
    return {
        name: Media(name=f"mask '{name}' of {request.name}", content=content, media_type="image/png")
        for name, content in request.masks.items()
    }


def _media_type(request: Request, name: str, content: bytes) -> str:
    found = sniff(content)
    if isinstance(found, str):
        return found
    raise ProviderError(found.code, f"{request.model}: '{name}' is {found.what}", hint=found.hint)


def _refuse_homeless(request: Request, card: ModelCard, form: WireForm) -> None:
    named = {*form.fields, *(form.archive.members if form.archive is not None else ())}
    for name in (*request.images, *request.masks, *request.params):
        if name not in named:
            message = f"{request.name}: {card.id}: the wire form '{form.form}' has no field for '{name}'"
            raise ProviderError("no-wire-field", message, hint=f"runner models {card.id}")


def _plain(parameter: Parameter | None, names: str | tuple[str, ...], value: Json) -> Iterator[tuple[str, Json]]:
    if isinstance(names, str):
        yield names, _number(value) if parameter is not None and parameter.kind == "number" else value
        return
    channels = value if isinstance(value, list) else []
    yield from zip(names, channels, strict=True)


def _number(value: Json) -> Json:
    """Give a decimal, which requests carry as text, as JSON has it."""
    if not isinstance(value, str):
        return value
    number = Decimal(value)
    return int(number) if number == number.to_integral_value() else float(number)
