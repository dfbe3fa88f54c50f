"""The lock file: what a recipe was made with, one sorted line a fact, so that git merges it line by line."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from runner.core.diagnostic import Diagnostic, Span
from runner.core.digest import Digest, digest_bytes, parse_digest

HEADER = "# runner-lock/1"

_URL = r"https://[^\s?#]+(?:\?sha256:[0-9a-f]{16})?"
_URL_LINE = re.compile(rf"url ({_URL}) sha256:([0-9a-f]{{64}}) ([a-z]+/[a-z0-9.+-]+) ([0-9]{{1,15}})")
_OTHER_LINE = re.compile(r"#.*|[a-z][a-z0-9-]*(?: .*)?")
_CONFLICT = re.compile(r"<{7}|={7}|>{7}|\|{7}")
_FORM = "url https://… sha256:… image/png 12345"


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


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock file.

    Attributes:
        urls: By ``UrlPin.url``.
        others: Lines of other kinds, as they stand: a newer version's, comments.
    """

    urls: Mapping[str, UrlPin] = field(default_factory=dict)
    others: tuple[str, ...] = ()


EMPTY_LOCK = Lock()


def pin_name(url: str) -> str:
    """Name a URL in a lock file: without its fragment, a digest in place of its query.

    A query may be a signature or a key, which no file may hold; two queries still are two names.
    """
    place, _, query = url.partition("#")[0].partition("?")
    return f"{place}?sha256:{digest_bytes(query.encode('utf-8', 'surrogatepass'))[:16]}" if query else place


def with_urls(lock: Lock, pins: Iterable[UrlPin]) -> Lock:
    """Replace all pinned URLs, and keep everything else."""
    return replace(lock, urls={pin.url: pin for pin in pins})


def read_lock(text: str, path: str) -> Lock | list[Diagnostic]:
    """Read a lock file.

    Args:
        text: The file's text.
        path: The file as the user named it, for the diagnostics.

    Returns:
        The lock, or every reason why it cannot be used, in file order.
    """
    lines = [line.removesuffix("\r").rstrip(" \t") for line in text.removeprefix("\ufeff").split("\n")]
    reading = _Reading(path)
    if not reading.is_ours(lines[0]):
        return reading.problems
    for number, line in enumerate(lines[1:], 2):
        reading.read(number, line)
    return reading.problems or Lock(reading.urls, tuple(sorted(reading.others)))


def write_lock(lock: Lock) -> str:
    """Write a lock file: the header, then every line once, sorted by code point.

    Raises:
        ValueError: a URL cannot be written: it is not https, or has a space or a query in it.
    """
    lines = {_url_line(pin) for pin in lock.urls.values()} | set(lock.others)
    return "\n".join([HEADER, *sorted(lines), ""])


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was read so far."""

    path: str
    urls: dict[str, UrlPin] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    problems: list[Diagnostic] = field(default_factory=list)

    def is_ours(self, header: str) -> bool:
        if re.fullmatch(r"# runner-lock/[0-9]+", header) and header != HEADER:
            message = f"'{header[2:]}' is another format than '{HEADER[2:]}'"
            self.report_problem(1, header, "lock-version", message, "update edit-runner")
        elif header != HEADER:
            message = f"a lock file begins with '{HEADER}'"
            self.report_problem(1, header, "bad-lock-line", message, "remove the file: the next run writes it again")
        return header == HEADER

    def read(self, number: int, line: str) -> None:
        if not line or line == HEADER:
            return
        if _CONFLICT.match(line):
            message = "a merge conflict was left here"
            self.report_problem(
                number, line, "merge-conflict", message, "keep the lines of both sides, remove this one"
            )
        elif line.split(" ", 1)[0] == "url":
            self._url(number, line)
        elif _OTHER_LINE.fullmatch(line):
            self.others.add(line)
        else:
            self.report_problem(number, line, "bad-lock-line", "this is no line of a lock file", "remove it")

    def _url(self, number: int, line: str) -> None:
        found = _URL_LINE.fullmatch(line)
        if found is None:
            self.report_problem(number, line, "bad-lock-line", "this is no pinned url", f"a line such as: {_FORM}")
            return
        pin = UrlPin(url=found[1], digest=parse_digest(found[2]), media_type=found[3], size_bytes=int(found[4]))
        if self.urls.setdefault(pin.url, pin) != pin:
            message = f"'{pin.url}' is pinned twice, to different content"
            self.report_problem(number, line, "repeated-pin", message, "remove the line that is wrong")

    def report_problem(self, number: int, line: str, code: str, message: str, hint: str) -> None:
        span = Span(number, 1, max(1, len(line)))
        self.problems.append(Diagnostic(path=self.path, span=span, code=code, message=message, hint=hint, source=line))


def _url_line(pin: UrlPin) -> str:
    line = f"url {pin.url} sha256:{pin.digest} {pin.media_type} {pin.size_bytes}"
    if not _URL_LINE.fullmatch(line):
        raise ValueError(f"cannot be pinned: {pin.url.partition('?')[0]!r}")
    return line
