"""What things are bought with."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from runner.core.digest import Digest
from runner.execute.clock import month_now
from runner.execute.counter import Counter
from runner.execute.draws import Place
from runner.execute.order import Order
from runner.plan.plan import Action
from runner.providers.base import Provider, Request
from runner.store.purchases import Claim
from runner.store.store import Store
from runner.store.wallet import Caps, Purse


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """What purchases of one run are made with.

    Attributes:
        items: The item of each cell, by the cell's id.
        rebuys: Whether what is in doubt may be bought again.
        pauses_s: Before each further try to learn what became of a request without an answer.
        busy_pauses_s: Before each further sending of a request that the provider had no time for; of each a random
            part is waited, and what the provider asks for besides.
        may_start: Whether anything may be begun still.
        counter: Where what is ready to be sent waits for its turn.
        places: How many jobs each provider takes at once; of those that have a limit of their own.
    """

    store: Store
    caps: Caps
    run_id: str
    items: Mapping[str, str]
    rebuys: bool = False
    pauses_s: tuple[float, ...] = (1.0, 2.0, 4.0)
    busy_pauses_s: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0)
    may_start: Callable[[], bool] = lambda: True
    counter: Counter = field(default_factory=Counter)
    places: Mapping[str, asyncio.Semaphore] = field(default_factory=dict)


def order_of(action: Action, place: Place, request: Request, provider: Provider, till: Till) -> Order:
    """Say what is bought for one draw of an action, and what it counts under."""
    purse = Purse(
        run_id=till.run_id,
        step=action.step,
        draw=place.draw,
        items=tuple(dict.fromkeys(till.items[cell] for cell in action.cells if cell in till.items)),
        month=month_now(),
    )
    claim = Claim(key=place.raw_key, action=action.key, provider=action.provider, purse=purse, price=action.list_price)
    return Order(claim=claim, request=request, provider=provider)


@dataclass(frozen=True, slots=True)
class StoredUploads:
    """What was uploaded to one provider, kept in the store."""

    provider: str
    store: Store

    async def find(self, digest: Digest) -> str | None:
        return await self.store.scribe.call(self.store.uploads.find, self.provider, digest)

    async def keep(self, digest: Digest, reference: str) -> None:
        await self.store.scribe.call(self.store.uploads.keep, self.provider, digest, reference)
