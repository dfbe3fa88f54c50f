"""The providers by name: this machine, and all others, which speak Runflow's API."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.catalog.card import ModelCard
from runner.core.errors import Refused
from runner.providers.base import Provider
from runner.providers.local import LocalProvider
from runner.providers.pool import WorkerPool

if TYPE_CHECKING:
    from runner.providers.runflow import Connection, RunflowProvider

LOCAL = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What providers are made with; all of it stays the caller's.

    Attributes:
        pool: Where local work is done.
        cards: The catalog's, by id.
        connections: How hosted providers are reached, by name; of those that are needed.
        callback_port: Where callbacks come in; None where providers are only asked.
    """

    pool: WorkerPool
    cards: Mapping[str, ModelCard] = field(default_factory=dict)
    connections: "Mapping[str, Connection]" = field(default_factory=dict)
    callback_port: int | None = None


@asynccontextmanager
async def open_providers(names: Iterable[str], means: Means) -> AsyncIterator[dict[str, Provider]]:
    """Open the providers that a plan needs, and close them at the end; callbacks are received meanwhile.

    Raises:
        Refused: one of them is unknown, or callbacks cannot be received.
    """
    wanted = set(names)
    async with AsyncExitStack() as stack:
        providers: dict[str, Provider] = {LOCAL: LocalProvider(means.pool)} if LOCAL in wanted else {}
        hosted = await _open_hosted(wanted - {LOCAL}, means, stack)
        yield {**providers, **hosted}


async def _open_hosted(names: Iterable[str], means: Means, stack: AsyncExitStack) -> "dict[str, RunflowProvider]":
    """Open all that are not this machine: each speaks Runflow's API."""
    connections = {name: _connection(name, means) for name in names}
    if not connections:
        return {}
    from runner.providers.runflow import Listener, open_receiver, open_runflow

    opened = {
        name: await stack.enter_async_context(open_runflow(connection, means.cards))
        for name, connection in connections.items()
    }
    listeners = [
        Listener(secret=connection.callback_secret, tell=opened[name].tell)
        for name, connection in connections.items()
        if connection.callback_secret is not None
    ]
    if means.callback_port is not None:
        await stack.enter_async_context(open_receiver(means.callback_port, listeners))
    return opened


def _connection(name: str, means: Means) -> "Connection":
    connection = means.connections.get(name)
    if connection is None:
        hint = f"there are: {', '.join(sorted({LOCAL, *means.connections}))}"
        raise Refused("unknown-provider", f"there is no provider '{name}'", hint=hint)
    return connection
