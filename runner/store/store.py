"""The store of a project: everything under its ``.runner`` folder."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from runner.core.artifact import Result
from runner.core.digest import ActionKey
from runner.store.blobs import BlobStore, write_error
from runner.store.files import FileDigests, MaskCache
from runner.store.leases import Leases
from runner.store.measurements import Measurements
from runner.store.place import open_state_for_planning, state_file, store_folder
from runner.store.products import Products
from runner.store.purchases import Purchases, finish
from runner.store.results import Known, Results, write_result
from runner.store.scribe import Scribe
from runner.store.state import State, open_state
from runner.store.uploads import UploadRows

if TYPE_CHECKING:
    from runner.store.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """What a project keeps between runs; close it, or use it in a ``with``."""

    folder: Path
    state: State
    scribe: Scribe
    blobs: BlobStore
    results: Results
    leases: Leases
    files: FileDigests
    masks: MaskCache
    measurements: Measurements
    products: Products
    purchases: Purchases
    uploads: UploadRows

    @property
    def ledger(self) -> "Ledger":
        """The events of every run. They are many types, and a plan needs none: they are imported when asked for."""
        from runner.store.ledger import Ledger

        return Ledger(self.state, self.leases)

    def lookup(self, keys: Iterable[ActionKey]) -> dict[ActionKey, Known]:
        """Give the results that are known and whose blobs are there."""
        known = self.results.lookup(keys)
        there = self.blobs.among(result.artifact.digest for result in known.values())
        return {key: result for key, result in known.items() if result.artifact.digest in there}

    def held(self, keys: Iterable[ActionKey]) -> dict[ActionKey, Result]:
        """Give what came of actions whose blobs are there: as `lookup`, for many of whom little is asked."""
        results = self.results.outcomes(keys)
        there = self.blobs.among(result.digest for result in results.values())
        return {key: result for key, result in results.items() if result.digest in there}

    def finish_purchase(self, key: ActionKey, known: Known) -> None:
        """Remember a bought result and that its purchase is over, both or neither; its bytes are a blob by now.

        Raises:
            StoreError: the state cannot be written, or there is no such purchase under way.
        """

        def change(connection: sqlite3.Connection) -> None:
            write_result(connection, key, known)
            finish(connection, key)

        self.state.write(change)

    def close(self) -> None:
        """Close the database; twice is safe."""
        self.state.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(root: Path) -> Store:
    """Open a project's store for a run; makes ``.runner`` where it is absent.

    Raises:
        StoreError: the folder cannot be written, or the state is damaged or from a newer version.
    """
    folder = store_folder(root)
    store = _with_state(folder, open_state(state_file(root)))
    ignore = folder / ".gitignore"
    try:
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    except OSError as error:
        store.close()
        raise write_error(ignore, error) from error
    return store


def open_store_for_planning(root: Path) -> Store:
    """Open a project's store to look things up; makes at most ``.runner/state.db``.

    Where the folder cannot be written, what is there is read and nothing new is remembered.

    Raises:
        StoreError: the state is damaged or from a newer version.
    """
    return _with_state(store_folder(root), open_state_for_planning(root))


def _with_state(folder: Path, state: State) -> Store:
    return Store(
        folder=folder,
        state=state,
        scribe=Scribe(state),
        blobs=BlobStore(folder),
        results=Results(state),
        leases=Leases(state),
        files=FileDigests(state),
        masks=MaskCache(state),
        measurements=Measurements(state),
        products=Products(state),
        purchases=Purchases(state),
        uploads=UploadRows(state),
    )
