"""What is known of a file is forgotten as soon as the file changes."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.core.artifact import Artifact, MaskFacts, Size
from runner.core.digest import Digest, digest_bytes
from runner.store.files import SeenFile, take_stamp
from runner.store.store import Store, open_store

LONG_AGO_NS = 1_600_000_000_000_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(b"pixels")
    os.utime(path, ns=(LONG_AGO_NS, LONG_AGO_NS))
    return path


def artifact(path: Path) -> Artifact:
    content = path.read_bytes()
    return Artifact(
        digest=digest_bytes(content), media_type="image/png", size_bytes=len(content), width_px=3, height_px=2
    )


def see(store: Store, path: Path) -> None:
    stamp = take_stamp(path)
    store.files.remember([SeenFile(path, stamp, artifact(path))])


def test_an_unchanged_file_is_known(store: Store, photo: Path) -> None:
    see(store, photo)
    assert store.files.get(photo, take_stamp(photo)) == artifact(photo)


def test_a_file_that_was_never_seen_is_not_known(store: Store, photo: Path) -> None:
    assert store.files.get(photo, take_stamp(photo)) is None


def test_a_touched_file_is_not_known(store: Store, photo: Path) -> None:
    see(store, photo)
    os.utime(photo, ns=(LONG_AGO_NS, LONG_AGO_NS + 1))
    assert store.files.get(photo, take_stamp(photo)) is None


def test_a_file_put_in_its_place_is_not_known(store: Store, photo: Path) -> None:
    see(store, photo)
    other = photo.with_name("other.png")
    other.write_bytes(b"PIXELS")
    os.utime(other, ns=(LONG_AGO_NS, LONG_AGO_NS))
    other.replace(photo)
    assert store.files.get(photo, take_stamp(photo)) is None


def test_a_file_that_has_just_changed_is_not_remembered(store: Store, photo: Path) -> None:
    photo.write_bytes(b"changed a moment ago")
    see(store, photo)
    assert store.files.get(photo, take_stamp(photo)) is None


def test_a_change_while_reading_is_noticed(store: Store, photo: Path) -> None:
    stamp, seen = take_stamp(photo), artifact(photo)
    photo.write_bytes(b"later!")
    store.files.remember([SeenFile(photo, stamp, seen)])
    assert store.files.get(photo, take_stamp(photo)) is None


def test_the_facts_of_a_mask_are_remembered(store: Store) -> None:
    spec = Digest("e" * 64)
    facts = MaskFacts(digest=Digest("f" * 64), size=Size(4, 3), area=1 / 3, is_binary=False)
    assert store.masks.get(spec) is None
    store.masks.remember({spec: facts})
    assert store.masks.get(spec) == facts
