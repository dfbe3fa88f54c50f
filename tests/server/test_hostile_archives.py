"""Archives that mean harm, and the answer to each."""

import io
import struct
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.server.media.archive import read_members
from runner.server.media.contents import check_picture
from runner.server.media.limits import MediaLimits
from runner.server.media.problem import MediaProblem
from tests.server.photos import inputs, zipped

LIMITS = MediaLimits(members=20, directory_bytes=4096, member_bytes=2**20, ratio=50, ratio_from_bytes=2**16)
GOOD = {"photo.png": b"photo", "mask.png": b"mask"}


def answer(content: bytes, name: str = "photo.png", limits: MediaLimits = LIMITS) -> str:
    """Read one file; gives what is wrong."""
    with pytest.raises(MediaProblem) as raised:
        read_members(content, [name], limits)
    return raised.value.message


def patched(content: bytes, old: bytes, new: bytes) -> bytes:
    assert content.count(old) >= 1
    return content.replace(old, new)


def encrypted() -> bytes:
    """Say in both headers that the file is encrypted."""
    content = bytearray(zipped({"photo.png": b"photo"}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def said_to_be(size_bytes: int) -> bytes:
    """Write another size into the table of contents than the file has."""
    content = bytearray(zipped({"photo.png": bytes(1000)}))
    struct.pack_into("<L", content, content.index(b"PK\x01\x02") + 24, size_bytes)
    return bytes(content)


def with_end(entries: int, directory_bytes: int) -> bytes:
    """Write other counts into the end of the archive than it has."""
    content = bytearray(zipped(GOOD))
    struct.pack_into("<HHL", content, len(content) - 22 + 8, entries, entries, directory_bytes)
    return bytes(content)


def zip64() -> bytes:
    """Put the mark of a zip64 archive before the end."""
    content = zipped(GOOD)
    return content[:-22] + b"PK\x06\x07" + bytes(16) + content[-22:]


def twice() -> bytes:
    """Two files of one name."""
    return patched(zipped({"photo.png": b"one", "photo.pmg": b"two"}), b"photo.pmg", b"photo.png")


ATTACKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "climbing": (
        lambda: zipped({**GOOD, "../../etc/cron.d/x": b"x"}),
        "'../../etc/cron.d/x' climbs out of the archive",
    ),
    "climbing inside": (lambda: zipped({**GOOD, "a/../../x": b"x"}), "'a/../../x' climbs out of the archive"),
    "climbing with backslashes": (lambda: zipped({**GOOD, "..\\x": b"x"}), "'..\\x' climbs out of the archive"),
    "absolute": (
        lambda: zipped({**GOOD, "/etc/passwd": b"x"}),
        "'/etc/passwd' is an absolute path; files are named as they stand in the archive",
    ),
    "drive": (
        lambda: zipped({**GOOD, "C:\\x": b"x"}),
        "'C:\\x' is an absolute path; files are named as they stand in the archive",
    ),
    "share": (
        lambda: zipped({**GOOD, "\\\\host\\x": b"x"}),
        "'\\\\host\\x' is an absolute path; files are named as they stand in the archive",
    ),
    "null byte": (
        lambda: patched(zipped({**GOOD, "photo.png#.exe": b"x"}), b"photo.png#", b"photo.png\0"),
        "the file name holds control characters",
    ),
    "two of one name": (twice, "the archive holds 2 files of the name 'photo.png'"),
    "encrypted": (encrypted, "'photo.png' is encrypted"),
    "another packing": (
        lambda: zipped(GOOD, zipfile.ZIP_LZMA),
        "'photo.png' is packed in a way that is not read: use plain zip (deflate)",
    ),
    "bomb": (lambda: zipped({"photo.png": bytes(2**20)}), "'photo.png' unpacks to more than 50 times its size"),
    "giant": (lambda: zipped({"photo.png": bytes(2**20 + 1)}), "'photo.png' is larger than 1,048,576 bytes"),
    "giant that hides its size": (
        lambda: said_to_be(10),
        "the archive is damaged: Bad CRC-32 for file 'photo.png'",
    ),
    "size that is not there": (lambda: said_to_be(2000), "'photo.png' is not of the size that the archive says"),
    "many files": (
        lambda: zipped({str(number): b"" for number in range(21)}),
        "the archive holds more than 20 files, or their names are too long",
    ),
    "many files, hidden": (
        lambda: patched_count(zipped({str(number): b"" for number in range(21)}), 3),
        "the archive holds more than 20 files",
    ),
    "long names": (
        lambda: zipped({"x" * 5000: b""}),
        "the archive holds more than 20 files, or their names are too long",
    ),
    "a table of contents beyond the file": (
        lambda: with_end(2, 4000),
        "the archive is damaged: Bad offset for central directory",
    ),
    "zip64": (zip64, "it is a zip64 archive, which is not needed for files of this size"),
    "cut off": (lambda: zipped(GOOD)[:-30], "it is no zip archive"),
    "no archive": (lambda: b"GIF89a" + bytes(100), "it is no zip archive"),
    "empty": (lambda: b"", "it is no zip archive"),
    "another file": (
        lambda: zipped({"mask.png": b"mask"}),
        "the archive holds no 'photo.png'; it holds 'mask.png'",
    ),
}


def patched_count(content: bytes, entries: int) -> bytes:
    """Write another count of files into the end of the archive."""
    changed = bytearray(content)
    struct.pack_into("<HH", changed, len(changed) - 22 + 8, entries, entries)
    return bytes(changed)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_archive_that_means_harm_is_refused(attack: str) -> None:
    make, message = ATTACKS[attack]
    assert answer(make()) == message


def test_files_are_read_by_their_names() -> None:
    assert read_members(zipped({**GOOD, "sub/other.png": b"x"}), ["mask.png", "sub/other.png"], LIMITS) == {
        "mask.png": b"mask",
        "sub/other.png": b"x",
    }


def test_an_archive_with_a_comment_is_read() -> None:
    written = io.BytesIO(zipped(GOOD))
    with zipfile.ZipFile(written, "a") as archive:
        archive.comment = b"a comment"
    assert read_members(written.getvalue(), ["mask.png"], LIMITS) == {"mask.png": b"mask"}


def test_an_archive_in_an_archive_is_no_picture() -> None:
    nested = zipped({"photo.png": zipped({"photo.png": bytes(2**16)})})
    inner = read_members(nested, ["photo.png"], LIMITS)["photo.png"]
    with pytest.raises(MediaProblem, match=r"^'photo\.png' is a ZIP archive; unpack it first$"):
        check_picture(inner, "photo.png", LIMITS)


@given(st.data())
def test_a_damaged_archive_is_read_whole_or_refused(data: st.DataObject) -> None:
    content = bytearray(ARCHIVE)
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    try:
        members = read_members(bytes(content), ["mask.png"], LIMITS)
    except MediaProblem:
        return
    assert members == {"mask.png": INPUTS["mask.png"]}


INPUTS = inputs()
ARCHIVE = zipped(INPUTS)
