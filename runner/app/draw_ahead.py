"""Draws pictures of a report while the run goes on, in the process that has just made them and holds their pixels."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from runner.app.report_pictures import Album
from runner.core.artifact import Artifact
from runner.core.digest import ActionKey
from runner.core.errors import RunnerError
from runner.core.event import ActionReused, ActionSucceeded, Event
from runner.plan.plan import Action, FileSource, InputImage, MaskImage, Plan, StepImage
from runner.providers.pool import WorkerPool
from runner.providers.shelf import SHELF
from runner.report.darkroom import Darkroom, Print, to_compare
from runner.report.shown import first_mask
from runner.report.wanted import HeatPicture, InputPicture, PictureId, ResultPicture, Wanted, Whole
from runner.store.blobs import BlobStore

Listener = Callable[[Event], None]


class DrawAhead:
    """Draws what an action edited, what it made, and what changed; whatever cannot be drawn is left for the report.

    Only pictures that are drawn alike whenever that is: one JPEG compared with another may be read at a part of its
    size, which depends on all that a report compares.

    Args:
        plan: That is carried out.
        pool: Of the run.
        blobs: Where its results are.
        folder: Of its report.
    """

    def __init__(self, plan: Plan, pool: WorkerPool, blobs: BlobStore, folder: Path) -> None:
        self._pool = pool
        self._files = _Files(Path(plan.root), blobs)
        self._album = Album(folder)
        self._actions = {action.key: action for action in plan.actions}
        self._results: dict[ActionKey, Artifact] = {}
        self._begun: set[PictureId] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def after(self, listener: Listener) -> Listener:
        """Listen to a run after somebody else, and draw for each action that succeeds."""

        def listen(event: Event) -> None:
            listener(event)
            if isinstance(event, ActionSucceeded | ActionReused):
                self._results[event.key] = event.artifact
            if isinstance(event, ActionSucceeded):
                self._begin(self._actions[event.key])

        return listen

    async def finish(self) -> None:
        """Wait for what was begun, and remember it for the report."""
        await asyncio.gather(*self._tasks)
        if self._begun:
            with contextlib.suppress(OSError):
                await asyncio.to_thread(self._album.close)

    async def give_up(self) -> None:
        """Draw nothing more."""
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, action: Action) -> None:
        wanted = [one for one in _pictures(action, self._results) if self._is_new(one)]
        if wanted:
            self._begun.update(one.id for one in wanted)
            task = asyncio.create_task(self._draw(wanted))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _is_new(self, wanted: Wanted) -> bool:
        return wanted.id not in self._begun and self._album.find(wanted) is None

    async def _draw(self, wanted: Sequence[Wanted]) -> None:
        with contextlib.suppress(RunnerError, OSError):  # the report tries again, and says what is wrong
            for one, drawn in await self._pool.run(draw_in_worker, wanted, self._files):
                await asyncio.to_thread(self._album.keep, one, drawn)


@contextlib.asynccontextmanager
async def drawing_ahead(plan: Plan, pool: WorkerPool, blobs: BlobStore, folder: Path) -> AsyncIterator[DrawAhead]:
    """Draw while the context lasts, and end what was begun; cancelled, or after an error, nothing more is drawn."""
    ahead = DrawAhead(plan, pool, blobs, folder)
    try:
        yield ahead
        await ahead.finish()
    finally:
        await ahead.give_up()


def draw_in_worker(wanted: Sequence[Wanted], files: "_Files") -> list[tuple[Wanted, Print]]:
    """Draw pictures of one action; what runs in a worker process.

    Raises:
        RunnerError, OSError: one of them cannot be read.
    """
    darkroom = Darkroom(files, to_compare(wanted), SHELF.decode)
    return [(one, darkroom.draw(one)) for one in wanted]


@dataclass(frozen=True, slots=True)
class _Files:
    """The pictures of a run by their files alone, so that it can be sent to a worker process."""

    root: Path
    blobs: BlobStore

    def picture(self, picture: Whole) -> bytes:
        if isinstance(picture, InputPicture):
            return (self.root / picture.path).read_bytes()
        return self.blobs.read(picture.artifact.digest)

    def mask(self, mask: MaskImage) -> Mapping[str, bytes]:
        files = (source for source in mask.sources if isinstance(source, FileSource))
        return {source.ref: (self.root / source.path).read_bytes() for source in files}


def _pictures(action: Action, results: Mapping[ActionKey, Artifact]) -> list[Wanted]:
    """List the pictures of an action that are drawn ahead: none where they cannot be compared exactly."""
    before, mask, made = _before(action, results), first_mask(action), results[action.key]
    if before is None or before.artifact.size != made.size:
        return []
    if {before.artifact.media_type, made.media_type} == {"image/jpeg"}:
        return []
    if mask is not None and not all(isinstance(source, FileSource) for source in mask.sources):
        return []
    after = ResultPicture(action.key, made)
    return [before, after, HeatPicture(before, after, mask)]


def _before(action: Action, results: Mapping[ActionKey, Artifact]) -> Whole | None:
    match action.params.get("image"):
        case InputImage() as image:
            return InputPicture(image.path, image.artifact)
        case StepImage(key=key) if key in results:
            return ResultPicture(key, results[key])
        case _:
            return None
