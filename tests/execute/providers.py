"""Providers and pools for tests: real code that fails, waits or counts when told to."""

import asyncio
from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar

from runner.core.money import ZERO, Money, parse_money
from runner.providers.base import Job, JobFailed, Prepared, Response
from runner.providers.echo import EchoProvider
from runner.providers.pool import WorkerPool

P = ParamSpec("P")
T = TypeVar("T")


class InlinePool(WorkerPool):
    """Computes in a thread of this process, so that a test needs no second one."""

    def __init__(self) -> None:
        super().__init__(1)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.to_thread(function, *args, **kwargs)


class WatchedPool(InlinePool):
    """Tells which functions it is asked to compute.

    Args:
        asked: Grows with the name of each.
    """

    def __init__(self, asked: list[str]) -> None:
        super().__init__()
        self._asked = asked

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        self._asked.append(function.__name__)
        return await super().run(function, *args, **kwargs)


class CountingProvider(EchoProvider):
    """Echoes, and remembers which steps it was asked for; fails for the model ``test/fails``.

    Args:
        delay_s: How long each job takes.
        crowd: How many jobs must be in flight at once before the first is worked on.

    Attributes:
        steps: The parameter ``step`` of each request, in order.
        most_at_once: How many jobs were in flight at once at most.
    """

    def __init__(self, delay_s: float = 0.0, crowd: int = 1) -> None:
        super().__init__(delay_s)
        self._crowd = crowd
        self._complete = asyncio.Event()
        self.steps: list[str] = []
        self.most_at_once = 0
        self._in_flight = 0

    async def submit(self, prepared: Prepared) -> Job:
        self.steps.append(str(prepared.request.params.get("step", prepared.request.model)))
        return await super().submit(prepared)

    async def collect(self, job: Job) -> Response:
        self._in_flight += 1
        self.most_at_once = max(self.most_at_once, self._in_flight)
        if self._in_flight == self._crowd:
            self._complete.set()
        try:
            await asyncio.wait_for(self._complete.wait(), 60)
            response = await super().collect(job)
        finally:
            self._in_flight -= 1
        if job.request.model == "test/fails":
            raise JobFailed("no-luck", f"{job.request.name}: no luck", hint="try another", retryable=True)
        return response


class FreeProvider(CountingProvider):
    """Echoes for nothing, as the engines of this machine do."""

    charges = False


class HeldProvider(CountingProvider):
    """Holds every job until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()
        self.release = asyncio.Event()

    async def collect(self, job: Job) -> Response:
        self.reached.set()
        await self.release.wait()
        return await super().collect(job)


class BrokenPictureProvider(EchoProvider):
    """Gives bytes that are no picture, for money."""

    async def collect(self, job: Job) -> Response:
        content = b"not a picture of " + job.id.encode()
        return Response(content=content, media_type="image/png", charged=parse_money("0.55"))


class ReferenceProvider(EchoProvider):
    """Gives back the parameter ``reference`` where there is one."""

    async def collect(self, job: Job) -> Response:
        images = job.request.images
        content = images.get("reference", images["image"]).content
        return Response(content=content, media_type="image/png")


class FlakyProvider(CountingProvider):
    """Fails so many times, in a way that may pass, before it answers.

    Attributes:
        failed: That it failed once.
    """

    def __init__(self, failures: int, *, retryable: bool = True) -> None:
        super().__init__()
        self.failed = asyncio.Event()
        self._left = failures
        self._retryable = retryable

    async def collect(self, job: Job) -> Response:
        if self._left:
            self._left -= 1
            self.failed.set()
            raise JobFailed("busy", f"{job.request.name}: come back later", retryable=self._retryable)
        return await super().collect(job)


class SlowAtFirstProvider(CountingProvider):
    """Takes very long to collect a job for the first time.

    Attributes:
        collected: The id of every job that it was asked to collect, in order.
    """

    def __init__(self) -> None:
        super().__init__()
        self.collected: list[str] = []

    async def collect(self, job: Job) -> Response:
        self.collected.append(job.id)
        if len(self.collected) == 1:
            await asyncio.sleep(3600)
        return await super().collect(job)


class DrawingProvider(CountingProvider):
    """Gives these pictures for requests of these keys, and another one for all others.

    Attributes:
        keys: Of every request, in order.
    """

    def __init__(self, pictures: Mapping[str, bytes], other: bytes) -> None:
        super().__init__()
        self.keys: list[str] = []
        self._pictures = pictures
        self._other = other

    async def submit(self, prepared: Prepared) -> Job:
        self.keys.append(prepared.request.key)
        return await super().submit(prepared)

    async def collect(self, job: Job) -> Response:
        return Response(content=self._pictures.get(job.request.key, self._other), media_type="image/png")


class GivingProvider(CountingProvider):
    """Gives one picture after the other, for money; None fails the job, and the last is given for ever.

    Attributes:
        keys: Of every request, in order.
    """

    def __init__(self, *contents: bytes | None, charged: Money = ZERO) -> None:
        super().__init__()
        self.keys: list[str] = []
        self._contents = contents
        self._charged = charged

    async def submit(self, prepared: Prepared) -> Job:
        self.keys.append(prepared.request.key)
        job = await super().submit(prepared)
        return Job(f"{job.id}-{len(self.keys)}", job.request)

    async def collect(self, job: Job) -> Response:
        await super().collect(job)
        content = self._contents[min(len(self.keys), len(self._contents)) - 1]
        if content is None:
            raise JobFailed("no-luck", f"{job.request.name}: no luck")
        return Response(content=content, media_type="image/png", charged=self._charged)
