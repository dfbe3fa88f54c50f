"""The provider on this machine: the local engines and tools, computed in worker processes."""

from runner.core.errors import ProviderError
from runner.engines.all import REVISIONS
from runner.providers.base import Job, Request, Response
from runner.providers.pool import WorkerPool
from runner.providers.worker import work


class LocalProvider:
    """Runs the engines; free, and the same request gives the same result.

    Args:
        pool: Where the work is done; stays the caller's.
    """

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool

    async def submit(self, request: Request) -> Job:
        """Accept a request; the work itself is done by ``collect``, because it costs nothing to do again."""
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

    async def collect(self, job: Job) -> Response:
        return await self._pool.run(work, job.request)
