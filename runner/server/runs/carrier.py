"""Carries out one run: its pictures fetched, its engine run, its result kept."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.core.digest import ActionKey, digest_json
from runner.core.errors import ImageError, RunnerError, StoreError
from runner.providers.base import Request
from runner.providers.deadline import DeadlinePassed, limited
from runner.providers.pool import WorkerPool
from runner.server.clock import now
from runner.server.ids import new_id
from runner.server.models.offer import Offer
from runner.server.runs.editing import Edited, edit
from runner.server.runs.ending import Ending, Failed, Succeeded
from runner.server.runs.failure import RunFailure
from runner.server.runs.row import OutputRow, RunRow
from runner.store.blobs import BlobStore

if TYPE_CHECKING:
    from runner.server.media.media import Media

_TRIES = 3
"""Of an engine whose worker process dies."""

_ENGINE_S = 600.0
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/tiff": "tif", "image/avif": "avif"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """Makes a run's ending of it; changes nothing in the database.

    Attributes:
        pool: Where engines run.
        places: How many of them at once.
        engine_s: How long one may take.
    """

    offer: Offer
    media: "Media"
    blobs: BlobStore
    pool: WorkerPool
    places: asyncio.Semaphore
    log: logging.Logger
    engine_s: float = _ENGINE_S

    async def carry(self, run: RunRow, begin: Callable[[], Awaitable[bool]]) -> Ending | None:
        """Carry out a run.

        Args:
            run: Taken from the queue.
            begin: Called when the engine is about to start; says whether the run is still wanted.

        Returns:
            How it ends; None for a run that was canceled meanwhile.
        """
        try:
            request = await self._request(run)
            async with self.places:
                if not await begin():
                    return None
                edited = await self._edit(request)
            return await self._kept(run, edited)
        except RunFailure as failure:
            return Failed(failure.code, failure.message, failure.stage)
        except StoreError as error:
            self.log.warning("picture not stored", extra={"run_id": run.id, "reason": error.message})
            return Failed("STORAGE_FAILED", "the server could not read or keep a picture", "postprocess")
        except Exception:  # whatever an engine does, its run has to end and the server to go on
            self.log.exception("engine failed", extra={"run_id": run.id})
            return Failed("INTERNAL_ERROR", f"the engine failed; the server's log has more on {run.id}", "inference")

    async def _request(self, run: RunRow) -> Request:
        card = self.offer.cards.get(run.model)
        if card is None:
            raise RunFailure("MODEL_UNAVAILABLE", f"'{run.model}' is not offered any more", "dispatch")
        fetched = await self.media.fetch(run.org_id, card, run.input)
        return Request(
            key=ActionKey(digest_json("server-run/1", run.id)),
            model=run.model,
            revision=run.revision,
            images=fetched.images,
            masks=fetched.masks,
            params=fetched.params,
        )

    async def _edit(self, request: Request) -> Edited:
        for tries_left in reversed(range(_TRIES)):
            try:
                async with limited(self.engine_s):
                    return await self.pool.run(edit, request)
            except DeadlinePassed as error:
                raise RunFailure("TIMEOUT", f"took longer than {self.engine_s:g} s", "inference") from error
            except RunnerError as error:
                if not error.retryable or not tries_left:
                    raise _failure(error) from error
        raise AssertionError("the last try returns or raises")

    async def _kept(self, run: RunRow, edited: Edited) -> Succeeded:
        digest = await asyncio.to_thread(self.blobs.put, edited.content)
        thumbnail_digest = await asyncio.to_thread(self.blobs.put, edited.thumbnail)
        output = OutputRow(
            id=new_id(),
            run_id=run.id,
            org_id=run.org_id,
            name=f"{run.model.rsplit('/', 1)[-1]}.{_ENDINGS[edited.media_type]}",
            digest=digest,
            media_type=edited.media_type,
            size_bytes=len(edited.content),
            width_px=edited.width_px,
            height_px=edited.height_px,
            thumbnail_digest=thumbnail_digest,
            thumbnail_media_type=edited.thumbnail_media_type,
            created_at=now(),
        )
        return Succeeded(output, edited.details, edited.notes)


def _failure(error: RunnerError) -> RunFailure:
    """Say why a run fails, in the words of its client."""
    if isinstance(error, ImageError):
        return RunFailure("INPUT_VALIDATION_FAILED", error.message, "preprocess")
    return RunFailure(error.code.replace("-", "_").upper(), error.message, "inference")
