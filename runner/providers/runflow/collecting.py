"""Makes a response of a job: waits for its end, downloads its result, and reads what it cost."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from runner.core.errors import ImageError, ProviderError, UsageError
from runner.core.money import ZERO
from runner.images.sniff import sniff
from runner.providers.base import Job, JobFailed, Response
from runner.providers.runflow.document import JobState
from runner.providers.runflow.refusal import About
from runner.providers.runflow.transfer import Transfers
from runner.providers.runflow.upload import Uploader
from runner.providers.runflow.waiting import Waiter

DOWNLOADS = 3
"""How often a result is downloaded, each time from an address that is signed anew."""

_TRANSIENT = ("TIMEOUT", "UNAVAILABLE", "INTERNAL", "DISPATCH", "CAPACITY", "WORKER", "RATE_LIMIT", "INTERRUPTED")
_WITHOUT_PICTURE = "the job ended without a picture"


@dataclass(frozen=True, slots=True)
class _Picture:
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """Collects jobs.

    Attributes:
        uploader: Forgets what the provider does not have any more.
        now_s: Of a clock that never goes back.
    """

    waiter: Waiter
    transfers: Transfers
    uploader: Uploader
    now_s: Callable[[], float]

    async def collect(self, job: Job, about: About) -> Response:
        """Wait for a job and fetch its first picture; what the provider says it cost is what is charged.

        Raises:
            JobFailed: it came to its end without a picture.
            ProviderError: it could not be fetched now.
        """
        state = await self.waiter.until_ended(job, about)
        if state.ending in {"failed", "canceled"} or not state.outputs:
            raise self._failure(state, about)
        ended_s = self.now_s()
        picture = await self._picture(job, state, about)
        return Response(
            content=picture.content,
            media_type=picture.media_type,
            details=state.details,
            notes=_notes(state),
            charged=state.cost or ZERO,
            revision=state.revision,
            run_ms=None if state.run_s is None else max(0, round(state.run_s * 1000)),
            download_ms=round((self.now_s() - ended_s) * 1000),
        )

    async def _picture(self, job: Job, state: JobState, about: About) -> _Picture:
        """Download a result; an address may have expired, so each further try begins with a fresh look at the job."""
        trouble = _WITHOUT_PICTURE
        for number in range(DOWNLOADS):
            fresh = state if number == 0 else await self.waiter.look(job, about)
            found = await self._download(fresh)
            if isinstance(found, _Picture):
                return found
            trouble = found
        message = f"{about.what}: the result of job {job.id} was not fetched: {trouble}"
        raise ProviderError("result-not-fetched", message, hint="runner resume fetches it again", retryable=True)

    async def _download(self, state: JobState) -> _Picture | str:
        """Download the first picture of a job, or say why that failed."""
        if not state.outputs:
            return _WITHOUT_PICTURE
        try:
            content = await self.transfers.fetch(state.outputs[0])
        except UsageError as error:
            return error.message
        found = sniff(content)
        if not isinstance(found, str):
            return f"what was downloaded is {found.what}"
        return await asyncio.to_thread(_damage, content) or _Picture(content, found)

    def _failure(self, state: JobState, about: About) -> JobFailed:
        charged = state.cost or ZERO
        costs = f"; it was charged {charged:}" if charged else ""
        if state.ending == "canceled":
            message = f"{about.what}: job {state.id} was cancelled at the provider{costs}"
            return JobFailed("job-cancelled", message, charged=charged)
        if state.ending != "failed":
            message = f"{about.what}: job {state.id}: {_WITHOUT_PICTURE}{costs}"
            return JobFailed("no-result", message, charged=charged)
        reason = ": ".join(part for part in (state.failure_code, state.failure) if part) or "no reason is given"
        expired = self.uploader.forget(state.failure)
        return JobFailed(
            "job-failed",
            f"{about.what}: job {state.id} failed: {reason}{costs}",
            hint="" if not expired else "it is uploaded anew the next time: runner resume",
            retryable=expired or any(word in state.failure_code for word in _TRANSIENT),
            charged=charged,
        )


def _damage(content: bytes) -> str:
    """Say what is missing or damaged of a picture; nothing where another download would give the same."""
    from runner.images.opening import read_through

    try:
        read_through(content, "what was downloaded")
    except ImageError as error:
        return error.message if error.code == "corrupt-image" else ""
    return ""


def _notes(state: JobState) -> tuple[str, ...]:
    notes = []
    if state.ending == "partial":
        notes.append("the job succeeded in part only")
    if len(state.outputs) > 1:
        notes.append(f"the job gave {len(state.outputs)} pictures; the first one was taken")
    if state.cost is None:
        notes.append("the provider does not say what the job cost")
    return tuple(notes)
