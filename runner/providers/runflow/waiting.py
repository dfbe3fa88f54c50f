"""Waits until a job has come to its end: asks for it in its rhythm, or at once when a callback tells of it."""

import asyncio
import math
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager

from runner.core.errors import ProviderError
from runner.providers.base import Job
from runner.providers.runflow.asking import Asker, refused
from runner.providers.runflow.connection import Doors
from runner.providers.runflow.document import JobState, read_job
from runner.providers.runflow.refusal import About
from runner.providers.runflow.rhythm import Durations, net_pauses_s, pauses_s

_UNTOLD = 3
"""Jobs that end without a callback before callbacks are no longer waited for."""

_MISSES = 5
"""Looks in a row that show nothing before one is believed: each of them may have been several requests."""


class Waiter:
    """Knows which jobs are waited for, since when, and how long others took.

    Args:
        asker: Asks the API; all polls together take at most half of its requests per second.
        doors: The clock.
    """

    def __init__(self, asker: Asker, doors: Doors) -> None:
        self._asker = asker
        self._doors = doors
        self._durations = Durations()
        self._accepted_s: dict[str, float] = {}
        self._watched: dict[str, asyncio.Event] = {}
        self._told: set[str] = set()
        self._ended: dict[str, JobState] = {}
        self._untold = 0

    def accepted(self, job_id: str) -> None:
        """Note that a job was accepted just now; one that was not noted is asked for at once."""
        self._accepted_s[job_id] = self._doors.now_s()

    def tell(self, job_id: str) -> bool:
        """Have a job asked for at once, because somebody says that it ended; say whether that was news.

        It may be told before it is waited for, and more than once: only the first time counts.
        """
        if job_id in self._told:
            return False
        self._told.add(job_id)
        if job_id in self._watched:
            self._watched[job_id].set()
        return True

    async def wait(self, job: Job, about: About) -> None:
        """Ask for a job until it has come to its end; the next ``until_ended`` gives what was seen.

        Raises:
            ProviderError: nobody could be asked, there is no such job, or it takes too long.
        """
        self._ended[job.id] = await self.until_ended(job, about)

    async def until_ended(self, job: Job, about: About) -> JobState:
        """Ask for a job until it has come to its end.

        Raises:
            ProviderError: as ``wait``.
        """
        ended = self._ended.pop(job.id, None)
        return ended or await self._until_ended(job, about)

    async def _until_ended(self, job: Job, about: About) -> JobState:
        limit_s, began_s = self._asker.client.connection.limits.job_s, self._doors.now_s()
        pauses, looks = self._pauses(job), _Looks()
        with self._watch(job.id) as told:
            while True:
                await self._pause(next(pauses), told)
                state = await looks.patiently(self.look(job, about))
                if state is not None and state.ending is not None:
                    self._learn(job, state)
                    return state
                if self._doors.now_s() - began_s > limit_s:
                    raise _too_slow(job, about, limit_s)

    async def look(self, job: Job, about: About) -> JobState:
        """Ask for a job once; its addresses are signed anew.

        Raises:
            ProviderError: nobody could be asked, or there is no such job.
        """
        answer = await self._asker.get(f"/v1/runs/{job.id}", about)
        if answer.status == 404:
            message = f"{about.what}: the provider has no job {job.id}"
            hint = "is it the same organization's key as before? runner resume asks again"
            raise ProviderError("job-not-found", message, hint=hint, retryable=True)
        if answer.status >= 300:
            raise refused(answer, about, self._asker.client)
        state = read_job(answer.members, self._asker.client.connection)
        if state is None or state.id != job.id:
            raise ProviderError("garbled-answer", f"{about.what}: the answer is not about job {job.id}", retryable=True)
        return state

    def _age_s(self, job: Job) -> float:
        """How long ago a job was accepted; very long for one of an earlier process."""
        return self._doors.now_s() - self._accepted_s.get(job.id, -math.inf)

    def _learn(self, job: Job, state: JobState) -> None:
        took_s = self._seen_s(job) if state.duration_s is None else state.duration_s
        if math.isfinite(took_s):
            self._durations.note(job.request.model, took_s)
        self._accepted_s.pop(job.id, None)
        self._untold = 0 if job.id in self._told else self._untold + 1

    def _seen_s(self, job: Job) -> float:
        """How long a job took as far as was seen: where a callback should have told, nobody looked for long."""
        return math.inf if self._calls_back and job.id not in self._told else self._age_s(job)

    @property
    def _calls_back(self) -> bool:
        """Whether callbacks can be relied on to come first."""
        return self._asker.client.connection.callback_url is not None and self._untold < _UNTOLD

    def _pauses(self, job: Job) -> Iterator[float]:
        age_s = self._age_s(job)
        if not math.isfinite(age_s):
            yield 0.0
        rhythm = net_pauses_s if self._calls_back else pauses_s
        yield from rhythm(self._durations.usual_s(job.request.model), age_s)

    async def _pause(self, pause_s: float, told: asyncio.Event) -> None:
        """Wait, longer where many jobs are waited for, or until somebody tells."""
        if not pause_s:
            return
        fair_s = 2 * len(self._watched) / self._asker.client.connection.requests_per_second
        waits = [asyncio.ensure_future(self._doors.sleep(max(pause_s, fair_s))), asyncio.ensure_future(told.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.clear()
            for wait in waits:
                wait.cancel()

    @contextmanager
    def _watch(self, job_id: str) -> Iterator[asyncio.Event]:
        told = asyncio.Event()
        if job_id in self._told:
            told.set()
        self._watched[job_id] = told
        try:
            yield told
        finally:
            self._watched.pop(job_id, None)


class _Looks:
    """The looks at one job: a job may be listed late, an answer mixed up on its way, a provider away for a minute."""

    def __init__(self) -> None:
        self._misses = 0

    async def patiently(self, look: Awaitable[JobState]) -> JobState | None:
        """Give what was seen; None where nothing was, but may be the next time."""
        try:
            state = await look
        except ProviderError as error:
            self._misses += 1
            if not error.retryable or self._misses >= _MISSES:
                raise
            return None
        self._misses = 0
        return state


def _too_slow(job: Job, about: About, limit_s: float) -> ProviderError:
    message = f"{about.what}: job {job.id} has not ended after {limit_s:g} s"
    hint = "runner resume collects it; job_timeout_s of the provider sets how long is waited"
    return ProviderError("job-not-done", message, hint=hint, retryable=True)
