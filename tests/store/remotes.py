"""Cache remotes to test with: a shared folder, a file system in memory, a bucket."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey, digest_bytes
from runner.store.objects import Objects, open_objects
from runner.store.remote import Remote
from runner.store.results import Known


@dataclass(frozen=True, slots=True)
class Place:
    """Where a remote is, and its objects behind its back.

    Attributes:
        remove: Removes an object.
    """

    objects: Objects
    remove: Callable[[str], Any]

    @property
    def remote(self) -> Remote:
        """The remote, opened anew."""
        return Remote(self.objects)


def folder_place(folder: Path) -> Place:
    """A folder that several machines could share."""
    objects = open_objects(f"file://{folder}/share")
    return Place(objects, lambda path: (folder / "share" / path).unlink())


def memory_place() -> Place:
    """Objects in memory: what fsspec promises, and nothing more."""
    import fsspec

    files, base = fsspec.filesystem("memory", skip_instance_cache=True), f"/{secrets.token_hex(8)}"
    files.makedirs(base)
    return Place(Objects(f"memory:/{base}", files, base), lambda path: files.rm_file(f"{base}/{path}"))


@contextmanager
def bucket_place(bucket: str) -> Iterator[Place]:
    """A place in a bucket of the server that the environment names."""
    from s3fs import S3FileSystem

    objects = open_objects(f"s3://{bucket}/results/{secrets.token_hex(8)}")
    files = objects._files
    try:
        yield Place(objects, lambda path: files.rm_file(objects._at(path)))
    finally:
        S3FileSystem.close_session(files.loop, files._s3creator)


def picture(seed: int) -> bytes:
    """A picture that differs for each seed."""
    pixels = np.random.default_rng(seed).integers(0, 256, (30, 40, 3), np.uint8)
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def known_of(content: bytes, made_at: str = "2026-11-20T12:00:00.000Z") -> Known:
    """The result that a picture is."""
    artifact = Artifact(
        digest=digest_bytes(content), media_type="image/png", size_bytes=len(content), width_px=40, height_px=30
    )
    return Known(artifact=artifact, details={"seed": [1, None]}, notes=("as ordered",), duration_ms=12, made_at=made_at)


def key_of(name: str) -> ActionKey:
    """A key that differs for each name."""
    return ActionKey(digest_bytes(name.encode()))


def result_path(key: ActionKey) -> str:
    """Where a result lies."""
    return f"results/{key[:2]}/{key}.json"


def blob_path(content: bytes) -> str:
    """Where a picture lies."""
    digest = digest_bytes(content)
    return f"blobs/sha256/{digest[:2]}/{digest}"
