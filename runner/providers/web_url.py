"""URLs that other people wrote: proved to be plain web addresses, and shown without what is secret in them."""

import re
from collections.abc import Set as AbstractSet

import httpx2

from runner.core.errors import UsageError

_URL = re.compile(r"https?://[^\s\x00-\x20\x7f/?#@\\]+(?:[/?#][^\s\x00-\x20\x7f]*)?")
_HINT = "such as https://example.com/photo.jpg"


def parse_url(url: str, open_hosts: AbstractSet[str] = frozenset()) -> httpx2.URL:
    """Prove that a text is an https address with a host, without user and password.

    Args:
        url: As it was written.
        open_hosts: Hosts in lower case for which ``http`` will do.

    Raises:
        UsageError: it is anything else.
    """
    if not _URL.fullmatch(url):
        raise _no_https(url)
    try:
        target = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise UsageError("bad-url", f"'{shown_url(url)}' is no address", hint=_HINT) from error
    if target.scheme != "https" and target.raw_host.decode("ascii") not in open_hosts:
        raise _no_https(url)
    if not target.raw_host or not 1 <= (443 if target.port is None else target.port) <= 65_535:
        raise UsageError("bad-url", f"'{shown_url(url)}' names no host, or a port that there is not", hint=_HINT)
    return target


def _no_https(url: str) -> UsageError:
    return UsageError("bad-url", f"'{shown_url(url)}' is no https address that can be downloaded", hint=_HINT)


def joined_url(target: httpx2.URL, location: str) -> str:
    """Give the URL that a redirect leads to; it still has to be proved.

    Raises:
        UsageError: it is no address.
    """
    try:
        return str(target.join(location))
    except httpx2.InvalidURL as error:
        raise UsageError("bad-url", f"'{shown_url(str(target))}' redirects to what is no address") from error


def shown_url(url: str) -> str:
    """Give a URL as it may be shown: without user, password, query and fragment."""
    place = re.split(r"[?#]", url, maxsplit=1)[0]
    return re.sub(r"^([A-Za-z][A-Za-z0-9+.-]*:)?[/\\]*[^/\\]*@", r"\1//", place)[:300]
