"""Archives that other people made: files are read by name, in memory, within limits; nothing is unpacked to a path."""

import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable

from runner.server.media.limits import MediaLimits
from runner.server.media.problem import MediaProblem

MAX_NAME_CHARACTERS = 255

_END = struct.Struct("<4s4H2LH")
_END_MAGIC = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_LOCATOR_BYTES = 20
_MAX_COMMENT_BYTES = 2**16
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1 | 0x40 | 0x2000  # bits 0, 6 and 13 of APPNOTE.TXT 4.4.4
_DRIVE = re.compile(r"[A-Za-z]:")


def check_member_name(name: str) -> None:
    """Prove that a name stays inside an archive.

    Raises:
        MediaProblem: it is absolute, climbs, is empty, too long, or holds control characters.
    """
    if not name.strip() or len(name) > MAX_NAME_CHARACTERS:
        raise MediaProblem(f"a file name of 1 to {MAX_NAME_CHARACTERS} characters is needed")
    if any(ord(character) < 32 or ord(character) == 127 for character in name):
        raise MediaProblem("the file name holds control characters")
    parts = re.split(r"[/\\]", name)
    if not parts[0] or _DRIVE.match(name):
        raise MediaProblem(f"'{name}' is an absolute path; files are named as they stand in the archive")
    if ".." in parts:
        raise MediaProblem(f"'{name}' climbs out of the archive")


def read_members(content: bytes, names: Iterable[str], limits: MediaLimits) -> dict[str, bytes]:
    """Read some files of a zip.

    The archive as a whole must be harmless: one name that climbs, or two files of one name, and none is read.

    Args:
        content: The archive; its own size was limited before.
        names: Of the files, as they stand in it.
        limits: What is too much.

    Raises:
        MediaProblem: it is no such archive, is too large unpacked, or a file is not in it.
    """
    _check_directory(content, limits)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = _members(archive, limits)
            return {name: _read(archive, _find(members, name), limits) for name in names}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, struct.error) as error:
        raise MediaProblem(f"the archive is damaged: {str(error)[:200] or type(error).__name__}") from error


def _check_directory(content: bytes, limits: MediaLimits) -> None:
    """Look at the end of the archive as ``zipfile`` does, before it makes an object of each entry.

    Raises:
        MediaProblem: there is no end, it is that of a zip64, or the table of contents is too large.
    """
    at = len(content) - _END.size
    if at < 0 or content[at : at + 4] != _END_MAGIC or content[-2:] != b"\0\0":
        at = content.rfind(_END_MAGIC, max(0, at - _MAX_COMMENT_BYTES))
    if at < 0 or len(content) - at < _END.size:
        raise MediaProblem("it is no zip archive")
    _, _, _, _, entries, directory_bytes, _, _ = _END.unpack_from(content, at)
    if content[max(0, at - _LOCATOR_BYTES) : at][:4] == _ZIP64_LOCATOR:
        raise MediaProblem("it is a zip64 archive, which is not needed for files of this size")
    if entries > limits.members or directory_bytes > limits.directory_bytes:
        raise MediaProblem(f"the archive holds more than {limits.members:,} files, or their names are too long")


def _members(archive: zipfile.ZipFile, limits: MediaLimits) -> dict[str, zipfile.ZipInfo]:
    """Give the files by name; all of them are looked at, though few are read."""
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(archive.infolist()) > limits.members:
        raise MediaProblem(f"the archive holds more than {limits.members:,} files")
    for member in archive.infolist():
        check_member_name(member.orig_filename)  # ``filename`` was cut at a null byte
    name, count = Counter(member.filename for member in members).most_common(1)[0] if members else ("", 0)
    if count > 1:
        raise MediaProblem(f"the archive holds {count} files of the name '{name}'")
    return {member.filename: member for member in members}


def _find(members: dict[str, zipfile.ZipInfo], name: str) -> zipfile.ZipInfo:
    member = members.get(name)
    if member is None:
        held = ", ".join(f"'{other}'" for other in list(members)[:5]) or "nothing"
        raise MediaProblem(f"the archive holds no '{name}'; it holds {held}{' …' if len(members) > 5 else ''}")
    return member


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: MediaLimits) -> bytes:
    """Unpack one file, no further than its own size and the limits."""
    if member.flag_bits & _ENCRYPTED:
        raise MediaProblem(f"'{member.filename}' is encrypted")
    if member.compress_type not in _METHODS:
        raise MediaProblem(f"'{member.filename}' is packed in a way that is not read: use plain zip (deflate)")
    if member.file_size > limits.member_bytes:
        raise MediaProblem(f"'{member.filename}' is larger than {limits.member_bytes:,} bytes")
    if member.file_size > max(limits.ratio_from_bytes, limits.ratio * member.compress_size):
        raise MediaProblem(f"'{member.filename}' unpacks to more than {limits.ratio} times its size")
    with archive.open(member) as file:
        content = file.read(member.file_size + 1)
    if len(content) != member.file_size:
        raise MediaProblem(f"'{member.filename}' is not of the size that the archive says")
    return content
