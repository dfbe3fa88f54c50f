"""What a plan sees of the cache remote, and what it leaves alone."""

import shutil
from pathlib import Path

import pytest

from runner.app.shared import MOST_LOOKED_AT, SharedResults
from runner.app.transfer import fetch
from runner.core.digest import ActionKey, digest_bytes
from runner.core.money import parse_money
from runner.store.purchases import Claim
from runner.store.remote import Remote, Spoiled, open_remote
from runner.store.store import Store, open_store
from runner.store.wallet import Caps, Purse
from tests.store.remotes import blob_path, folder_place, key_of, known_of, picture

KEY, OTHER = key_of("first"), key_of("second")


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    """A remote that holds two results."""
    remote = folder_place(tmp_path).remote
    remote.begin()
    for seed, key in enumerate((KEY, OTHER)):
        remote.put(key, known_of(picture(seed)), picture(seed))
    return remote


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "project")


def test_what_is_there_and_not_here_is_seen(remote: Remote, store: Store) -> None:
    assert SharedResults(remote.address).among([KEY, key_of("third")], store) == {KEY}
    assert dict(fetch([KEY], remote, store)).keys() == {KEY}
    assert SharedResults(remote.address).among([KEY, OTHER], store) == {OTHER}


def test_what_was_lost_before_is_not_counted_on_again(remote: Remote, store: Store) -> None:
    assert SharedResults(remote.address, {KEY}).among([KEY, OTHER], store) == {OTHER}


def test_a_folder_is_listed_once_and_a_result_looked_at_once(remote: Remote, store: Store, tmp_path: Path) -> None:
    shared = SharedResults(remote.address)
    assert shared.among([KEY, OTHER], store) == {KEY, OTHER}
    shutil.rmtree(tmp_path / "share")
    assert shared.among([OTHER, KEY], store) == {KEY, OTHER}


def test_a_remote_that_fails_is_not_asked_again(store: Store, tmp_path: Path) -> None:
    shared = SharedResults(f"file://{tmp_path}/nowhere/share")
    assert shared.among([KEY], store) == shared.among([OTHER], store) == frozenset()
    assert [note.split(":")[0] for note in shared._notes] == ["planned without the cache remote"]


def test_of_very_many_results_the_lists_are_believed(remote: Remote, store: Store, tmp_path: Path) -> None:
    keys = {ActionKey("00" + digest_bytes(str(number).encode())[2:]) for number in range(MOST_LOOKED_AT + 1)}
    folder = tmp_path / "share" / "results" / "00"
    folder.mkdir(exist_ok=True)
    for key in keys:
        (folder / f"{key}.json").touch()
    assert SharedResults(remote.address).among(keys, store) == keys
    some = set(list(keys)[:9])
    assert SharedResults(remote.address).among(some, store) == frozenset()
    assert all(isinstance(came, Spoiled) for _, came in fetch(some, remote, store))
    assert store.results.all() == {}


def test_what_is_bought_just_now_is_collected_and_not_taken_from_the_remote(remote: Remote, store: Store) -> None:
    purse = Purse(run_id="earlier", step="edit", draw=0, items=("a",), month="2026-11")
    price = parse_money("0.55 USD")
    store.purchases.claim(Claim(key=KEY, action=KEY, provider="runflow", purse=purse, price=price), Caps())
    assert SharedResults(remote.address).among([KEY, OTHER], store) == {KEY, OTHER}
    store.purchases.prepare(KEY, digest_bytes(b"request"))
    store.purchases.send([KEY], digest_bytes(b"request"), "2026-11-20T12:00:00.000Z")
    assert SharedResults(remote.address).among([KEY, OTHER], store) == {OTHER}


def test_a_result_that_is_no_picture_is_not_taken(remote: Remote, store: Store) -> None:
    text, key = b"#!/bin/sh", key_of("text")
    remote.put(key, known_of(text), text)
    assert dict(fetch([key], remote, store)) == {key: Spoiled(f"'result {key[:12]}' is a text")}
    assert list(store.blobs.digests()) == []


def test_what_a_picture_is_comes_from_its_bytes(remote: Remote, store: Store) -> None:
    content, key = picture(7), key_of("wrong facts")
    claimed = known_of(content)
    wrong = type(claimed.artifact)(
        digest=claimed.artifact.digest,
        media_type="image/webp",
        size_bytes=len(content),
        width_px=2**40,
        height_px=1,
    )
    remote.put(key, type(claimed)(artifact=wrong, duration_ms=1, made_at=claimed.made_at), content)
    assert len(dict(fetch([key], remote, store))) == 1
    assert store.lookup([key])[key].artifact == claimed.artifact


def test_a_result_that_is_here_by_now_stays(remote: Remote, store: Store) -> None:
    store.blobs.put(picture(9))
    store.results.keep(KEY, known_of(picture(9)))
    dict(fetch([KEY], remote, store))
    assert store.lookup([KEY])[KEY].artifact == known_of(picture(9)).artifact


def test_a_result_whose_picture_is_gone_here_is_taken_anew(remote: Remote, store: Store) -> None:
    store.results.keep(KEY, known_of(picture(9)))
    assert SharedResults(remote.address).among([KEY], store) == {KEY}
    dict(fetch([KEY], remote, store))
    assert store.lookup([KEY])[KEY].artifact == known_of(picture(0)).artifact


def test_a_picture_that_is_here_already_does_not_travel(remote: Remote, store: Store, tmp_path: Path) -> None:
    store.blobs.put(picture(0))
    (tmp_path / "share" / blob_path(picture(0))).unlink()
    dict(fetch([KEY], open_remote(remote.address), store))
    assert store.lookup([KEY])[KEY].artifact == known_of(picture(0)).artifact
