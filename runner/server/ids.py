"""Ids: UUIDs of version 7, which sort by the time they were made."""

import secrets
import threading
import time
import uuid

_NAMESPACE = uuid.UUID("6f5d7a0e-3d2b-5c44-9a57-1c1e5d0b8f21")
_LOCK = threading.Lock()
_last_ms_and_count = [0, 0]

_RANDOM_BYTES = 8
_AT_ONCE = 512
"""How many ids' random bytes are asked of the system together: each time, the thread gives way to all others."""

_random = bytearray()


def new_id() -> str:
    """Make an id that no other object has; within this process each is greater than the ones before.

    References:
        RFC 9562, section 5.7, with the counter of section 6.2, method 1.
    """
    with _LOCK:
        now_ms, count = _tick(time.time_ns() // 1_000_000)
        random = _random_bits()
    value = (now_ms & (2**48 - 1)) << 80 | 0x7 << 76 | count << 64 | 0b10 << 62 | random
    return str(uuid.UUID(int=value))


def id_of(kind: str, name: str) -> str:
    """Give the id of something that is known by its name, the same one each time: a model, an organization."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}:{name}"))


def is_id(text: str) -> bool:
    """Say whether a text is an id in the one form that ``new_id`` and ``id_of`` give."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _tick(now_ms: int) -> tuple[int, int]:
    """Give a pair of milliseconds and count that is greater than the one before, also when the clock goes back."""
    last_ms, count = _last_ms_and_count
    if now_ms > last_ms:
        last_ms, count = now_ms, _random_bits() & 0x3FF
    elif count == 0xFFF:
        last_ms, count = last_ms + 1, 0
    else:
        count += 1
    _last_ms_and_count[:] = [last_ms, count]
    return last_ms, count


def _random_bits() -> int:
    """Give 62 random bits, none of them twice."""
    if not _random:
        _random.extend(secrets.token_bytes(_RANDOM_BYTES * _AT_ONCE))
    bits = int.from_bytes(_random[-_RANDOM_BYTES:], "big") & (2**62 - 1)
    del _random[-_RANDOM_BYTES:]
    return bits
