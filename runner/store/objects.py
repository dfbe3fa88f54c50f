"""The objects of a cache remote: bytes by path, in a shared folder or an object store, over fsspec."""

import errno
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlsplit

from runner.store.blobs import write_whole
from runner.store.remote_errors import in_words, is_conflict, is_empty, is_place_missing, missing_place, not_installed

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

T = TypeVar("T")

_ABSENT = (FileNotFoundError, IsADirectoryError, NotADirectoryError)
_CONFIG = {
    "connect_timeout": 3,
    "read_timeout": 10,
    "retries": {"total_max_attempts": 2, "mode": "standard"},
    "max_pool_connections": 32,
}
_OPTIONS: dict[str, dict[str, Any]] = {"s3": {"config_kwargs": _CONFIG}}


class Objects:
    """Bytes by path below one address; may be used by several threads.

    Args:
        address: For messages; it holds no credentials.
        files: Of fsspec.
        base: The address as ``files`` calls it.
    """

    def __init__(self, address: str, files: "AbstractFileSystem", base: str) -> None:
        self.address = address
        self._files = files
        self._base = base.rstrip("/")

    def read(self, path: str, *, most_bytes: int) -> bytes | None:
        """Give the bytes of an object, one more than ``most_bytes`` at most; None where there is no such object.

        Raises:
            StoreError: the remote cannot be reached or read.
        """
        try:
            return self._ask(lambda: self._first_bytes(self._at(path), most_bytes + 1))
        except _ABSENT:
            return None

    def size(self, path: str) -> int | None:
        """Say how many bytes an object has, without reading it; None where there is no such object.

        Raises:
            StoreError: the remote cannot be reached or read.
        """
        try:
            found = self._ask(lambda: self._files.info(self._at(path)))
        except _ABSENT:
            return None
        return int(found["size"]) if found["type"] == "file" else None

    def create(self, path: str, content: bytes) -> bool:
        """Write an object that is not there yet, whole; of several writers at once one succeeds.

        Returns:
            Whether it was written; False where there is one already.

        Raises:
            StoreError: the remote cannot be reached or written.
        """
        try:
            self._write(lambda: self._files.pipe_file(self._at(path), content, mode="create"))
        except FileExistsError:
            return False
        return True

    def replace(self, path: str, content: bytes) -> None:
        """Write an object, whole, whatever is there.

        Raises:
            StoreError: the remote cannot be reached or written.
        """
        self._write(lambda: self._files.pipe_file(self._at(path), content))

    def sizes(self, folder: str) -> dict[str, int]:
        """List the objects below a folder by their path in it, with the size of each; none where it is absent.

        Raises:
            StoreError: the remote cannot be reached or listed.
        """
        try:
            found = self._ask(lambda: self._files.find(self._at(folder), detail=True))
        except _ABSENT:
            return {}
        cut = len(self._at(folder)) + 1
        return {name[cut:]: int(about["size"]) for name, about in found.items() if about["type"] == "file"}

    def folders(self, folder: str) -> list[str]:
        """Name the folders in a folder; none where it is absent.

        Raises:
            StoreError: the remote cannot be reached or listed.
        """
        try:
            found = self._ask(lambda: self._files.ls(self._at(folder), detail=True))
        except _ABSENT:
            return []
        names = (about["name"].rstrip("/") for about in found if about["type"] == "directory")
        return sorted(name.rsplit("/", 1)[-1] for name in names)

    def look_for_place(self) -> None:
        """Make sure that the bucket or folder is there, in which the objects may be.

        Raises:
            StoreError: it is not, or cannot be looked at.
        """
        bucket = self._base.split("/", 1)[0]
        try:
            self._ask(lambda: self._files.info(bucket))
        except FileNotFoundError as error:
            raise missing_place(self.address) from error

    def make_place(self) -> None:
        """Make a shared folder; a bucket has to be there.

        Raises:
            StoreError: it cannot be made, or is not there.
        """

    def _at(self, path: str) -> str:
        return f"{self._base}/{path}"

    def _write(self, request: Callable[[], T]) -> T:
        try:
            return self._ask(request)
        except _ABSENT as error:
            raise missing_place(self.address) from error

    def _first_bytes(self, path: str, size_bytes: int) -> bytes:
        try:
            content: bytes = self._files.cat_file(path, start=0, end=size_bytes)
        except Exception as error:
            if is_empty(error):
                return b""
            raise
        return content

    def _ask(self, request: Callable[[], T]) -> T:
        """Carry out a request; what can go wrong with one object is told as ``OSError``, the rest in words."""
        try:
            return request()
        except (*_ABSENT, FileExistsError) as error:
            if is_place_missing(error):
                raise missing_place(self.address) from error
            raise
        except Exception as error:  # clients of object stores raise whatever their libraries raise
            if is_conflict(error):
                raise FileExistsError from error
            raise in_words(error, self.address) from error


class FolderObjects(Objects):
    """Objects in a folder that several machines share."""

    def create(self, path: str, content: bytes) -> bool:
        return self._write(lambda: self._link(Path(self._at(path)), content))

    def replace(self, path: str, content: bytes) -> None:
        target = Path(self._at(path))
        self._write(lambda: write_whole(target, content, tmp=self._tmp(target)))

    def look_for_place(self) -> None:
        base = Path(self._base)
        if not base.is_dir() and not base.parent.is_dir():
            raise missing_place(self.address)

    def make_place(self) -> None:
        self.look_for_place()
        try:
            self._write(lambda: Path(self._base).mkdir(exist_ok=True))
        except FileExistsError as error:
            raise missing_place(self.address) from error

    def _link(self, target: Path, content: bytes) -> bool:
        """Write beside, then link: nobody reads half a file, and of several writers one succeeds."""
        if target.exists():
            return False
        tmp = self._tmp(target)
        write_whole(tmp, content, tmp=tmp.with_suffix(".part"))
        try:
            os.link(tmp, target)
        except FileExistsError:
            return False
        except OSError as error:
            if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}:
                raise
            tmp.replace(target)  # a file system without links: the last of several writers wins, with a whole file
        finally:
            tmp.unlink(missing_ok=True)
        return True

    def _tmp(self, target: Path) -> Path:
        folder = Path(self._at("tmp"))
        folder.mkdir(exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        return folder / f"{target.name[:16]}-{secrets.token_hex(8)}"


def open_objects(address: str) -> Objects:
    """Open what an address names: ``file:///…``, ``s3://bucket/…`` or ``gs://bucket/…``; asks nothing of it yet.

    Raises:
        StoreError: the package that reads such addresses is not installed.
    """
    scheme = urlsplit(address).scheme
    try:
        from fsspec.core import url_to_fs

        options = {"skip_instance_cache": True, "use_listings_cache": False, **_OPTIONS.get(scheme, {})}
        files, base = url_to_fs(unquote(address) if scheme == "file" else address, **options)
    except ImportError as error:
        raise not_installed(address, scheme) from error
    except Exception as error:  # clients may look for credentials here already
        raise in_words(error, address) from error
    if scheme == "file":
        return FolderObjects(address, files, base)
    files.retries = 1  # the client below tries twice; s3fs would multiply that, and a plan would wait for minutes
    return Objects(address, files, base)
