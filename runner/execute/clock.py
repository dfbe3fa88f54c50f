"""The time, as events and run ids have it."""

import secrets
import time
from datetime import UTC, datetime


def now_text() -> str:
    """Say the time, RFC 3339 UTC with milliseconds: ``2026-11-21T07:25:00.125Z``."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def month_now() -> str:
    """Say the month of the calendar, UTC: ``2026-11``."""
    return f"{datetime.now(UTC):%Y-%m}"


def new_run_id() -> str:
    """Make an id for a run that sorts by time: ``20261121T072500-ab12cd``."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def since_ms(started_s: float) -> int:
    """Say how long ago ``time.monotonic()`` was that, in whole milliseconds."""
    return round((time.monotonic() - started_s) * 1000)
