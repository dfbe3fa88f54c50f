"""How callbacks are signed: HMAC-SHA256 over the raw bytes of the body, in lower-case hexadecimal digits."""

import hashlib
import hmac

SIGNATURE_HEADER = "Runflow-Signature"


def signature_of(plain_secret: str, payload: bytes) -> str:
    """Sign the raw bytes of a callback."""
    return hmac.new(plain_secret.encode(), payload, hashlib.sha256).hexdigest()


def is_signed(plain_secret: str, payload: bytes, signature: bytes) -> bool:
    """Compare a signature with the right one, in a time that tells nothing about where they differ."""
    return hmac.compare_digest(signature_of(plain_secret, payload).encode(), signature)
