"""The time, as events and run ids have it."""

import secrets
import time
from datetime import UTC, datetime
from functools import lru_cache


def now_text() -> str:
    """Say the time, RFC 3339 UTC with milliseconds: ``2026-11-21T07:25:00.125Z``."""
    seconds, rest_ns = divmod(time.time_ns(), 10**9)
    return f"{_second_text(seconds)}.{rest_ns // 10**6:03d}Z"


@lru_cache(maxsize=8)
def _second_text(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"


def month_now() -> str:
    """Say the month of the calendar, UTC: ``2026-11``."""
    return f"{datetime.now(UTC):%Y-%m}"


def new_run_id() -> str:
    """Make an id for a run that sorts by time: ``20261121T072500-ab12cd``."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def since_ms(started_s: float) -> int:
    """Say how long ago ``time.monotonic()`` was that, in whole milliseconds."""
    return round((time.monotonic() - started_s) * 1000)
