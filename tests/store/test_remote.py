"""What every cache remote keeps to, whatever it lies on."""

from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest

from runner.core.digest import ActionKey
from runner.core.errors import StoreError
from runner.store.blobs import BlobSizes
from runner.store.parallel import in_parallel
from runner.store.remote import FORMAT, MARKER, Spoiled
from runner.store.remote_record import write_record
from tests.s3 import S3, serving_s3, use
from tests.store.remotes import (
    Place,
    blob_path,
    bucket_place,
    folder_place,
    key_of,
    known_of,
    memory_place,
    picture,
    result_path,
)

KEY = key_of("first")


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    with serving_s3() as server:
        server.make_bucket("team")
        yield server


@pytest.fixture(params=["folder", "memory", pytest.param("bucket", marks=pytest.mark.slow)])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    match request.param:
        case "folder":
            yield folder_place(tmp_path)
        case "memory":
            yield memory_place()
        case _:
            server: S3 = request.getfixturevalue("s3")
            use(monkeypatch, server.environment)
            with bucket_place("team") as opened:
                yield opened


def test_what_was_never_used_is_empty(place: Place) -> None:
    assert not place.remote.is_begun()
    assert place.remote.folders() == []
    assert place.remote.keys_in("00") == frozenset()
    assert place.remote.sizes() == BlobSizes(0, 0)
    assert place.remote.result(KEY) is None


def test_what_was_put_is_found_and_given_back(place: Place) -> None:
    content = picture(1)
    place.remote.begin()
    assert place.remote.put(KEY, known_of(content), content)
    assert place.remote.is_begun()
    assert place.remote.folders() == [KEY[:2]]
    assert place.remote.keys_in(KEY[:2]) == {KEY}
    assert place.remote.result(KEY) == known_of(content)
    assert place.remote.blob(known_of(content).artifact) == content
    assert place.remote.seems_whole(KEY)
    assert place.remote.sizes() == BlobSizes(1, len(content))


def test_the_marker_says_the_format(place: Place) -> None:
    place.remote.begin()
    place.remote.begin()
    assert place.objects.read(MARKER, most_bytes=1000) == orjson.dumps({"format": FORMAT}) + b"\n"


@pytest.mark.parametrize("text", [b'{"format":"edit-runner-cache/2"}', b"", b"\xff", b"[]", b"hello"])
def test_a_place_of_another_kind_is_refused(place: Place, text: bytes) -> None:
    place.objects.make_place()
    place.objects.create(MARKER, text)
    with pytest.raises(StoreError) as caught:
        place.remote.is_begun()
    assert caught.value.code == "remote-format"


def test_what_is_there_is_not_written_again(place: Place) -> None:
    content = picture(1)
    place.remote.begin()
    place.remote.put(KEY, known_of(content), content)
    assert not place.remote.put(KEY, known_of(content, made_at="2026-11-21T00:00:00.000Z"), content)
    assert place.remote.result(KEY) == known_of(content)


def test_of_two_results_of_one_key_the_first_stays(place: Place) -> None:
    place.remote.begin()
    place.remote.put(KEY, known_of(picture(1)), picture(1))
    place.remote.put(KEY, known_of(picture(2)), picture(2))
    assert place.remote.result(KEY) == known_of(picture(1))


def test_eight_writers_at_once_agree_on_one_result(place: Place) -> None:
    pictures = [picture(seed) for seed in range(8)]
    keys = [key_of(str(number)) for number in range(6)]
    place.remote.begin()

    def write(content: bytes) -> None:
        for key in keys:
            place.remote.put(key, known_of(content), content)

    assert len(list(in_parallel(write, pictures, at_once=8))) == 8
    for key in keys:
        known = place.remote.result(key)
        assert known in [known_of(content) for content in pictures]
        assert place.remote.seems_whole(key)


SPOILS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "changed": (lambda content: bytes([content[0] ^ 1]) + content[1:], "the bytes of its picture do not match"),
    "cut off": (lambda content: content[:-1], "its picture is cut off"),
    "empty": (lambda _content: b"", "its picture is cut off"),
    "longer": (lambda content: content + b"more", "the bytes of its picture do not match"),
}


@pytest.mark.parametrize("how", SPOILS)
def test_a_spoiled_picture_is_never_given_out_and_is_replaced_by_the_next_writer(place: Place, how: str) -> None:
    spoil, reason = SPOILS[how]
    content = picture(1)
    place.remote.begin()
    place.remote.put(KEY, known_of(content), content)
    place.objects.replace(blob_path(content), spoil(content))
    found = place.remote.blob(known_of(content).artifact)
    assert isinstance(found, Spoiled)
    assert found.reason.startswith(reason)
    assert place.remote.put(KEY, known_of(content), content)
    assert place.remote.blob(known_of(content).artifact) == content


def test_a_result_whose_picture_is_gone_is_not_whole_and_is_replaced_by_another(place: Place) -> None:
    place.remote.begin()
    place.remote.put(KEY, known_of(picture(1)), picture(1))
    place.remove(blob_path(picture(1)))
    assert not place.remote.seems_whole(KEY)
    assert place.remote.blob(known_of(picture(1)).artifact) == Spoiled("its picture is not there")
    assert place.remote.put(KEY, known_of(picture(2)), picture(2))
    assert place.remote.result(KEY) == known_of(picture(2))


DOCUMENTS = {
    "cut off": write_record(KEY, known_of(picture(1)))[:-20],
    "empty": b"",
    "of another key": write_record(key_of("second"), known_of(picture(1))),
    "a list": b"[1]",
    "no digest": write_record(KEY, known_of(picture(1))).replace(b'"digest":"', b'"digest":"../../'),
    "a number too large": write_record(KEY, known_of(picture(1))).replace(b":12,", b":99999999999999999999,"),
    "too deep": write_record(KEY, known_of(picture(1))).replace(b"[1,null]", b"[" * 300 + b"]" * 300),
    "too large": write_record(KEY, known_of(picture(1))).replace(b"as ordered", b"a" * 2**20),
    "a newer form": write_record(KEY, known_of(picture(1))).replace(b"runner-result/1", b"runner-result/2"),
}


@pytest.mark.parametrize("how", DOCUMENTS)
def test_a_document_that_cannot_be_read_is_no_result_and_is_replaced(place: Place, how: str) -> None:
    place.remote.begin()
    place.objects.create(result_path(KEY), DOCUMENTS[how])
    assert isinstance(place.remote.result(KEY), Spoiled)
    assert not place.remote.seems_whole(KEY)
    assert place.remote.put(KEY, known_of(picture(1)), picture(1))
    assert place.remote.result(KEY) == known_of(picture(1))


def test_foreign_names_are_no_results(place: Place) -> None:
    place.remote.begin()
    for name in ("aa/readme.txt", f"aa/{KEY}.json.part", f"aa/x/{KEY}.json", f"{KEY}.json", f"zz/{'z' * 64}.json"):
        place.objects.create(f"results/{name}", b"{}")
    place.objects.create(f"results/00/{ActionKey('f' * 64)}.json", b"{}")
    assert {key for folder in place.remote.folders() for key in place.remote.keys_in(folder)} == set()
