"""One thing to buy, and what it has come to."""

from dataclasses import dataclass

from runner.core.money import ZERO, Money
from runner.providers.base import Provider, Request
from runner.store.purchases import Claim


@dataclass(slots=True)
class Bill:
    """What an action has come to so far, also when it fails later on.

    Attributes:
        job_id: Of the latest job.
        charged: Over all jobs.
    """

    job_id: str | None = None
    charged: Money = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One thing to buy: the work, where it counts, and from whom."""

    claim: Claim
    request: Request
    provider: Provider
