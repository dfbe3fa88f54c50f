"""A cache remote: results by key and blobs by digest, which colleagues and CI share."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import orjson

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey, digest_bytes
from runner.core.errors import StoreError
from runner.store.blobs import BlobSizes
from runner.store.objects import Objects, open_objects
from runner.store.remote_record import MOST_RECORD_BYTES, read_record, write_record
from runner.store.results import Known

FORMAT = "edit-runner-cache/1"
MARKER = "edit-runner-cache.json"

_RESULT = re.compile(r"([0-9a-f]{64})\.json")
_FOLDER = re.compile(r"[0-9a-f]{2}")
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Spoiled:
    """What is there under a key, and not to be used: damaged, cut off, or that of another key."""

    reason: str


class Remote:
    """Results and blobs below one address.

    Both are written once. A result is written after its blob, so that whoever sees the result finds the blob. What
    comes in is held against its digest; that a key's result is a certain blob is believed to whoever can write there.
    """

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    @property
    def address(self) -> str:
        """Where it is, without credentials."""
        return self._objects.address

    def is_begun(self) -> bool:
        """Whether anything was ever written there; nothing has to be read or listed where it was not.

        Raises:
            StoreError: ``remote-format`` where it is no cache remote, or one of a newer version; there is no such
                bucket or folder, or it cannot be reached or read.
        """
        content = self._objects.read(MARKER, most_bytes=MOST_RECORD_BYTES)
        if content is None:
            self._objects.look_for_place()
            return False
        if _format(content) != FORMAT:
            message = f"'{self.address}' is not a cache remote of this version: '{MARKER}' does not say '{FORMAT}'"
            raise StoreError("remote-format", message, hint="update edit-runner, or use another address")
        return True

    def begin(self) -> None:
        """Mark the place as a cache remote, before anything is written.

        Raises:
            StoreError: as ``is_begun``, or it cannot be written.
        """
        if not self.is_begun():
            self._objects.make_place()
            self._objects.create(MARKER, orjson.dumps({"format": FORMAT}) + b"\n")

    def folders(self) -> list[str]:
        """Name the folders that hold results: the first two digits of their keys.

        Raises:
            StoreError: it cannot be reached or listed.
        """
        return [name for name in self._objects.folders("results") if _FOLDER.fullmatch(name)]

    def keys_in(self, folder: str) -> frozenset[ActionKey]:
        """List the results whose keys begin with two digits; whether they are whole is another question.

        Raises:
            StoreError: it cannot be reached or listed.
        """
        found = (_RESULT.fullmatch(name) for name in self._objects.sizes(f"results/{folder}"))
        return frozenset(ActionKey(each[1]) for each in found if each and each[1].startswith(folder))

    def sizes(self) -> BlobSizes:
        """Count the blobs and add up what they take.

        Raises:
            StoreError: it cannot be reached or listed.
        """
        sizes = self._objects.sizes("blobs/sha256")
        return BlobSizes(len(sizes), sum(sizes.values()))

    def result(self, key: ActionKey) -> Known | Spoiled | None:
        """Read what a key's result is said to be; None where there is none.

        Raises:
            StoreError: it cannot be reached or read.
        """
        content = self._objects.read(_result_path(key), most_bytes=MOST_RECORD_BYTES)
        if content is None:
            return None
        try:
            return read_record(content, key)
        except ValueError as error:
            return Spoiled(str(error))

    def seems_whole(self, key: ActionKey) -> bool:
        """Say whether a result is there with a blob of its size, without reading the blob.

        Raises:
            StoreError: it cannot be reached or read.
        """
        known = self.result(key)
        return isinstance(known, Known) and self._objects.size(_blob_path(known.artifact)) == known.artifact.size_bytes

    def blob(self, artifact: Artifact) -> bytes | Spoiled:
        """Read a blob, held against its digest.

        Raises:
            StoreError: it cannot be reached or read.
        """
        content = self._objects.read(_blob_path(artifact), most_bytes=artifact.size_bytes)
        if content is None:
            return Spoiled("its picture is not there")
        if len(content) < artifact.size_bytes:
            return Spoiled("its picture is cut off")
        if digest_bytes(content) != artifact.digest:
            return Spoiled("the bytes of its picture do not match the digest")
        return content

    def put(self, key: ActionKey, known: Known, content: bytes) -> bool:
        """Write a result that is not there yet, or is and is spoiled: first its blob, then what refers to it.

        Args:
            key: Of the action.
            known: Its result.
            content: The bytes of its blob, which match the digest.

        Returns:
            Whether anything was written.

        Raises:
            StoreError: it cannot be reached or written.
        """
        new_blob = self._put(_blob_path(known.artifact), content, len(content), lambda found: found == content)
        is_right = lambda found: self._is_right(found, key, known)  # noqa: E731 - one line, beside its use
        new_result = self._put(_result_path(key), write_record(key, known), MOST_RECORD_BYTES, is_right)
        return new_blob or new_result

    def _put(self, path: str, content: bytes, most_bytes: int, is_right: Callable[[bytes], bool]) -> bool:
        for _ in range(_TRIES):
            if self._objects.create(path, content):
                return True
            found = self._objects.read(path, most_bytes=most_bytes)
            if found is None:
                continue  # another writer is at it, or somebody removed it just now
            if is_right(found):
                return False
            break
        self._objects.replace(path, content)
        return True

    def _is_right(self, found: bytes, key: ActionKey, ours: Known) -> bool:
        """Whether a result that is there can stay: its blob is whole."""
        try:
            theirs = read_record(found, key)
        except ValueError:
            return False
        return theirs.artifact.digest == ours.artifact.digest or isinstance(self.blob(theirs.artifact), bytes)


def open_remote(address: str) -> Remote:
    """Open a cache remote; asks nothing of it yet.

    Raises:
        StoreError: the package that reads such addresses is not installed.
    """
    return Remote(open_objects(address))


def _format(content: bytes) -> str:
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        return ""
    return str(found.get("format", "")) if isinstance(found, dict) else ""


def _result_path(key: ActionKey) -> str:
    return f"results/{key[:2]}/{key}.json"


def _blob_path(artifact: Artifact) -> str:
    return f"blobs/sha256/{artifact.digest[:2]}/{artifact.digest}"
