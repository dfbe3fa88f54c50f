"""The API's run object, which is a job of ours: read in every shape that is known of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_UP, Decimal, InvalidOperation
from typing import Literal, TypeAlias

from runner.core.digest import Json
from runner.core.money import Money
from runner.providers.runflow.connection import Connection

Ending: TypeAlias = Literal["succeeded", "partial", "failed", "canceled"]

_ENDINGS: dict[str, Ending] = {
    "succeeded": "succeeded",
    "partial_succeeded": "partial",
    "failed": "failed",
    "canceled": "canceled",
    "cancelled": "canceled",
}
_ID = re.compile(r"[0-9A-Za-z_-]{1,128}")
_DETAILS = ("seed", "timing", "nsfw_detected")
_MICRO = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """What the provider says of a job.

    Attributes:
        status: In its own words.
        client_ref: What we called it; None where that is not said.
        ending: None while it goes on.
        outputs: The addresses of its pictures, signed.
        cost: None where it does not say, or not yet.
        revision: Of the model that ran; empty where it does not say.
        failure_code: Its own, in capitals.
        failure: Its own words, fit to be shown.
        duration_s: From its creation to its end, by the provider's clock.
        run_s: From when it was begun to its end, by the provider's clock.
        created_at: By the provider's clock.
    """

    id: str
    status: str
    ending: Ending | None
    client_ref: str | None
    outputs: tuple[str, ...]
    cost: Money | None
    revision: str
    failure_code: str
    failure: str
    details: Mapping[str, Json]
    created_at: datetime | None
    duration_s: float | None
    run_s: float | None


def read_job(document: Mapping[str, Json], connection: Connection) -> JobState | None:
    """Read a run object; None where it has no status, or no id that can stand in a path."""
    job_id = job_id_of(document.get("id", document.get("run_id")))
    status = document.get("status_code", document.get("status"))
    if job_id is None or not isinstance(status, str):
        return None
    output = document.get("output")
    created_at, ended_at = _moment(document.get("created_at")), _moment(document.get("completed_at"))
    began_at = _moment(document.get("started_at"))
    return JobState(
        id=job_id,
        status=connection.clean(status),
        ending=_ENDINGS.get(status),
        client_ref=_client_ref(document),
        outputs=tuple(dict.fromkeys(_addresses(output))),
        cost=read_cost(document.get("cost")),
        revision=connection.clean(str(document.get("target_version") or "")),
        failure_code=connection.clean(_failure(document, "failure_code", "code")).upper(),
        failure=connection.clean(_failure(document, "failure_message", "message")),
        details=_details(output, connection),
        created_at=created_at,
        duration_s=_between_s(created_at, ended_at),
        run_s=_between_s(began_at, ended_at),
    )


def job_id_of(value: Json) -> str | None:
    """Read the id of a job; None where it is none that can stand in a path."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def _client_ref(document: Mapping[str, Json]) -> str | None:
    """Read what we called a job: some answers echo it in the metadata alone."""
    metadata = document.get("metadata")
    echoed = metadata.get("client_ref") if isinstance(metadata, dict) else None
    return next((one for one in (document.get("client_ref"), echoed) if isinstance(one, str)), None)


def read_cost(value: Json) -> Money | None:
    """Read an amount, a decimal text or number; what is finer than a millionth of a dollar is rounded up."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    if not amount.is_finite() or not 0 <= amount < 10**9:
        return None
    return Money(amount.quantize(_MICRO, ROUND_UP).normalize() + Decimal(0))


def _addresses(output: Json) -> Iterator[str]:
    """Find the pictures of an output: ``outputs[].url``, ``image_urls[]``, ``image``, ``url``, ``output_url``."""
    if not isinstance(output, dict):
        return
    for name in ("outputs", "image_urls", "image", "images", "url", "output_url"):
        found = output.get(name)
        for one in found if isinstance(found, list) else [found]:
            address = one.get("url") if isinstance(one, dict) and one.get("type", "image") == "image" else one
            if isinstance(address, str) and address.lower().startswith(("https:", "http:")):
                yield address


def _failure(document: Mapping[str, Json], name: str, inner: str) -> str:
    error = document.get("error")
    found = document.get(name) or (error.get(inner) if isinstance(error, dict) else None)
    return found if isinstance(found, str) else ""


def _details(output: Json, connection: Connection) -> dict[str, Json]:
    if not isinstance(output, dict):
        return {}
    return {name: connection.clean_json(output[name]) for name in _DETAILS if output.get(name) is not None}


def _between_s(began_at: datetime | None, ended_at: datetime | None) -> float | None:
    return None if began_at is None or ended_at is None else (ended_at - began_at).total_seconds()


def _moment(value: Json) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
