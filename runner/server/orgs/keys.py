"""API keys: which organization a request comes from."""

import hashlib
import hmac
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from runner.core.money import Money
from runner.server.billing.micro import to_micro
from runner.server.ids import id_of, new_id

_KEY = re.compile(r"[A-Za-z0-9._~+/=-]{16,256}")
_NAME = re.compile(r"\S(?:.{0,98}\S)?")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, as it is kept: not the key itself.

    Attributes:
        digest: SHA-256. Keys are long and random, so that a slow hash would add nothing.
        org: The name of its organization.
    """

    digest: bytes
    org: str

    @property
    def org_id(self) -> str:
        return id_of("org", self.org)


LOCAL_ORG = "local"
"""The one organization of a server that asks for no key."""


class Keys:
    """Finds the organization of a key, in a time that does not depend on how much of the key is right.

    Args:
        keys: Those that are good. Without any, every request comes from the organization ``local``.
    """

    def __init__(self, keys: Iterable[ApiKey]) -> None:
        self._keys = tuple(keys)

    @property
    def are_needed(self) -> bool:
        return bool(self._keys)

    def org_id(self, key: str | None) -> str | None:
        """Give the organization of a key; None for a key that is not good."""
        if not self._keys:
            return id_of("org", LOCAL_ORG)
        digest = digest_key(key or "")
        found: str | None = None
        for known in self._keys:  # all of them, so that the time tells nothing
            if hmac.compare_digest(known.digest, digest):
                found = known.org_id
        return found


def digest_key(key: str) -> bytes:
    """Give what is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def parse_keys(text: str) -> tuple[ApiKey, ...]:
    """Read a key file: a key a line, and after it, if several keys share an organization, the organization's name.

    Lines that are empty or begin with ``#`` say nothing. A key without a name has an organization of its own.

    Raises:
        ValueError: a line is no key, a key comes twice, or there is none; the message names the line, not the key.
    """
    keys = [_parse_line(number, line) for number, line in enumerate(text.splitlines(), 1) if _says_something(line)]
    if not keys:
        raise ValueError("it holds no key: write one a line")
    if len({key.digest for key in keys}) < len(keys):
        raise ValueError("a key stands in it twice")
    return tuple(keys)


def store_keys(connection: sqlite3.Connection, keys: Sequence[ApiKey], balance: Money, now: str) -> None:
    """Write the organizations of this start, and the digests of its keys; keys of earlier starts are forgotten.

    ``balance`` is what each organization was ever given to spend; what it has spent stays spent.
    """
    names = {key.org_id: key.org for key in keys} or {id_of("org", LOCAL_ORG): LOCAL_ORG}
    for org_id, name in names.items():
        connection.execute(
            "INSERT INTO orgs (id, balance_id, name, given_micro, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET given_micro = excluded.given_micro",
            (org_id, new_id(), name, to_micro(balance), now, now),
        )
    connection.execute("DELETE FROM api_keys")
    connection.executemany(
        "INSERT INTO api_keys (digest, org_id, seen_at) VALUES (?, ?, ?)",
        [(key.digest, key.org_id, now) for key in keys],
    )


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _parse_line(number: int, line: str) -> ApiKey:
    key, _, name = line.strip().partition(" ")
    if not _KEY.fullmatch(key):
        raise ValueError(f"line {number}: a key is 16 to 256 letters, digits and ._~+/=-")
    digest = digest_key(key)
    org = name.strip() or f"key-{digest.hex()[:16]}"
    if not _NAME.fullmatch(org):
        raise ValueError(f"line {number}: the name after the key is longer than 100 characters")
    return ApiKey(digest, org)
