"""The time, as every answer, row and callback has it."""

from datetime import UTC, datetime, timedelta


def now() -> str:
    """Say the time: ``2026-05-06T10:00:00.000+00:00``. Always UTC in this form, so that text sorts as time does."""
    return time_text(datetime.now(UTC))


def time_text(moment: datetime) -> str:
    """Write a time in the one form; it must have a zone."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def parse_time(text: str) -> datetime:
    """Read a day or a time as ISO 8601 has it; without a zone it is UTC.

    Raises:
        ValueError: it is neither.
    """
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def later(text: str, seconds: float) -> str:
    """Give the time that is so much after another one, both in the one form."""
    return time_text(parse_time(text) + timedelta(seconds=seconds))


def between_ms(earlier: str, later_text: str) -> int:
    """Give the milliseconds between two times; never below zero, though clocks are set back."""
    return max(0, round((parse_time(later_text) - parse_time(earlier)).total_seconds() * 1000))
