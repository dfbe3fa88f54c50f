"""Moments of a journal as numbers."""

from datetime import datetime


def moment_ms(at: str) -> int:
    """Read an RFC 3339 time as milliseconds since 1970."""
    return round(datetime.fromisoformat(at).timestamp() * 1000)
