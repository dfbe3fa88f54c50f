"""Signed addresses: whoever has one may use it, until it expires."""

import hashlib
import hmac
import re
from datetime import datetime
from urllib.parse import quote, urlencode

from runner.server.answers import Refusal

_EXPIRES = re.compile(r"[0-9]{1,12}")


class Signer:
    """Signs paths of this server with HMAC-SHA256.

    Args:
        secret: Whoever knows it can sign.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def url(self, base: str, path: str, lifetime_s: float, now: datetime) -> str:
        """Sign a path.

        Args:
            base: Scheme and host of this server as its clients see it: ``https://edit.example.com``.
            path: As it is before quoting, beginning with ``/``; served under the same path only.
            lifetime_s: How long the address is good.
            now: When the lifetime begins.
        """
        expires = str(int(now.timestamp() + lifetime_s))
        query = urlencode({"expires": expires, "signature": self._signature(path, expires)})
        return f"{base.rstrip('/')}{quote(path)}?{query}"

    def verify(self, path: str, expires: str | None, signature: str | None, now: datetime) -> None:
        """Prove that this server signed a path, and that the time is not over.

        Raises:
            Refusal: 403, where it is not so; whether a file is there is not told.
        """
        if expires is None or signature is None or not _EXPIRES.fullmatch(expires):
            raise Refusal(403, "SIGNATURE_REQUIRED", "this address needs the signature that it was given out with")
        if not hmac.compare_digest(self._signature(path, expires).encode(), signature.encode(errors="replace")):
            raise Refusal(403, "SIGNATURE_INVALID", "the signature does not belong to this address")
        if now.timestamp() >= int(expires):
            raise Refusal(403, "SIGNATURE_EXPIRED", "this address has expired; read its object again for a new one")

    def _signature(self, path: str, expires: str) -> str:
        return hmac.new(self._secret, f"{path}\n{expires}".encode(), hashlib.sha256).hexdigest()
