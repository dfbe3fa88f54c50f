"""A provider that gives back the image it was given: real, quick and predictable, for tests and demonstrations."""

import asyncio

from runner.core.errors import ProviderError
from runner.providers.base import Job, Request, Response

_MEDIA_TYPES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}


class EchoProvider:
    """Gives back the parameter ``image``, or else the first one.

    Args:
        delay_s: How long each job takes.
    """

    def __init__(self, delay_s: float = 0.0) -> None:
        self._delay_s = delay_s

    async def submit(self, request: Request) -> Job:
        return Job(f"echo-{request.key[:12]}", request)

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
