"""Measurements in the text form of Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector
from prometheus_client import generate_latest as _written

from runner.server.runs.row import STATUSES, RunRow

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_RUN_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)


class Metrics:
    """What is counted; each server has its own, so that two in one process do not mix."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._requests = Counter(
            "runner_http_requests", "Requests answered.", ["method", "route", "status"], registry=self._registry
        )
        self._request_s = Histogram(
            "runner_http_request_seconds", "Time to an answer.", ["route"], buckets=_SECONDS, registry=self._registry
        )
        self._created = Counter("runner_runs_created", "Runs accepted.", ["model"], registry=self._registry)
        self._ended = Counter("runner_runs_ended", "Runs ended.", ["model", "status_code"], registry=self._registry)
        self._run_s = Histogram(
            "runner_run_seconds", "From dispatch to end.", ["model"], buckets=_RUN_SECONDS, registry=self._registry
        )
        self._unfinished = Gauge(
            "runner_runs_unfinished", "Runs by status now.", ["status_code"], registry=self._registry
        )

    def request_answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request; ``route`` is the pattern of its path, never the path itself."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_s.labels(route).observe(seconds)

    def runs_created(self, model: str, count: int) -> None:
        """Count accepted runs."""
        self._created.labels(model).inc(count)

    def run_ended(self, run: RunRow) -> None:
        """Count a run that has ended."""
        self._ended.labels(run.model, run.status_code).inc()
        if run.duration_ms is not None:
            self._run_s.labels(run.model).observe(run.duration_ms / 1000)

    def text(self, unfinished: dict[str, int]) -> bytes:
        """Write everything.

        Args:
            unfinished: Runs that have not ended, by status.
        """
        for status in STATUSES[:3]:
            self._unfinished.labels(status).set(unfinished.get(status, 0))
        return bytes(_written(self._registry))
