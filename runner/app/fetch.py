"""A picture that a recipe names by its URL."""

import asyncio

from runner.providers.download import download
from runner.providers.exchange import Web


def fetch(url: str, *, limit_bytes: int, web: Web | None = None, attempts: int = 3) -> bytes:
    """Download a file over https; see ``download``. Not for use inside an event loop."""
    return asyncio.run(download(url, limit_bytes=limit_bytes, web=web or Web(), attempts=attempts))
