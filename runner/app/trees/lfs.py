"""Git LFS: small texts in git that stand for large files elsewhere."""

import re
from pathlib import Path

from runner.app.trees.tree import Pointed
from runner.core.digest import Digest

MOST_BYTES = 1024
_HEAD = b"version https://git-lfs.github.com/spec/v1\n"
_OID = re.compile(rb"^oid sha256:([0-9a-f]{64})$", re.MULTILINE)
_SIZE = re.compile(rb"^size ([0-9]{1,15})$", re.MULTILINE)


def read_pointer(content: bytes) -> Pointed | None:
    """Read a pointer; None where the bytes are something else."""
    if len(content) > MOST_BYTES or not content.startswith(_HEAD):
        return None
    oid, size = _OID.search(content), _SIZE.search(content)
    return Pointed(Digest(oid[1].decode()), int(size[1])) if oid and size else None


def fetched_file(common_folder: Path, pointed: Pointed) -> Path:
    """Say where the bytes of a pointer lie once they were fetched."""
    digest = pointed.digest
    return common_folder / "lfs" / "objects" / digest[:2] / digest[2:4] / digest
