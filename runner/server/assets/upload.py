"""The bytes of an upload: from the socket to a temporary file, from there to the blobs, few at once in memory."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from starlette.requests import ClientDisconnect, Request

from runner.core.digest import Digest
from runner.server.answers import Refusal
from runner.store.blobs import BlobStore, write_error

_PREFIX = "upload-"
_IDLE_S = 10.0
_TOTAL_S = 900.0
_IN_MEMORY = 2
_BUFFER_BYTES = 2**20


class Uploads:
    """Receives files; one at a time uses the folder, and what an earlier one left there is removed.

    Args:
        blobs: Where they go.
        folder: Where they are meanwhile, on the same file system; made when it is needed.
        idle_s: How long to wait for the next bytes.
        total_s: How long one upload may take.
    """

    def __init__(self, blobs: BlobStore, folder: Path, idle_s: float = _IDLE_S, total_s: float = _TOTAL_S) -> None:
        self._blobs = blobs
        self._folder = folder
        self._idle_s = idle_s
        self._total_s = total_s
        self._room = asyncio.Semaphore(_IN_MEMORY)
        for left_over in folder.glob(f"{_PREFIX}*"):
            left_over.unlink(missing_ok=True)

    async def receive(self, request: Request, size_bytes: int) -> Digest:
        """Keep the body of a request as a blob.

        Args:
            request: Its body was not read yet.
            size_bytes: What was announced; not a byte more or less is taken.

        Raises:
            Refusal: 413 or 422 it is of another size, 408 it comes too slowly, 400 it breaks off.
            StoreError: it cannot be written.
        """
        path = self._folder / f"{_PREFIX}{secrets.token_hex(8)}"
        try:
            await self._save(request, path, size_bytes)
            async with self._room:
                return await asyncio.to_thread(lambda: self._blobs.put(path.read_bytes()))
        except OSError as error:
            raise write_error(path, error) from error
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def _save(self, request: Request, path: Path, size_bytes: int) -> None:
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        file = await asyncio.to_thread(path.open, "xb")
        try:
            async with _impatience(self._total_s):
                received = await self._copy(request, file, size_bytes)
        finally:
            await asyncio.to_thread(file.close)
        if received != size_bytes:
            raise Refusal(422, "SIZE_MISMATCH", f"{size_bytes:,} bytes were announced, {received:,} came")

    async def _copy(self, request: Request, file: BinaryIO, size_bytes: int) -> int:
        """Write the body as it comes; gives how much it was."""
        received, buffer, stream = 0, bytearray(), request.stream()
        while True:
            async with _impatience(self._idle_s):
                chunk = await anext(stream, None)
            if chunk is None:
                await asyncio.to_thread(file.write, bytes(buffer))
                return received
            received += len(chunk)
            if received > size_bytes:
                raise Refusal(413, "PAYLOAD_TOO_LARGE", f"more came than the {size_bytes:,} bytes that were announced")
            buffer += chunk
            if len(buffer) >= _BUFFER_BYTES:
                await asyncio.to_thread(file.write, bytes(buffer))
                buffer.clear()


@asynccontextmanager
async def _impatience(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise Refusal(408, "REQUEST_TIMEOUT", "the file came too slowly", headers={"Connection": "close"}) from error
    except ClientDisconnect as error:
        raise Refusal(400, "BAD_REQUEST", "the file broke off") from error
