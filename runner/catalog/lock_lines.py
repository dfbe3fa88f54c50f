"""The lines of a lock file: one fact each, complete in itself, so that git can merge them in any order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from sys import intern
from types import MappingProxyType

from runner.catalog.card import MODEL_ID, PARAMETER, PROVIDER, REVISION
from runner.core.digest import ActionKey, Digest, digest_bytes, parse_digest
from runner.core.money import Money, parse_money

URL_FORM = "url https://… sha256:… image/png 12345"
ACTION_FORM = "action KEY STEP CELL PROVIDER MODEL@REVISION PRICE/UNIT@DATE input.image=sha256:… result=sha256:…"

# Patterns as texts: they are compiled, and kept, when the first line is read or written.
_DIGEST = r"sha256:[0-9a-f]{64}"
_URL = r"https://[^\s?#]+(?:\?sha256:[0-9a-f]{16})?"
_URL_LINE = rf"url ({_URL}) ({_DIGEST}) ([a-z]+/[a-z0-9.+-]+) ([0-9]{{1,15}})"
_PRICE = r"(?P<amount>[0-9]{1,9}\.[0-9]{2,6})/(?P<unit>[a-z]+)(?:@(?P<as_of>[0-9]{4}-[0-9]{2}-[0-9]{2}))?"
_PICTURES = rf"\.{PARAMETER}={_DIGEST}"
_ACTION_LINE = (
    rf"action (?P<key>[0-9a-f]{{64}}) (?P<step>\S+) (?P<cell>\S+)"
    rf" (?P<provider>{PROVIDER})(?: under=(?P<under>{PROVIDER}))?"
    rf" (?P<model>{MODEL_ID})@(?P<revision>{REVISION}) {_PRICE}"
    rf"(?P<inputs>(?: input{_PICTURES})*)(?P<masks>(?: mask{_PICTURES})*)(?: paste_back=(?P<paste_back>{_DIGEST}))?"
    rf"(?: reported=(?P<reported>\S+))? result=(?P<result>{_DIGEST})"
)
_PICTURE = rf"\.({PARAMETER})=({_DIGEST})"
_PLAIN_WORD = r"[!-$&-~]+"  # what is seen of ASCII, but for ``%``
_NO_PICTURES: Mapping[str, Digest] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlPin:
    """What a URL held when it was first read.

    Attributes:
        url: As ``pin_name`` gives it: without the text of its query.
        media_type: Of the picture, by its bytes.
    """

    url: str
    digest: Digest
    media_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedPrice:
    """What one unit of a model cost, and the day on which that was read; None where it is free."""

    amount: Money
    unit: str
    as_of: str | None

    def __str__(self) -> str:
        return f"{self.amount:s} per {self.unit}" + (f" of {self.as_of}" if self.as_of else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedAction:
    """An action with what it was made from and what came of it.

    Attributes:
        under: The provider that steps of the recipe ran at where they named none; others make other work.
        cell: The id of the cell that it serves; ``ITEM/*`` for several of one item, ``*`` for several items.
        revision: Of the model, as it enters the key.
        reported: The revision that the provider said made the result; empty where it did not say.
        inputs, masks: Digests of its pictures and masks by parameter; results of other actions are in the key alone.
        result: Digest of the picture that came of it.
    """

    key: ActionKey
    step: str
    cell: str
    provider: str
    under: str
    model: str
    revision: str
    price: LockedPrice
    inputs: Mapping[str, Digest] = field(default_factory=dict)
    masks: Mapping[str, Digest] = field(default_factory=dict)
    paste_back: Digest | None = None
    reported: str = ""
    result: Digest


def pin_name(url: str) -> str:
    """Name a URL in a lock file: without its fragment, a digest in place of its query.

    A query may be a signature or a key, which no file may hold; two queries still are two names.
    """
    place, _, query = url.partition("#")[0].partition("?")
    return f"{place}?sha256:{digest_bytes(query.encode('utf-8', 'surrogatepass'))[:16]}" if query else place


def url_line(pin: UrlPin) -> str:
    """Write a pinned URL.

    Raises:
        ValueError: it is not https, or has a space or a query in it.
    """
    line = f"url {pin.url} sha256:{pin.digest} {pin.media_type} {pin.size_bytes}"
    if not re.fullmatch(_URL_LINE, line):
        raise ValueError(f"cannot be pinned: {pin.url.partition('?')[0]!r}")
    return line


def parse_url_line(line: str) -> UrlPin | None:
    """Read a pinned URL; None where the line is none."""
    found = re.fullmatch(_URL_LINE, line)
    if found is None:
        return None
    return UrlPin(url=found[1], digest=parse_digest(found[2]), media_type=found[3], size_bytes=int(found[4]))


def action_line(action: LockedAction) -> str:
    """Write a locked action."""
    price = action.price
    words = [
        f"action {action.key} {_written(action.step)} {_written(action.cell)} {action.provider}",
        *([f"under={action.under}"] if action.under != action.provider else []),
        f"{action.model}@{action.revision}",
        f"{price.amount!s}/{price.unit}" + (f"@{price.as_of}" if price.as_of else ""),
        *(f"input.{name}=sha256:{digest}" for name, digest in sorted(action.inputs.items())),
        *(f"mask.{name}=sha256:{digest}" for name, digest in sorted(action.masks.items())),
        *([f"paste_back=sha256:{action.paste_back}"] if action.paste_back else []),
        *([f"reported={_written(action.reported)}"] if action.reported else []),
        f"result=sha256:{action.result}",
    ]
    return " ".join(words)


def parse_action_line(line: str) -> LockedAction | None:
    """Read a locked action; None where the line is none."""
    found = _action_pattern().fullmatch(line)
    if found is None:
        return None
    return LockedAction(
        key=ActionKey(found["key"]),
        step=_read(found["step"]),
        cell=_read(found["cell"]),
        provider=intern(found["provider"]),
        under=intern(found["under"] or found["provider"]),
        model=intern(found["model"]),
        revision=intern(found["revision"]),
        price=_price(found["amount"], found["unit"], found["as_of"]),
        inputs=_pictures(found["inputs"]),
        masks=_pictures(found["masks"]),
        paste_back=_digest(found["paste_back"]) if found["paste_back"] else None,
        reported=_read(found["reported"] or ""),
        result=_digest(found["result"]),
    )


@cache
def _action_pattern() -> re.Pattern[str]:
    return re.compile(_ACTION_LINE)


@lru_cache
def _price(amount: str, unit: str, as_of: str | None) -> LockedPrice:
    return LockedPrice(amount=parse_money(amount), unit=unit, as_of=as_of)


def _pictures(text: str) -> Mapping[str, Digest]:
    if not text:
        return _NO_PICTURES
    return {intern(name): _digest(digest) for name, digest in re.findall(_PICTURE, text)}


def _digest(text: str) -> Digest:
    """Take the digest out of what the pattern of a line has proved to be one."""
    return Digest(text.removeprefix("sha256:"))


def _written(name: str) -> str:
    """Write a name as one word: spaces, signs that nobody sees, and ``%`` as in an address."""
    if re.fullmatch(_PLAIN_WORD, name):
        return name
    return "".join(_plain(sign) for sign in name) or "%20"


def _read(word: str) -> str:
    """Read a name that was written as one word; a name that many lines hold is held once."""
    if "%" not in word:
        return intern(word)
    return re.sub(rb"%([0-9A-F]{2})", lambda byte: bytes.fromhex(byte[1].decode()), word.encode()).decode(
        errors="replace"
    )


def _plain(sign: str) -> str:
    if sign.isprintable() and not sign.isspace() and sign != "%":
        return sign
    return "".join(f"%{byte:02X}" for byte in sign.encode("utf-8", "surrogatepass"))
