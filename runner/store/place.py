"""Where a project's store is, and its state alone, for what looks at nothing else of it."""

from pathlib import Path

from runner.core.errors import StoreError
from runner.store.state import State, open_state, open_state_for_reading


def store_folder(root: Path) -> Path:
    """Say where a project's store is."""
    return root / ".runner"


def state_file(root: Path) -> Path:
    """Say where a project's state is."""
    return store_folder(root) / "state.db"


def open_state_for_planning(root: Path) -> State:
    """Open a project's state to look things up; makes at most ``.runner/state.db``.

    Where the folder cannot be written, what is there is read and nothing new is remembered.

    Raises:
        StoreError: the state is damaged or from a newer version.
    """
    path = state_file(root)
    try:
        return open_state(path)
    except StoreError as error:
        if error.code != "state-not-writable":
            raise
        return open_state_for_reading(path)
