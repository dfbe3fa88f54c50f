"""The bytes of objects of a repository, one program for all of them."""

import subprocess
from types import TracebackType
from typing import Self

from runner.app.trees.git import Repository, read_exactly

_CHUNK_BYTES = 1 << 20


class Objects:
    """Gives objects by their ids; close it, or use it in a ``with``."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._program: subprocess.Popen[bytes] | None = None

    def read(self, oid: str, most_bytes: int) -> bytes:
        """Read an object, at most so many of its bytes; all of it for a negative number.

        Raises:
            OSError: it is not in this clone.
        """
        if self._program is None:
            self._program = self._repository.open_objects()
        requests, answers = self._program.stdin, self._program.stdout
        assert requests is not None  # noqa: S101 - both are pipes
        assert answers is not None  # noqa: S101 - both are pipes
        requests.write(f"{oid}\n".encode("ascii"))
        requests.flush()
        head = answers.readline().split()
        if len(head) != 3:
            raise OSError(0, f"git has not fetched the object {oid[:12]}")
        size_bytes = int(head[2])
        wanted = size_bytes if most_bytes < 0 else min(size_bytes, most_bytes)
        content = read_exactly(answers, wanted)
        left = size_bytes - wanted + 1  # and a line break
        while left:
            left -= len(read_exactly(answers, min(left, _CHUNK_BYTES)))
        return content

    def close(self) -> None:
        """End the program; twice is safe."""
        if self._program is not None:
            self._program.communicate()
            self._program = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
