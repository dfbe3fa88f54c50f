"""An answer of the API: its status, its JSON, and what its headers say of time."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2
import orjson

from runner.core.digest import Json

MAX_BYTES = 32 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the API answered, complete or with its status alone.

    Attributes:
        document: Its JSON; None where it is none, or where it broke off.
        is_whole: Whether the body came to its end.
        retry_after_s: How long the provider asks to wait; None where it does not say.
        date: The provider's clock; None where it does not say.
    """

    status: int
    document: Json
    is_whole: bool = True
    retry_after_s: float | None = None
    date: datetime | None = None

    @property
    def members(self) -> dict[str, Json]:
        """The members of a JSON object; none of anything else."""
        return self.document if isinstance(self.document, dict) else {}


async def read_answer(response: httpx2.Response) -> Answer:
    """Read an answer to its end; one that is too large counts as half.

    Raises:
        httpx2.TransportError: it broke off.
    """
    return _answer(response, await _body(response))


def half_answer(response: httpx2.Response) -> Answer:
    """Give an answer of which only the status and the headers came."""
    return _answer(response, None)


async def _body(response: httpx2.Response) -> bytes | None:
    """Read the body of an answer; None where it is too large to be one."""
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > MAX_BYTES:
            return None
    return bytes(content)


def _answer(response: httpx2.Response, body: bytes | None) -> Answer:
    try:
        document: Json = orjson.loads(body or b"null")
    except orjson.JSONDecodeError:
        document = None
    date = _moment(response.headers.get("date", ""))
    return Answer(
        status=response.status_code,
        document=document,
        is_whole=body is not None,
        retry_after_s=_retry_after_s(response.headers.get("retry-after", ""), date),
        date=date,
    )


def _retry_after_s(text: str, date: datetime | None) -> float | None:
    """Read ``Retry-After``: seconds, or a moment (RFC 9110, 10.2.3)."""
    if text.isascii() and text.isdigit() and len(text) <= 6:
        return float(text)
    moment = _moment(text)
    return None if moment is None else max(0.0, (moment - (date or datetime.now(UTC))).total_seconds())


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
