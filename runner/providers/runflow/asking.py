"""Asks what is safe to ask again: polls, lists, announcements of uploads; never for something that costs money."""

import random
from dataclasses import dataclass

from runner.core.errors import ProviderError
from runner.providers.runflow.answer import Answer
from runner.providers.runflow.client import Ask, Client, NoAnswer, NotSent
from runner.providers.runflow.connection import Doors
from runner.providers.runflow.refusal import About, explain

ATTEMPTS = 6
LONGEST_PAUSE_S = 16.0

_TRANSIENT = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Why an attempt gave nothing, and may give something later."""

    code: str
    message: str


class Asker:
    """Asks again, with pauses that grow, until there is an answer.

    Args:
        client: Sends each attempt.
        doors: The clock.
    """

    def __init__(self, client: Client, doors: Doors) -> None:
        self.client = client
        self._doors = doors

    async def get(self, path: str, about: About, **query: str) -> Answer:
        """Ask for something; see ``ask``."""
        return await self.ask(Ask(method="GET", path=path, query=query), about)

    async def post(self, path: str, about: About, content: bytes) -> Answer:
        """Make something that costs nothing; see ``ask``."""
        return await self.ask(Ask(method="POST", path=path, content=content), about)

    async def ask(self, ask: Ask, about: About) -> Answer:
        """Give the first answer that is final: a yes with its JSON, or a no that stays one.

        Raises:
            ProviderError: there was none in six attempts (``retryable``), or the key was refused.
        """
        trouble = _Trouble("provider-unavailable", about.what)
        for attempt in range(1, ATTEMPTS + 1):
            outcome = await self._try(ask, about)
            if isinstance(outcome, Answer):
                return outcome
            trouble = outcome
            if attempt < ATTEMPTS:
                await self._doors.sleep(pause_s(attempt))
        message = f"{trouble.message} ({ATTEMPTS} attempts)"
        raise ProviderError(trouble.code, message, hint="try again later: runner resume", retryable=True)

    async def demand(self, ask: Ask, about: About) -> Answer:
        """Give the answer to what must be answered with a yes.

        Raises:
            ProviderError: it was answered with a no, or not at all.
        """
        answer = await self.ask(ask, about)
        if answer.status >= 300:
            raise refused(answer, about, self.client)
        return answer

    async def _try(self, ask: Ask, about: About) -> Answer | _Trouble:
        try:
            answer = await self.client.send(ask)
        except NotSent as error:
            if not error.retryable:
                raise ProviderError("bad-certificate", f"{about.what}: {error.message}") from error
            return _Trouble("provider-unreachable", f"{about.what}: {error.message}")
        except NoAnswer as error:
            return _Trouble("provider-unreachable", f"{about.what}: {error.message}")
        if answer.status == 401:
            raise refused(answer, about, self.client)
        if answer.status in _TRANSIENT or answer.status >= 500:
            refusal = explain(answer, about, self.client.connection)
            return _Trouble(refusal.code, refusal.message)
        if answer.status < 300 and not isinstance(answer.document, dict | list):
            host = self.client.connection.host
            return _Trouble("garbled-answer", f"{about.what}: the answer of {host} broke off or is no JSON")
        return answer


def pause_s(attempt: int) -> float:
    """How long to wait after an attempt: a random part of a time that doubles, from half a second on."""
    most_s = min(LONGEST_PAUSE_S, 0.5 * 2 ** (attempt - 1))
    return random.uniform(most_s / 2, most_s)  # noqa: S311 - spreads out clients, keeps no secret


def refused(answer: Answer, about: About, client: Client) -> ProviderError:
    """Make the error of a no."""
    refusal = explain(answer, about, client.connection)
    return ProviderError(refusal.code, refusal.message, hint=refusal.hint)
