"""Results on their way between the store and the cache remote: nothing half, nothing but what its digest says."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias, TypeVar

from runner.core.digest import ActionKey, Digest
from runner.core.errors import ImageError, StoreError
from runner.execute.pixels import describe
from runner.store.parallel import in_parallel
from runner.store.remote import Remote, Spoiled
from runner.store.results import Known
from runner.store.store import Store

T = TypeVar("T")
R = TypeVar("R")

_PAUSES_S = (0.5, 2.0)

AT_ONCE = 8
"""Results on their way at one time; as many pictures are in memory."""

Meter: TypeAlias = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Shows how far a transfer is: told what is done and with how many results, then the bytes of each."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A result that is on both sides now, and the bytes that travelled for it."""

    size_bytes: int


def fetch(keys: Iterable[ActionKey], remote: Remote, store: Store) -> Iterator[tuple[ActionKey, Moved | Spoiled]]:
    """Take results out of the remote, several at a time; each is kept as soon as it is whole.

    Raises:
        StoreError: the remote cannot be reached or read, or the store cannot be written; what was taken stays.
    """
    return in_parallel(_patiently(partial(_fetch_one, remote=remote, store=store)), keys, at_once=AT_ONCE)


def send(
    known: Mapping[ActionKey, Known], remote: Remote, store: Store
) -> Iterator[tuple[ActionKey, Moved | Spoiled | None]]:
    """Put results into the remote, several at a time; None where a result was there already.

    Raises:
        StoreError: the remote cannot be reached or written; what was put stays.
    """
    sending = _patiently(partial(_send_one, remote=remote, store=store))
    return ((key, moved) for (key, _), moved in in_parallel(sending, known.items(), at_once=AT_ONCE))


def damage_note(spoiled: Mapping[ActionKey, str], address: str) -> str:
    """Say that results of a remote were not taken, and why the first was not."""
    key, reason = next(iter(sorted(spoiled.items())))
    some = "1 result" if len(spoiled) == 1 else f"{len(spoiled)} results"
    told = "" if len(spoiled) == 1 else ", the first"
    mending = "'runner cache push --verify' mends it from a project that has the result"
    return f"{some} in '{address}' cannot be used{told}: {key[:12]}: {reason}; {mending}"


def _patiently(work: Callable[[T], R]) -> Callable[[T], R]:
    """Do something again after a pause where that may help; what is done twice has to come to the same."""

    def try_again(thing: T) -> R:
        for pause_s in _PAUSES_S:
            try:
                return work(thing)
            except StoreError as error:
                if not error.retryable:
                    raise
            time.sleep(random.uniform(pause_s / 2, pause_s))  # noqa: S311 - spreads out clients, keeps no secret
        return work(thing)

    return try_again


def _fetch_one(key: ActionKey, remote: Remote, store: Store) -> Moved | Spoiled:
    known = remote.result(key)
    if known is None:
        return Spoiled("it is not there any more")
    if isinstance(known, Spoiled):
        return known
    content = _kept(known.artifact.digest, store) or remote.blob(known.artifact)
    if isinstance(content, Spoiled):
        return content
    try:
        artifact = describe(content, f"result {key[:12]}")  # the bytes say what they are, not the document
    except ImageError as error:
        return Spoiled(error.message)
    store.blobs.put(content)
    if key not in store.lookup([key]):
        store.results.forget([key])  # where there is one, its blob is gone
    store.results.adopt(key, replace(known, artifact=artifact))
    return Moved(len(content))


def _send_one(item: tuple[ActionKey, Known], remote: Remote, store: Store) -> Moved | Spoiled | None:
    key, known = item
    content = _kept(known.artifact.digest, store)
    if content is None:
        return Spoiled("its picture is damaged here: 'runner cache verify' names it")
    return Moved(len(content)) if remote.put(key, known, content) else None


def _kept(digest: Digest, store: Store) -> bytes | None:
    """Give the bytes of a blob that is here and whole."""
    if not store.blobs.contains(digest):
        return None
    try:
        return store.blobs.read(digest)
    except StoreError:  # a damaged one counts as absent; the store mends it when its bytes come again
        return None
