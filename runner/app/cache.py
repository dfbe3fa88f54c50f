"""The store's size and health."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from runner.settings import find_root
from runner.store.blobs import BlobProblem, BlobSizes
from runner.store.store import open_store


@dataclass(frozen=True, slots=True)
class CacheStats:
    """What a project's store holds."""

    folder: Path
    blobs: BlobSizes
    runs: int


def cache_stats(place: Path) -> CacheStats:
    """Measure the store."""
    with open_store(find_root(place)) as store:
        return CacheStats(store.folder, store.blobs.sizes(), len(store.ledger.runs()))


def verify_cache(place: Path) -> list[BlobProblem]:
    """Hash every blob again; give those that are damaged."""
    with open_store(find_root(place)) as store:
        return list(store.blobs.verify())


def collect_garbage(place: Path, older_than_days: int | None, *, dry_run: bool) -> BlobSizes:
    """Drop the blobs that no result refers to; with an age, results older than that are forgotten first.

    Returns:
        What was dropped, or would be.
    """
    since = "" if older_than_days is None else _days_ago(older_than_days)
    with open_store(find_root(place)) as store:
        keep = store.results.references(made_since=since) | store.purchases.references()
        if dry_run:
            paths = store.blobs.garbage(keep)
            return BlobSizes(blobs=len(paths), size_bytes=sum(path.stat().st_size for path in paths))
        if since:
            store.results.forget(store.results.older_than(since))
        return store.blobs.gc(keep)


def _days_ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
