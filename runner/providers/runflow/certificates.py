"""The certificates that are trusted."""

import ssl
from functools import cache

import httpx


@cache
def certificates() -> ssl.SSLContext:
    """Read the certificates, once in a process, because that takes long; none are taken from the environment."""
    return httpx.create_ssl_context(trust_env=False)
