"""A provider that gives back the image it was given: real, quick and predictable, for tests and demonstrations."""

import asyncio
from collections.abc import Iterable

from runner.core.errors import ProviderError
from runner.core.money import Money
from runner.providers.base import Account, Bundler, Job, Prepared, Request, Response, Uploads

_MEDIA_TYPES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}


class EchoProvider:
    """Gives back the parameter ``image``, or else the first one.

    Args:
        delay_s: How long each job takes.
    """

    def __init__(self, delay_s: float = 0.0) -> None:
        self._delay_s = delay_s

    charges = True
    honors_references = True
    most_jobs: int | None = None

    def bundler(self, model: str) -> Bundler | None:
        return None

    async def preflight(self, models: Iterable[str], payable: Money) -> Account:
        return Account()

    async def turn(self) -> None:
        """Nobody has to wait."""

    async def prepare(self, request: Request, reference: str, uploads: Uploads) -> Prepared:
        return Prepared(request=request, reference=reference, body=reference.encode())

    async def submit(self, prepared: Prepared) -> Job:
        return Job(f"echo-{prepared.reference[:12]}", prepared.request)

    async def find(self, prepared: Prepared, sent_at: str) -> Job | None:
        return await self.submit(prepared)

    async def wait(self, job: Job) -> None:
        """Nothing is begun before it is collected."""

    async def collect(self, job: Job) -> Response:
        await asyncio.sleep(self._delay_s)
        images = job.request.images
        if not images:
            raise ProviderError("no-image", f"{job.request.model}: there is no image to give back")
        content = images.get("image", next(iter(images.values()))).content
        return Response(content=content, media_type=_media_type(content), details={"echo": job.request.model})


def _media_type(content: bytes) -> str:
    for start, media_type in _MEDIA_TYPES.items():
        if content.startswith(start):
            return media_type
    return "application/octet-stream"
