"""What stands around the input of a run: where to call back, what to keep for the client."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson

from runner.core.digest import Json
from runner.server.answers import FieldError, invalid, invalid_field
from runner.server.callbacks.target import check_callback_url

LIMIT_BYTES = 70 * 2**20
"""Of a body with pictures in it: 50 MiB as base64, and some words."""

MAX_REF = 255
_MAX_URL = 2048
_MAX_METADATA_BYTES = 64 * 2**10


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a client says about a run or batch, besides its input."""

    callback_url: str | None
    metadata: dict[str, Json] | None
    client_ref: str | None


def parse_envelope(body: Mapping[str, Json], callback_allow: frozenset[str]) -> Envelope:
    """Check all that stands around the input; members of other names are left alone.

    Callbacks may reach the private hosts of ``callback_allow``.

    Raises:
        Refusal: 422, with every field that is wrong.
    """
    errors = [*_url_errors(body.get("callback_url"), callback_allow), *_metadata_errors(body.get("metadata"))]
    errors += ref_errors("client_ref", body.get("client_ref"))
    if errors:
        raise invalid(*errors)
    url, metadata, ref = body.get("callback_url"), body.get("metadata"), body.get("client_ref")
    return Envelope(
        url if isinstance(url, str) else None,
        metadata if isinstance(metadata, dict) else None,
        ref if isinstance(ref, str) else None,
    )


def parse_input(body: Mapping[str, Json]) -> dict[str, Json]:
    """Find the input of a run.

    Raises:
        Refusal: 422, it is missing or no object.
    """
    given = body.get("input")
    if not isinstance(given, dict):
        raise invalid_field("input", "is required, and must be an object")
    return given


def ref_errors(field: str, ref: Json) -> Iterator[FieldError]:
    """Say what is wrong with a client's reference."""
    if ref is not None and not (isinstance(ref, str) and len(ref) <= MAX_REF):
        yield FieldError(field, f"must be a text of at most {MAX_REF} characters, or null")


def _url_errors(url: Json, callback_allow: frozenset[str]) -> Iterator[FieldError]:
    if url is None:
        return
    if not isinstance(url, str) or len(url) > _MAX_URL:
        yield FieldError("callback_url", f"must be a URL of at most {_MAX_URL} characters, or null")
        return
    try:
        check_callback_url(url, callback_allow)
    except ValueError as error:
        yield FieldError("callback_url", str(error))


def _metadata_errors(metadata: Json) -> Iterator[FieldError]:
    if metadata is None:
        return
    if not isinstance(metadata, dict):
        yield FieldError("metadata", "must be an object, or null")
    elif len(orjson.dumps(metadata)) > _MAX_METADATA_BYTES:
        yield FieldError("metadata", f"must be at most {_MAX_METADATA_BYTES:,} bytes as JSON")
