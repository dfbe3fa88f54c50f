"""Exchange results with the cache remote: all that one side has and the other has not."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from runner.app.project import Problems
from runner.app.shared import AT_ONCE, keys_being_bought
from runner.app.transfer import Meter, Moved, damage_note, fetch, send
from runner.core.digest import ActionKey
from runner.core.errors import UsageError
from runner.settings import find_root, read_settings
from runner.store.blobs import BlobSizes
from runner.store.parallel import in_parallel
from runner.store.remote import Remote, Spoiled, open_remote
from runner.store.results import Known
from runner.store.store import Store, open_store


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """What travelled, or would.

    Attributes:
        address: Of the remote.
        results: How many.
        size_bytes: Of their pictures.
        there: How many the other side had already.
        note: What was left out, and why; empty where nothing was.
    """

    address: str
    results: int
    size_bytes: int
    there: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of an exchange."""

    store: Store
    remote: Remote


def find_remote(place: Path) -> str | Problems:
    """Say where a project's cache remote is.

    Raises:
        UsageError: it has none, or its settings cannot be read.
    """
    root = find_root(place)
    settings = read_settings(root)
    if isinstance(settings, list):
        return Problems(tuple(settings))
    if settings.cache.remote is None:
        hint = 'write into runner.toml, under [cache]: remote = "file:///…", "s3://…" or "gs://…"'
        raise UsageError("no-remote", f"the project '{root}' has no cache remote", hint=hint)
    return settings.cache.remote


@contextmanager
def open_sides(place: Path, address: str) -> Iterator[Sides]:
    """Open a project's store and a cache remote.

    Raises:
        StoreError: one of them cannot be opened.
    """
    with open_store(find_root(place)) as store:
        yield Sides(store, open_remote(address))


def measure_push(sides: Sides) -> Exchanged:
    """Say what ``push`` would send, as far as lists tell."""
    known, there = _to_send(sides)
    sizes = {result.artifact.digest: result.artifact.size_bytes for result in known.values()}
    return Exchanged(address=sides.remote.address, results=len(known), size_bytes=sum(sizes.values()), there=there)


def push(sides: Sides, meter: Meter) -> Exchanged:
    """Send what the remote has not; interrupted, it goes on where it was the next time.

    Raises:
        StoreError: the remote cannot be reached or written; what was sent stays.
    """
    sides.remote.begin()
    known, there = _to_send(sides)
    return _send(known, there, sides, meter)


def push_and_verify(sides: Sides, meter: Meter) -> Exchanged:
    """Send everything: what the remote has is read, and replaced where it is damaged.

    Raises:
        StoreError: the remote cannot be reached or written; what was sent stays.
    """
    sides.remote.begin()
    return _send(_whole(sides.store), 0, sides, meter)


def measure_pull(sides: Sides) -> Exchanged:
    """Say what ``pull`` would take, as far as the documents of the results tell."""
    keys, there = _to_take(sides)
    read = dict(in_parallel(sides.remote.result, keys, at_once=AT_ONCE))
    known = [result for result in read.values() if isinstance(result, Known)]
    sizes = {result.artifact.digest: result.artifact.size_bytes for result in known}
    note = _note({key: each.reason for key, each in read.items() if isinstance(each, Spoiled)}, sides)
    size_bytes = sum(sizes.values())
    return Exchanged(address=sides.remote.address, results=len(known), size_bytes=size_bytes, there=there, note=note)


def pull(sides: Sides, meter: Meter) -> Exchanged:
    """Take what the store has not; what is damaged is left out, and what is being bought is left alone.

    Raises:
        StoreError: the remote cannot be reached or read; what was taken stays.
    """
    keys, there = _to_take(sides)
    with meter("fetching", len(keys)) as step:
        return _fold(fetch(keys, sides.remote, sides.store), there, sides, step)


def remote_sizes(sides: Sides) -> BlobSizes:
    """Measure the remote by its lists.

    Raises:
        StoreError: it cannot be reached or listed.
    """
    return sides.remote.sizes() if sides.remote.is_begun() else BlobSizes(0, 0)


def _to_send(sides: Sides) -> tuple[dict[ActionKey, Known], int]:
    """Give what the store has and the remote has not, and how much both have."""
    known, there = _whole(sides.store), _listed(sides.remote)
    return {key: result for key, result in known.items() if key not in there}, len(there & known.keys())


def _to_take(sides: Sides) -> tuple[list[ActionKey], int]:
    """Give what the remote has and the store has not, and how much both have."""
    known, there = _whole(sides.store), _listed(sides.remote)
    return sorted(there - known.keys() - keys_being_bought(sides.store)), len(there & known.keys())


def _whole(store: Store) -> dict[ActionKey, Known]:
    """Give all results whose blobs are there."""
    return {key: known for key, known in store.results.all().items() if store.blobs.contains(known.artifact.digest)}


def _listed(remote: Remote) -> set[ActionKey]:
    folders = remote.folders() if remote.is_begun() else []
    return {key for _, keys in in_parallel(remote.keys_in, folders, at_once=AT_ONCE) for key in keys}


def _send(known: Mapping[ActionKey, Known], there: int, sides: Sides, meter: Meter) -> Exchanged:
    with meter("sending", len(known)) as step:
        return _fold(send(known, sides.remote, sides.store), there, sides, step)


def _fold(
    moving: Iterable[tuple[ActionKey, Moved | Spoiled | None]], there: int, sides: Sides, step: Callable[[int], None]
) -> Exchanged:
    """Add up what travels."""
    results = size_bytes = 0
    spoiled: dict[ActionKey, str] = {}
    for key, moved in moving:
        if isinstance(moved, Spoiled):
            spoiled[key] = moved.reason
        else:
            results, there = (results, there + 1) if moved is None else (results + 1, there)
            size_bytes += 0 if moved is None else moved.size_bytes
        step(moved.size_bytes if isinstance(moved, Moved) else 0)
    return Exchanged(
        address=sides.remote.address, results=results, size_bytes=size_bytes, there=there, note=_note(spoiled, sides)
    )


def _note(spoiled: Mapping[ActionKey, str], sides: Sides) -> str:
    return damage_note(spoiled, sides.remote.address) if spoiled else ""
