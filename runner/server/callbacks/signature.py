"""How callbacks are signed."""

import hashlib
import hmac


def signature_of(plain_secret: str, payload: bytes) -> str:
    """Sign the raw bytes of a callback: HMAC-SHA256 in lower-case hexadecimal digits."""
    return hmac.new(plain_secret.encode(), payload, hashlib.sha256).hexdigest()
