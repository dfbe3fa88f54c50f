"""Looks for the job of a request that got no answer, in the list of all jobs."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from runner.core.digest import Json
from runner.core.errors import ProviderError
from runner.providers.runflow.answer import Answer
from runner.providers.runflow.asking import Asker, refused
from runner.providers.runflow.document import JobState, read_job
from runner.providers.runflow.refusal import About

PAGE = 100
MAX_PAGES = 100
MARGIN = timedelta(minutes=5)
"""How far back beyond the sending; the difference of the two clocks is taken into account besides."""


class History:
    """The jobs that the provider lists, newest first.

    Args:
        asker: Asks the API.
    """

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    async def find(self, reference: str, sent_at: datetime, about: About) -> str | None:
        """Find the id of a job by its ``client_ref``.

        First by the provider's own filter; what that does not find is looked for among all jobs back to before the
        sending, because a provider may ignore the filter, refuse it, or not know it and find nothing.

        Raises:
            ProviderError: nobody could be asked, the list is too long to say, or it tells of no job who asked for it.
        """
        by_filter = await self._by_filter(reference, about)
        return by_filter or await self._by_paging(reference, sent_at, about)

    async def _by_filter(self, reference: str, about: About) -> str | None:
        answer = await self._asker.get("/v1/runs", about, q=f"client_ref:{reference}", limit=str(PAGE))
        if answer.status in {400, 404, 405, 422, 501}:
            return None
        return _match(self._jobs(answer, about), reference)

    async def _by_paging(self, reference: str, sent_at: datetime, about: About) -> str | None:
        seen: list[JobState] = []
        async for answer in self._pages(about):
            jobs = self._jobs(answer, about)
            found = _match(jobs, reference)
            if found is not None:
                return found
            seen += jobs
            if _reaches(jobs, _their_time(sent_at, answer) - MARGIN):
                break
        if seen and all(job.client_ref is None for job in seen):
            message = f"{about.what}: the list of jobs does not say who asked for them"
            raise ProviderError("history-without-references", message, hint="look for the job at the provider")
        return None

    async def _pages(self, about: About) -> AsyncIterator[Answer]:
        query, seen = {"sort_by": "created_at:desc", "limit": str(PAGE)}, set[str]()
        for _ in range(MAX_PAGES):
            answer = await self._asker.get("/v1/runs", about, **query)
            yield answer
            cursor = _cursor(answer.members.get("next", answer.members.get("next_pq")))
            if cursor is None:
                return
            if cursor in seen:
                raise _endless(about)
            seen.add(cursor)
            query["pq"] = cursor
        raise _endless(about)

    def _jobs(self, answer: Answer, about: About) -> list[JobState]:
        if answer.status >= 300:
            raise refused(answer, about, self._asker.client)
        items = answer.members.get("items", answer.document)
        if not isinstance(items, list):
            raise ProviderError("garbled-answer", f"{about.what}: the list of jobs has no items", retryable=True)
        connection = self._asker.client.connection
        jobs = [read_job(item, connection) for item in items if isinstance(item, dict)]
        return [job for job in jobs if job is not None]


def _match(jobs: list[JobState], reference: str) -> str | None:
    return next((job.id for job in jobs if job.client_ref == reference), None)


def _reaches(jobs: list[JobState], moment: datetime) -> bool:
    """Whether all of a page is from before a moment: then so is all that follows."""
    times = [job.created_at for job in jobs if job.created_at is not None]
    return bool(times) and max(times) < moment


def _their_time(moment: datetime, answer: Answer) -> datetime:
    """Give a moment of our clock as the provider's clock had it."""
    return moment if answer.date is None else moment + (answer.date - datetime.now(UTC))


def _cursor(value: Json) -> str | None:
    """Give the cursor of the next page, which may stand in a whole address; only its ``pq`` is used."""
    if not isinstance(value, str) or not value:
        return None
    if "?" not in value and "/" not in value:
        return value
    found = parse_qs(urlsplit(value).query).get("pq")
    return found[0] if found else value


def _endless(about: About) -> ProviderError:
    message = f"{about.what}: the list of jobs does not end: it cannot be said whether this one is in it"
    return ProviderError("history-too-long", message, hint="look for the job at the provider")
