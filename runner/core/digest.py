"""SHA-256 digests of bytes and of canonical JSON."""

import hashlib
import re
from typing import NewType

import orjson
from typing_extensions import TypeAliasType

Digest = NewType("Digest", str)
"""64 lower-case hexadecimal digits of a SHA-256."""

ActionKey = NewType("ActionKey", str)
"""The digest that identifies the work of one action; equal keys are the same work."""

Json = TypeAliasType("Json", "str | int | float | bool | list[Json] | dict[str, Json] | None")
"""What JSON can say; a named recursive type, so that pydantic can follow it."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


def digest_bytes(content: bytes | memoryview) -> Digest:
    """Digest a blob."""
    return Digest(hashlib.sha256(content).hexdigest())


def digest_json(kind: str, value: Json) -> Digest:
    """Digest a structure in canonical form: keys sorted, no spaces, UTF-8, tagged with what it is.

    Args:
        kind: Names the structure and its version, so that two kinds never share a digest.
        value: Numbers that are not integers should come as text: floats have no canonical form.
    """
    return digest_bytes(orjson.dumps([kind, value], option=orjson.OPT_SORT_KEYS))


def parse_digest(text: str) -> Digest:
    """Prove that a text is a digest, with or without ``sha256:`` before it.

    Raises:
        ValueError: the text is anything else.
    """
    bare = text.removeprefix("sha256:")
    if not _DIGEST.fullmatch(bare):
        raise ValueError(f"not a SHA-256 digest: '{text}'")
    return Digest(bare)
