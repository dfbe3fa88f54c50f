"""Where prepared requests wait for their turn; those of one model that wait at the same time may go together."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from runner.execute.order import Order
from runner.providers.base import AnswerUnknown, Job, NotSubmitted, Prepared

FEWEST = 4
"""So many go together, or each goes alone."""


@dataclass(frozen=True, slots=True)
class GoAlone:
    """The provider does not take this bundle, and made nothing of it: each request has to be sent by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A bundle was sent, and nobody can say what became of this request.

    Attributes:
        sent: The request, with the bytes of the bundle.
        at: When it was sent, RFC 3339 UTC.
    """

    sent: Prepared
    at: str
    error: AnswerUnknown


Reply: TypeAlias = Job | Unanswered | NotSubmitted | GoAlone
"""What became of a request that went with others."""

Bundling: TypeAlias = "asyncio.Task[Mapping[str, Reply]]"
"""The sending of a bundle; it gives the replies by the references of the requests."""


@dataclass(frozen=True, slots=True, eq=False)
class Ticket:
    """A request that waits.

    Attributes:
        taken: What it is sent with, where a turn took it along.
    """

    prepared: Prepared
    order: Order
    taken: "asyncio.Future[Bundling]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


@dataclass(slots=True)
class _Line:
    """Those that wait for the same model of one provider, first come, first served."""

    waiting: list[Ticket] = field(default_factory=list)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Counter:
    """Gives turns at the providers of one run; one request of each model waits at a provider, the others behind it."""

    def __init__(self) -> None:
        self._lines: defaultdict[tuple[str, str], _Line] = defaultdict(_Line)

    async def turn(self, ticket: Ticket) -> list[Ticket]:
        """Wait for a turn.

        Returns:
            Those that go with it, this one among them; none where it went with another's turn.
        """
        order = ticket.order
        line = self._lines[order.claim.provider, order.request.model]
        line.waiting.append(ticket)
        try:
            async with line.turn:
                if ticket not in line.waiting:
                    return []
                await order.provider.turn()
                return _together(ticket, line.waiting)
        finally:
            if ticket in line.waiting:
                line.waiting.remove(ticket)


def _together(ticket: Ticket, waiting: list[Ticket]) -> list[Ticket]:
    """Take a ticket out of a line, with those that can go along."""
    bundler = ticket.order.provider.bundler(ticket.order.request.model)
    others = [one for one in waiting if one is not ticket]
    group = [ticket, *others[: bundler.most - 1]] if bundler is not None else []
    if len(group) < FEWEST:
        group = [ticket]
    waiting[:] = [one for one in waiting if one not in group]
    return group
