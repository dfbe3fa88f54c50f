"""The lock file beside a recipe: read before anything is planned, written where a run changed what it holds."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runner.app.project import Problems
from runner.core.errors import StoreError, UsageError

# Most recipes have no lock file to read, and reading one takes nothing of what writing one takes.
if TYPE_CHECKING:
    from runner.catalog.card import ModelCard
    from runner.catalog.lock import Lock
    from runner.catalog.lock_lines import UrlPin
    from runner.plan.locking import Scope
    from runner.plan.plan import Plan
    from runner.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class LockUpdate:
    """What a run writes into a lock file at its end.

    Attributes:
        path: Of the lock file.
        scope: How much of the recipe the run stands for.
        pins: The addresses that it read; None where they are not known and stay.
    """

    path: Path
    scope: "Scope"
    pins: "tuple[UrlPin, ...] | None"


def lock_path(recipe: Path) -> Path:
    """Say where a recipe's lock file stands."""
    return recipe.with_suffix(".lock")


def read_lock_file(path: Path) -> "Lock | Problems | None":
    """Read a lock file.

    Returns:
        The lock, or every reason why it cannot be used; None where there is none.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError("unreadable-file", f"cannot read '{path}': {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError("unreadable-file", f"cannot read '{path}': it is not UTF-8") from error
    from runner.catalog.lock import read_lock

    lock = read_lock(text, str(path))
    return Problems(tuple(lock)) if isinstance(lock, list) else lock


def write_lock_file(path: Path, lock: "Lock") -> None:
    """Replace a lock file as a whole; one that holds the same already is left alone, and an empty one is not made.

    Raises:
        UsageError: it cannot be written.
    """
    from runner.catalog.lock import EMPTY_LOCK, write_lock
    from runner.store.blobs import write_whole

    content = write_lock(lock).encode()
    try:
        if (path.read_bytes() if path.exists() else write_lock(EMPTY_LOCK).encode()) == content:
            return
        write_whole(path, content, tmp=path.with_name(f".{path.name}.{secrets.token_hex(4)}"))
    except OSError as error:
        raise UsageError("not-writable", f"cannot write '{path}': {error.strerror}") from error


def write_results(update: LockUpdate, plan: "Plan", cards: "Mapping[str, ModelCard]", store: "Store") -> None:
    """Write what is there of a plan's results, after a run.

    Raises:
        StoreError: the lock file cannot be read or written, or was damaged meanwhile.
    """
    from runner.catalog.lock import with_urls
    from runner.plan.locking import update_lock

    try:
        lock = _lock_again(update.path)
        if update.pins is not None:
            lock = with_urls(lock, update.pins)
        keys = [action.key for action in plan.actions]
        write_lock_file(update.path, update_lock(lock, plan, cards, store.held(keys), update.scope))
    except UsageError as error:
        hint = "all else is done: mend it, and runner run RECIPE writes it again"
        raise StoreError("lock-not-written", error.message, hint=hint) from error


def _lock_again(path: Path) -> "Lock":
    """Read the lock file as it stands after a run, for another run may have written it meanwhile."""
    from runner.catalog.lock import EMPTY_LOCK

    lock = read_lock_file(path)
    if isinstance(lock, Problems):
        problem = lock.diagnostics[0]
        raise UsageError(problem.code, f"'{path}' was damaged meanwhile: {problem.message}")
    return lock or EMPTY_LOCK
