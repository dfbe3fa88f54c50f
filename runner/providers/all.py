"""The providers by name."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from runner.catalog.card import ModelCard
from runner.core.errors import Refused
from runner.providers.base import Provider
from runner.providers.local import LocalProvider
from runner.providers.pool import WorkerPool

if TYPE_CHECKING:
    from runner.providers.runflow import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What providers are made with; all of it stays the caller's.

    Attributes:
        pool: Where local work is done.
        cards: The catalog's, by id.
        connections: How hosted providers are reached, by name; of those that are needed.
    """

    pool: WorkerPool
    cards: Mapping[str, ModelCard] = field(default_factory=dict)
    connections: "Mapping[str, Connection]" = field(default_factory=dict)


Opener: TypeAlias = Callable[[Means], AbstractAsyncContextManager[Provider]]


@asynccontextmanager
async def _open_local(means: Means) -> AsyncIterator[Provider]:
    yield LocalProvider(means.pool)


@asynccontextmanager
async def _open_runflow(means: Means) -> AsyncIterator[Provider]:
    from runner.providers.runflow import open_runflow

    async with open_runflow(means.connections["runflow"], means.cards) as provider:
        yield provider


PROVIDERS: dict[str, Opener] = {"local": _open_local, "runflow": _open_runflow}
"""What opens a provider."""


@asynccontextmanager
async def open_providers(names: Iterable[str], means: Means) -> AsyncIterator[dict[str, Provider]]:
    """Open the providers that a plan needs, and close them at the end.

    Raises:
        Refused: one of them is unknown.
    """
    async with AsyncExitStack() as stack:
        yield {name: await stack.enter_async_context(_opener(name)(means)) for name in names}


def _opener(name: str) -> Opener:
    opener = PROVIDERS.get(name)
    if opener is None:
        hint = f"there are: {', '.join(sorted(PROVIDERS))}"
        raise Refused("unknown-provider", f"there is no provider '{name}'", hint=hint)
    return opener
