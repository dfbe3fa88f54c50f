"""What was uploaded to which provider, and what it is called there."""

from runner.core.digest import Digest
from runner.store.state import State


class UploadRows:
    """References of uploaded contents by provider and digest."""

    def __init__(self, state: State) -> None:
        self._state = state

    def find(self, provider: str, digest: Digest) -> str | None:
        """Give the reference of a content; None where it was never uploaded."""
        query = "SELECT reference FROM uploads WHERE provider = ? AND digest = ?"
        rows = self._state.read(query, (provider, digest))
        return str(rows[0][0]) if rows else None

    def keep(self, provider: str, digest: Digest, reference: str) -> None:
        """Remember a reference; a later one of the same content replaces it.

        Raises:
            StoreError: the state cannot be written.
        """
        row = (provider, digest, reference)
        self._state.write(
            lambda connection: connection.execute(
                "INSERT OR REPLACE INTO uploads (provider, digest, reference) VALUES (?, ?, ?)", row
            )
        )
