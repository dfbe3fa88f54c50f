"""Addresses of a run's outputs: signed when they are given out, good for a day."""

from datetime import UTC, datetime

from runner.server.runs.row import OutputRow
from runner.server.signing import Signer

LIFETIME_S = 24 * 3600.0


class Links:
    """Signs the addresses of outputs.

    Args:
        signer: Of the server.
    """

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def url(self, base_url: str, output: OutputRow) -> str:
        """Give the address of an output's file, as of now, after the server's own as the client knows it."""
        path = f"/files/{output.digest}/{output.name}"
        return self._signer.url(base_url, path, LIFETIME_S, datetime.now(UTC))
