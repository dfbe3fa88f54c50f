"""Providers and pools for tests: real code that fails, waits or counts when told to."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from runner.core.errors import ProviderError
from runner.core.money import parse_money
from runner.providers.base import Job, Request, Response
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


class CountingProvider(EchoProvider):
    """Echoes, and remembers which steps it was asked for; fails for the model ``test/fails``.

    Attributes:
        steps: The parameter ``step`` of each request, in order.
        most_at_once: How many jobs were in flight at once at most.
    """

    def __init__(self, delay_s: float = 0.0) -> None:
        super().__init__(delay_s)
        self.steps: list[str] = []
        self.most_at_once = 0
        self._in_flight = 0

    async def submit(self, request: Request) -> Job:
        self.steps.append(str(request.params.get("step", request.model)))
        return await super().submit(request)

    async def collect(self, job: Job) -> Response:
        self._in_flight += 1
        self.most_at_once = max(self.most_at_once, self._in_flight)
        try:
            response = await super().collect(job)
        finally:
            self._in_flight -= 1
        if job.request.model == "test/fails":
            raise ProviderError("no-luck", f"{job.request.name}: no luck", hint="try another", retryable=True)
        return response


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
