"""How a run goes about its work: what a person asked for, completed by what the plan and the settings say."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from runner.app.connect import Callbacks
from runner.execute.doors import Policy
from runner.providers.cores import available_cores
from runner.settings import LOCAL, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """What a person asked for.

    Attributes:
        jobs: Actions at once; None for as many as the providers take.
        on_failure: Whether one failed action or check stops the others from being started.
        rebuy_in_doubt: Whether what may have been bought already is bought once more.
        callbacks: How providers are to report the end of a job; None to only ask for it.
    """

    jobs: int | None = None
    on_failure: Literal["keep-going", "fail-fast"] = "keep-going"
    rebuy_in_doubt: bool = False
    callbacks: Callbacks | None = None


def policy_of(manner: Manner, providers: Iterable[str], settings: Settings) -> Policy:
    """Say how a run goes about its work at some providers."""
    return Policy(
        jobs=manner.jobs or max((_jobs_at(name, settings) for name in providers), default=available_cores()),
        on_failure=manner.on_failure,
        max_month=settings.policy.max_month,
        rebuy_in_doubt=manner.rebuy_in_doubt,
    )


def _jobs_at(provider: str, settings: Settings) -> int:
    """As many as a provider takes, and at a hosted one half as many again: prepared, downloaded or kept meanwhile."""
    if provider == LOCAL:
        return available_cores()
    concurrency = settings.providers[provider].concurrency
    return concurrency + max(1, concurrency // 2)
