"""The provider on this machine: the local engines and tools, computed in worker processes."""

from collections.abc import Iterable

from runner.core.errors import ProviderError
from runner.core.money import Money
from runner.engines.all import REVISIONS
from runner.providers.base import Account, Bundler, Job, Prepared, Request, Response, Uploads
from runner.providers.pool import WorkerPool
from runner.providers.worker import work


class LocalProvider:
    """Runs the engines; free, and the same request gives the same result.

    Args:
        pool: Where the work is done; stays the caller's.
    """

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool

    charges = False
    honors_references = True
    most_jobs: int | None = None

    def bundler(self, model: str) -> Bundler | None:
        return None

    async def preflight(self, models: Iterable[str], payable: Money) -> Account:
        return Account()

    async def turn(self) -> None:
        """Nobody has to wait."""

    async def prepare(self, request: Request, reference: str, uploads: Uploads) -> Prepared:
        return Prepared(request=request, reference=reference)

    async def submit(self, prepared: Prepared) -> Job:
        """Accept a request; the work itself is done by ``collect``, because it costs nothing to do again."""
        request = prepared.request
        revision = REVISIONS.get(request.model)
        if revision is None:
            raise ProviderError("no-engine", f"there is no local engine for '{request.model}'", hint="runner models")
        if revision != request.revision:
            raise ProviderError(
                "engine-changed",
                f"'{request.model}' is at revision {revision} here, the plan was made for {request.revision}",
                hint="make a new plan: runner run RECIPE",
            )
        return Job(f"local-{request.key[:12]}", request)

    async def find(self, prepared: Prepared, sent_at: str) -> Job | None:
        return await self.submit(prepared)

    async def wait(self, job: Job) -> None:
        """Nothing is begun before it is collected."""

    async def collect(self, job: Job) -> Response:
        return await self._pool.run(work, job.request)
