"""A result as it lies in a cache remote: a JSON document, ``runner-result/1``."""

from typing import Annotated, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey, Json, parse_digest
from runner.store.results import Known

MOST_RECORD_BYTES = 2**20
_MOST_BLOB_BYTES = 256 * 2**20  # no larger picture is opened
_MOST = 2**53
_HEX = r"^[0-9a-f]{64}$"

Count = Annotated[int, Field(ge=0, le=_MOST)]


class ArtifactRecord(BaseModel):
    """What a result's blob is said to be."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    digest: Annotated[str, Field(pattern=_HEX)]
    media_type: Annotated[str, Field(pattern=r"^[a-z]+/[a-z0-9.+-]+$", max_length=64)]
    size_bytes: Annotated[int, Field(ge=1, le=_MOST_BLOB_BYTES)]
    width_px: Annotated[int, Field(ge=1, le=_MOST)]
    height_px: Annotated[int, Field(ge=1, le=_MOST)]


class ResultRecord(BaseModel):
    """The result of one action; the key stands in it, so that a document under another name is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    format: Literal["runner-result/1"]
    key: Annotated[str, Field(pattern=_HEX)]
    artifact: ArtifactRecord
    details: dict[str, Json]
    notes: list[str]
    duration_ms: Count
    made_at: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$")]
    draw: Annotated[int, Field(ge=0, le=1_000_000)]


def write_record(key: ActionKey, known: Known) -> bytes:
    """Write a result."""
    artifact = known.artifact
    return orjson.dumps(
        {
            "format": "runner-result/1",
            "key": key,
            "artifact": {
                "digest": artifact.digest,
                "media_type": artifact.media_type,
                "size_bytes": artifact.size_bytes,
                "width_px": artifact.width_px,
                "height_px": artifact.height_px,
            },
            "details": known.details,
            "notes": known.notes,
            "duration_ms": known.duration_ms,
            "made_at": known.made_at,
            "draw": known.draw,
        },
        option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE,
    )


def read_record(content: bytes, key: ActionKey) -> Known:
    """Read the result of a key.

    Raises:
        ValueError: it is no such document, or one of another key.
    """
    if len(content) > MOST_RECORD_BYTES:
        raise ValueError(f"its document has more than {MOST_RECORD_BYTES} bytes")
    try:
        read = orjson.loads(content)
        orjson.dumps(read)  # what is too deep to be written again is refused here
        record = ResultRecord.model_validate(read)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"its document cannot be read: {_why(error)}") from error
    if record.key != key:
        raise ValueError("its document is that of another result")
    return Known(
        artifact=Artifact(
            digest=parse_digest(record.artifact.digest),
            media_type=record.artifact.media_type,
            size_bytes=record.artifact.size_bytes,
            width_px=record.artifact.width_px,
            height_px=record.artifact.height_px,
        ),
        details=record.details,
        notes=tuple(record.notes),
        duration_ms=record.duration_ms,
        made_at=record.made_at,
        draw=record.draw,
    )


def _why(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return "it is not JSON"
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'][:2]) or 'it'} is wrong"
