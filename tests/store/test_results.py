"""Results are known by their keys, for as long as their blobs are there."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runner.core.artifact import Artifact, Result
from runner.core.digest import ActionKey, Digest, Json, digest_bytes
from runner.store.results import Known
from runner.store.store import Store, open_store

KEY = ActionKey("a" * 64)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def known(content: bytes = b"result", made_at: str = "2026-11-21T00:00:00Z") -> Known:
    artifact = Artifact(
        digest=digest_bytes(content), media_type="image/png", size_bytes=len(content), width_px=3, height_px=2
    )
    return Known(
        artifact=artifact, details={"irises": [1, 2.5, None]}, notes=("a note",), duration_ms=7, made_at=made_at
    )


def test_a_result_is_found_as_it_was_kept(store: Store) -> None:
    store.blobs.put(b"result")
    store.results.keep(KEY, known())
    assert store.lookup([KEY]) == {KEY: known()}


def test_what_is_not_known_is_not_found(store: Store) -> None:
    assert store.lookup([KEY]) == {}


def test_a_result_without_its_blob_is_not_found(store: Store) -> None:
    store.results.keep(KEY, known())
    assert store.lookup([KEY]) == {}


@pytest.mark.parametrize(
    ("details", "reported"),
    [({}, ""), ({"reported_revision": "2026-11"}, "2026-11"), ({"note": "reported_revision"}, "")],
)
def test_what_is_held_tells_the_digest_and_the_reported_revision(
    store: Store, details: dict[str, Json], reported: str
) -> None:
    store.results.keep(KEY, replace(known(), details=details))
    assert store.held([KEY]) == {}
    digest = store.blobs.put(b"result")
    assert store.held([KEY]) == {KEY: Result(digest, reported)}


def test_a_later_result_replaces_an_earlier_one(store: Store) -> None:
    for content in (b"first", b"second"):
        store.blobs.put(content)
        store.results.keep(KEY, known(content))
    assert store.lookup([KEY])[KEY].artifact.digest == digest_bytes(b"second")


def test_thousands_of_keys_are_looked_up_at_once(store: Store) -> None:
    keys = [ActionKey(f"{number:064}") for number in range(1201)]
    store.results.keep(keys[0], known())
    store.results.keep(keys[-1], known())
    assert set(store.results.lookup([*keys, keys[0]])) == {keys[0], keys[-1]}


def test_references_are_the_digests_of_all_results(store: Store) -> None:
    other = known(b"other")
    store.results.keep(KEY, known())
    store.results.keep(ActionKey("b" * 64), other)
    assert store.results.references() == {digest_bytes(b"result"), digest_bytes(b"other")}


def test_references_can_leave_out_old_results(store: Store) -> None:
    store.results.keep(KEY, known(b"old", made_at="2026-01-01T00:00:00Z"))
    store.results.keep(ActionKey("b" * 64), known(b"new", made_at="2026-11-01T00:00:00Z"))
    assert store.results.references(made_since="2026-06-01T00:00:00Z") == {digest_bytes(b"new")}


def test_old_results_can_be_forgotten(store: Store) -> None:
    new = ActionKey("b" * 64)
    store.results.keep(KEY, known(made_at="2026-01-01T00:00:00Z"))
    store.results.keep(new, known(made_at="2026-11-01T00:00:00Z"))
    old = store.results.older_than("2026-06-01T00:00:00Z")
    store.results.forget(old)
    assert old == [KEY]
    assert set(store.results.lookup([KEY, new])) == {new}


def test_what_came_of_encoding_is_remembered(store: Store) -> None:
    encoding = Digest("c" * 64)
    assert store.results.encodings([encoding]) == {}
    store.results.keep_encoding(encoding, Digest("d" * 64))
    assert store.results.encodings([encoding]) == {encoding: "d" * 64}
