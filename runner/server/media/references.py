"""How an input names a picture: by an https address, as an asset, or inline."""

import base64
import binascii
import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import unquote_to_bytes

from runner.core.errors import UsageError
from runner.providers.web_url import parse_url
from runner.server.ids import is_id
from runner.server.media.problem import MediaProblem
from runner.server.media.types import ENDINGS

MAX_URL_CHARACTERS = 8192

_ASSET = "runflow://assets/"
_DATA = re.compile(r"data:([^,;]{0,100})((?:;[^,;]{0,100}){0,8}),", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An address to download from."""

    url: str


@dataclass(frozen=True, slots=True)
class AssetAddress:
    """An asset of the same organization, if there is one."""

    asset_id: str


@dataclass(frozen=True, slots=True)
class Inline:
    """A file that stands in the input itself.

    Attributes:
        text: The whole ``data:`` address.
    """

    text: str


Reference: TypeAlias = WebAddress | AssetAddress | Inline


def parse_reference(text: str, open_hosts: AbstractSet[str]) -> Reference:
    """Tell which kind of address a text is; nothing is asked or decoded.

    Args:
        text: As the input has it.
        open_hosts: Hosts for which ``http:`` will do.

    Raises:
        MediaProblem: it is none of them.
    """
    if text[:5].lower() == "data:":
        return Inline(text)
    if text.startswith(_ASSET):
        asset_id = text.removeprefix(_ASSET).lower()
        if not is_id(asset_id):
            raise no_such_asset(text[:200])
        return AssetAddress(asset_id)
    if len(text) > MAX_URL_CHARACTERS:
        raise MediaProblem(f"the address is longer than {MAX_URL_CHARACTERS} characters")
    try:
        parse_url(text, open_hosts)
    except UsageError as error:
        raise MediaProblem(f"{error.message}; https:, data: and {_ASSET}ID are taken") from error
    return WebAddress(text)


def asset_reference(asset_id: str) -> str:
    """Write the address of an asset."""
    return f"{_ASSET}{asset_id}"


def no_such_asset(reference: str) -> MediaProblem:
    """Say that an asset is not there, or somebody else's: which of the two is not told."""
    return MediaProblem(f"asset not found or expired: {reference}")


def decode_inline(inline: Inline, limit_bytes: int) -> bytes:
    """Decode a ``data:`` address (RFC 2397), in base64 or percent-encoded.

    Raises:
        MediaProblem: it is none, of another type than pictures and archives, or too large.
    """
    head = _DATA.match(inline.text)
    if head is None:
        raise MediaProblem("not a data: address, such as data:image/png;base64,iVBORw0…")
    if head[1].lower() not in ENDINGS:
        raise MediaProblem(f"data of the type '{head[1]}', not one of {', '.join(ENDINGS)}")
    if (len(inline.text) - head.end()) * 3 // 4 > limit_bytes:
        raise _too_large(limit_bytes)
    packed = unquote_to_bytes(inline.text[head.end() :])
    content = _from_base64(packed) if head[2].lower().endswith(";base64") else packed
    if len(content) > limit_bytes:
        raise _too_large(limit_bytes)
    return content


def _from_base64(packed: bytes) -> bytes:
    try:
        return base64.b64decode(packed, validate=True)
    except binascii.Error as error:
        raise MediaProblem(f"the data is not base64: {error}") from error


def _too_large(limit_bytes: int) -> MediaProblem:
    return MediaProblem(f"the data is larger than {limit_bytes:,} bytes")
