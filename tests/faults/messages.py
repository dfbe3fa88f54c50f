"""HTTP/1.1 messages on a raw connection: read whole, changed, and written, whole or in parts."""

import asyncio
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

_MOST_BYTES = 32 * 2**20


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer.

    Attributes:
        first: The request line or status line.
        headers: Names in lower case.
    """

    first: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    @property
    def method(self) -> str:
        return self.first.split(" ", 2)[0]

    @property
    def target(self) -> str:
        """Path and query."""
        return self.first.split(" ", 2)[1]

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))

    @property
    def status(self) -> int:
        return int(self.first.split(" ", 2)[1])

    def header(self, name: str) -> str:
        """Give a header; empty where there is none."""
        return next((value for known, value in self.headers if known == name), "")

    def without(self, *names: str) -> "Message":
        """Leave headers out."""
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0] not in names))

    def with_header(self, name: str, value: str) -> "Message":
        return replace(self, headers=(*self.headers, (name, value)))

    def with_body(self, body: bytes, media_type: str | None = None) -> "Message":
        """Give it another body; its length is told truly."""
        kept = self if media_type is None else self.without("content-type")
        typed = kept if media_type is None else kept.with_header("content-type", media_type)
        return replace(typed, body=body)

    def to(self, target: str) -> "Message":
        """Send a request elsewhere."""
        method, _, version = self.first.split(" ", 2)
        return replace(self, first=f"{method} {target} {version}")

    def head(self) -> bytes:
        """Write all but the body."""
        lines = [self.first, *(f"{name}: {value}" for name, value in self.without("content-length").headers)]
        return "\r\n".join([*lines, f"content-length: {len(self.body)}", "", ""]).encode("latin-1")

    def whole(self) -> bytes:
        return self.head() + self.body


def answer(status: int, body: bytes, media_type: str, headers: tuple[tuple[str, str], ...] = ()) -> Message:
    """Make an answer."""
    return Message(f"HTTP/1.1 {status} Answer", (("content-type", media_type), *headers), body)


async def read_message(reader: asyncio.StreamReader) -> Message | None:
    """Read a message; None where the other side closed before one began.

    Raises:
        OSError, asyncio.IncompleteReadError: it broke off.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    headers = tuple((name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines))
    found = Message(first, headers)
    length = int(found.header("content-length") or 0)
    if length > _MOST_BYTES or found.header("transfer-encoding"):
        raise OSError(f"a message that this proxy does not take: {first}")
    return replace(found, body=await reader.readexactly(length))
