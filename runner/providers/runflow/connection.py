"""How a Runflow-compatible provider is reached, and through which doors."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx2
from pydantic import SecretStr

from runner.core.digest import Json
from runner.providers.exchange import Web
from runner.providers.runflow.clean import clean_json, clean_text


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimits:
    """How long to wait, in seconds.

    Attributes:
        connect_s: For a connection.
        answer_s: For an answer of the API as a whole.
        transfer_s: For one upload or download as a whole.
        job_s: For the end of one job; it is collected another time when it takes longer.
    """

    connect_s: float = 10.0
    answer_s: float = 60.0
    transfer_s: float = 300.0
    job_s: float = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How a provider is reached.

    Attributes:
        name: Of the provider, as ``runner.toml`` has it.
        base_url: Where its API is, without a slash at the end.
        key: Sent to ``base_url`` and nowhere else.
        key_source: Where the key was found, for messages: a variable's name, or the keyring.
        concurrency: Jobs, and requests, at one time, at most.
        requests_per_second: To the API, at most, over all its runs in this process.
        batch_size: Requests of one model that are sent as one, at most; 1 for none.
        wire: The wire form to use of cards that have it; None to let the card and the live model decide.
        honors_idempotency: Whether it is known to create one job for one ``Idempotency-Key``.
        callback_url: Where it is to report the end of a job; None to only ask for it.
        callback_secret: What it signs such reports with; None where there are none.
    """

    name: str
    base_url: str
    key: SecretStr
    key_source: str
    concurrency: int = 4
    requests_per_second: float = 5.0
    batch_size: int = 100
    wire: str | None = None
    honors_idempotency: bool = False
    callback_url: str | None = None
    callback_secret: SecretStr | None = None
    limits: TimeLimits = field(default_factory=TimeLimits)

    @property
    def host(self) -> str:
        """The host of the API, for messages."""
        return urlsplit(self.base_url).hostname or ""

    def clean(self, text: str) -> str:
        """Make a text of the provider fit to be shown."""
        return clean_text(text, self.key.get_secret_value())

    def clean_json(self, value: Json) -> Json:
        """Make a value of the provider fit to be shown."""
        return clean_json(value, self.key.get_secret_value())


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """The network and the clock; a test puts others in their place.

    Attributes:
        transport: Speaks HTTP with the API; None for the ordinary one.
        web: The doors to signed addresses; None for the ordinary ones.
        sleep: Waits, in seconds.
        now_s: Of a clock that never goes back.
    """

    transport: httpx2.AsyncBaseTransport | None = None
    web: Web | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    now_s: Callable[[], float] = time.monotonic
