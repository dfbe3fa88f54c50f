"""A server from its start to its end: everything is opened, used and closed in order."""

import asyncio
import contextlib
import logging
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from runner.catalog.catalog import Catalog
from runner.providers.pool import WorkerPool
from runner.server.application import make_application
from runner.server.body import Bodies
from runner.server.callbacks.deliverer import Deliverer
from runner.server.callbacks.target import callback_web
from runner.server.clock import now
from runner.server.database.database import Database
from runner.server.database.exclusive import alone_in
from runner.server.database.settings import signing_secret
from runner.server.idempotency import Idempotency
from runner.server.media.media import Media, media_web
from runner.server.metrics import Metrics
from runner.server.models.offer import build_offer
from runner.server.options import ServerOptions
from runner.server.orgs.keys import ApiKey, Keys, store_keys
from runner.server.retention import Retention
from runner.server.runs.carrier import Carrier
from runner.server.runs.dispatcher import Dispatcher
from runner.server.runs.finisher import Finisher
from runner.server.runs.links import Links
from runner.server.service import Service
from runner.server.serving import serve
from runner.server.signing import Signer
from runner.store.blobs import BlobStore

GRACE_S = 8.0
"""How long runs may go on after a signal; less than the ten seconds after which containers are killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a server begins with.

    Attributes:
        catalog: All model cards; those with an engine here are offered.
        keys: None for a server that asks for no key.
    """

    options: ServerOptions
    catalog: Catalog
    keys: tuple[ApiKey, ...]
    log: logging.Logger


async def run_server(start: Start, bound: socket.socket, tell: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        start: What to serve.
        bound: A socket with an address; closed at the end.
        tell: Called with the server's URL once it accepts connections.

    Raises:
        UsageError: another server uses the folder.
        StoreError: the database cannot be opened.
    """
    url = _url(bound)

    def listening() -> None:
        start.log.info("listening", extra={"url": url, "workers": start.options.workers, "keys": len(start.keys)})
        tell(url)

    async with _opened(start) as service:
        app = make_application(service, hosts=frozenset({bound.getsockname()[0]}))
        await service.dispatcher.start()
        service.deliverer.start()
        is_urgent = True
        try:
            async with _retention(start, service).going_on():
                is_urgent = await serve(app, bound, listening, service.dispatcher.begin_no_more)
        finally:
            start.log.info("stopping", extra={"urgent": is_urgent})
            await asyncio.gather(service.dispatcher.stop(0.0 if is_urgent else GRACE_S), service.deliverer.stop())
    start.log.info("stopped")


@contextlib.asynccontextmanager
async def _opened(start: Start) -> AsyncIterator[Service]:
    data = start.options.data
    with alone_in(data), contextlib.closing(Database(data / "server.db")) as database:
        secret = await database.write(lambda connection: _prepare(connection, start))
        with WorkerPool(start.options.workers) as pool:
            yield _service(start, database, Signer(secret), pool)


def _prepare(connection: sqlite3.Connection, start: Start) -> bytes:
    store_keys(connection, start.keys, start.options.balance, now())
    return signing_secret(connection)


def _service(start: Start, database: Database, signer: Signer, pool: WorkerPool) -> Service:
    options, log, links, metrics = start.options, start.log, Links(signer), Metrics()
    blobs, offer = BlobStore(options.data), build_offer(start.catalog, options.prices)
    media = Media(database=database, blobs=blobs, pool=pool, web=media_web(options.fetch_allow))
    deliverer = Deliverer(database=database, web=callback_web(options.callback_allow), log=log)
    finisher = Finisher(database=database, links=links, deliverer=deliverer, metrics=metrics, log=log)
    places = asyncio.Semaphore(options.workers)
    carrier = Carrier(offer=offer, media=media, blobs=blobs, pool=pool, places=places, log=log)
    return Service(
        options=options,
        database=database,
        blobs=blobs,
        offer=offer,
        keys=Keys(start.keys),
        bodies=Bodies(),
        idempotency=Idempotency(database),
        signer=signer,
        links=links,
        media=media,
        deliverer=deliverer,
        dispatcher=Dispatcher(carrier, finisher, options.workers),
        finisher=finisher,
        metrics=metrics,
        log=log,
    )


def _retention(start: Start, service: Service) -> Retention:
    keep_days = start.options.keep_days
    return Retention(database=service.database, blobs=service.blobs, log=start.log, keep_days=keep_days)


def _url(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
