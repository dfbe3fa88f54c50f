"""What the routes of the server work with."""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.server.database.database import Database
from runner.server.models.offer import Offer
from runner.server.options import ServerOptions
from runner.store.blobs import BlobStore

if TYPE_CHECKING:
    from runner.server.body import Bodies
    from runner.server.callbacks.deliverer import Deliverer
    from runner.server.idempotency import Idempotency
    from runner.server.media.media import Media
    from runner.server.metrics import Metrics
    from runner.server.orgs.keys import Keys
    from runner.server.runs.dispatcher import Dispatcher
    from runner.server.runs.finisher import Finisher
    from runner.server.runs.links import Links
    from runner.server.signing import Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The parts of a server that its routes share; each route takes what it needs of it."""

    options: ServerOptions
    database: Database
    blobs: BlobStore
    offer: Offer
    keys: "Keys"
    bodies: "Bodies"
    idempotency: "Idempotency"
    signer: "Signer"
    links: "Links"
    media: "Media"
    deliverer: "Deliverer"
    dispatcher: "Dispatcher"
    finisher: "Finisher"
    metrics: "Metrics"
    log: logging.Logger
