"""A file that somebody names by its URL: downloaded, again where that can help."""

import random

from runner.core.errors import UsageError
from runner.providers.exchange import TryLater, Web
from runner.providers.web import get

MAX_WAIT_S = 30.0


async def download(url: str, *, limit_bytes: int, web: Web, attempts: int = 3, accept: str = "image/*") -> bytes:
    """Download a file over https from a public host.

    Args:
        url: As it was written. Its query is sent, but stands in no message.
        limit_bytes: What is larger is refused, as soon as that is known.
        web: The doors to the network.
        attempts: How often to try where trying again can help, at least once.
        accept: The media types that are asked for.

    Raises:
        UsageError: it is no https address, its host is not public, it was refused, is too large, or cannot be reached.
    """
    outcome: bytes | TryLater = await get(web, url, limit_bytes, accept=accept)
    for attempt in range(1, attempts):
        if isinstance(outcome, bytes):
            break
        await web.sleep(_wait_s(attempt, outcome))
        outcome = await get(web, url, limit_bytes, accept=accept)
    if isinstance(outcome, bytes):
        return outcome
    hint = "try again later, or download it and name the file in the recipe"
    raise UsageError("download-failed", outcome.message, hint=hint, retryable=True)


def _wait_s(attempt: int, outcome: TryLater) -> float:
    """Wait longer each time, and as long as the server asks; spread, so that many do not come back at once."""
    own = float(2 ** (attempt - 1)) * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
    return min(MAX_WAIT_S, max(own, outcome.after_s))
