"""Blobs are what their names say, or it is said that they are not."""

import errno
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.core.digest import Digest, digest_bytes
from runner.core.errors import StoreError
from runner.store.blobs import BlobStore, write_error

MISSING = Digest("0" * 64)


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / ".runner")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(contents=st.lists(st.binary(max_size=200), max_size=8))
def test_every_blob_is_read_back_as_it_was_put(blobs: BlobStore, contents: list[bytes]) -> None:
    digests = [blobs.put(content) for content in contents]
    assert [blobs.read(digest) for digest in digests] == contents
    assert digests == [digest_bytes(content) for content in contents]
    assert not list(blobs.verify())


def test_the_same_bytes_are_one_blob(blobs: BlobStore) -> None:
    assert blobs.put(b"photo") == blobs.put(b"photo")
    assert blobs.sizes().blobs == 1
    assert blobs.sizes().size_bytes == 5


def test_a_blob_lies_under_its_digest(blobs: BlobStore, tmp_path: Path) -> None:
    digest = blobs.put(b"photo")
    assert blobs.path(digest) == tmp_path / ".runner/blobs/sha256" / digest[:2] / digest
    assert blobs.path(digest).read_bytes() == b"photo"


def test_a_missing_blob_is_an_error(blobs: BlobStore) -> None:
    assert not blobs.contains(MISSING)
    with pytest.raises(StoreError, match="is not in the store"):
        blobs.read(MISSING)


def test_a_damaged_blob_is_never_given_out(blobs: BlobStore) -> None:
    digest = blobs.put(b"photo")
    blobs.path(digest).write_bytes(b"phot0")
    with pytest.raises(StoreError) as caught:
        blobs.read(digest)
    assert caught.value.code == "damaged-blob"


def test_verify_names_damaged_and_foreign_files(blobs: BlobStore) -> None:
    good, bad = blobs.put(b"good"), blobs.put(b"bad")
    blobs.path(bad).write_bytes(b"BAD")
    blobs.path(good).with_name("notes.txt").write_text("not a blob")
    problems = {problem.path.name: problem.problem for problem in blobs.verify()}
    assert set(problems) == {bad, "notes.txt"}
    assert problems[bad] == "the bytes do not match the digest"


def test_putting_the_bytes_again_mends_a_damaged_blob(blobs: BlobStore) -> None:
    digest = blobs.put(b"photo")
    blobs.path(digest).write_bytes(b"")
    blobs.put(b"photo")
    assert blobs.read(digest) == b"photo"


def test_a_left_over_temp_file_is_no_blob(blobs: BlobStore, tmp_path: Path) -> None:
    blobs.put(b"photo")
    (tmp_path / ".runner/tmp" / f"1-{MISSING}").write_bytes(b"half a pho")
    assert list(blobs.digests()) == [digest_bytes(b"photo")]
    assert blobs.sizes().blobs == 1
    assert not list(blobs.verify())


def test_nothing_is_left_in_tmp(blobs: BlobStore, tmp_path: Path) -> None:
    blobs.put(b"photo")
    assert list((tmp_path / ".runner/tmp").iterdir()) == []


def test_gc_removes_old_blobs_that_nothing_refers_to(blobs: BlobStore, tmp_path: Path) -> None:
    kept, dropped = blobs.put(b"kept"), blobs.put(b"dropped")
    left_over = tmp_path / ".runner/tmp/1-left-over"
    left_over.write_bytes(b"half")
    for path in (blobs.path(kept), blobs.path(dropped), left_over):
        os.utime(path, (0, 0))
    assert set(blobs.garbage({kept})) == {blobs.path(dropped), left_over}
    freed = blobs.gc({kept})
    assert (freed.blobs, freed.size_bytes) == (2, 11)
    assert list(blobs.digests()) == [kept]
    assert not left_over.exists()


def test_gc_leaves_young_blobs_alone(blobs: BlobStore) -> None:
    digest = blobs.put(b"just made, its row is not written yet")
    assert blobs.gc(set()).blobs == 0
    assert blobs.contains(digest)


def test_a_blob_that_is_put_again_is_young_again(blobs: BlobStore) -> None:
    digest = blobs.put(b"photo")
    os.utime(blobs.path(digest), (0, 0))
    blobs.put(b"photo")
    assert blobs.gc(set()).blobs == 0


def test_a_blob_that_is_put_again_during_gc_stays(blobs: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = sorted((blobs.put(b"one"), blobs.put(b"other")))
    for digest in (first, second):
        os.utime(blobs.path(digest), (0, 0))
    unlink = Path.unlink

    def unlink_and_put(path: Path, *, missing_ok: bool = False) -> None:
        unlink(path, missing_ok=missing_ok)
        os.utime(blobs.path(second))  # as put does in another process

    monkeypatch.setattr(Path, "unlink", unlink_and_put)
    assert blobs.gc(set()).blobs == 1
    assert list(blobs.digests()) == [second]


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / ".runner").write_text("a file where the folder should be")
    with pytest.raises(StoreError) as caught:
        BlobStore(tmp_path / ".runner").put(b"photo")
    assert caught.value.code == "cannot-write"


def test_a_full_disk_is_said_in_words(tmp_path: Path) -> None:
    error = write_error(tmp_path / "blob", OSError(errno.ENOSPC, "No space left on device"))
    assert error.code == "disk-full"
    assert "no space left to write" in error.message


def test_a_store_without_blobs_is_empty(blobs: BlobStore) -> None:
    assert blobs.sizes().blobs == 0
    assert list(blobs.verify()) == []
    assert blobs.gc(set()).blobs == 0
