"""Media: the pictures of a run, from what its client wrote to what an engine takes."""

from collections.abc import Mapping
from dataclasses import dataclass

from runner.catalog.card import ModelCard
from runner.core.digest import Json
from runner.providers.exchange import Web
from runner.providers.pool import WorkerPool
from runner.server.answers import Refusal
from runner.server.database.database import Database
from runner.server.media.accept import Acceptor
from runner.server.media.fetch import FetchedInput, Fetcher
from runner.server.media.limits import MediaLimits
from runner.server.media.reader import read_input
from runner.server.runs.failure import RunFailure
from runner.store.blobs import BlobStore

FETCH_S = 60.0
"""How long one attempt at a download may take."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An input that may run: inline pictures are assets now, and stand in it by their reference."""

    input: dict[str, Json]


class Media:
    """Checks inputs when runs are created, and fetches their pictures when they begin.

    Args:
        database: Where assets are noted.
        blobs: Where their bytes are.
        pool: Where masks are decoded.
        web: The doors to the network, with the hosts that were opened.
        limits: What is too much.
    """

    def __init__(
        self,
        *,
        database: Database,
        blobs: BlobStore,
        pool: WorkerPool,
        web: Web,
        limits: MediaLimits | None = None,
    ) -> None:
        limits = limits or MediaLimits()
        self._acceptor = Acceptor(database=database, blobs=blobs, limits=limits, open_hosts=web.open_hosts)
        self._fetcher = Fetcher(database=database, blobs=blobs, pool=pool, web=web, limits=limits)

    async def accept(
        self, org_id: str, card: ModelCard, document: Mapping[str, Json], where: str = "input"
    ) -> Accepted:
        """Check the input of a new run. Nothing is downloaded.

        Args:
            org_id: Whose run it is.
            card: Of its model, with a wire form.
            document: The input as it was sent.
            where: The input's own path, for errors: ``input``, ``input[3]``.

        Raises:
            Refusal: 422, with an error for each field that is wrong.
            StoreError: an inline picture cannot be kept.
        """
        replaced = await self._acceptor.accept(org_id, read_input(card, document, where), where)
        return Accepted({**document, **replaced})

    async def fetch(self, org_id: str, card: ModelCard, document: Mapping[str, Json]) -> FetchedInput:
        """Get the pictures of a run that begins, and the other parameters.

        Args:
            org_id: Whose run it is.
            card: Of its model.
            document: As ``accept`` gave it back.

        Raises:
            RunFailure: ``INPUT_FETCH_FAILED`` or ``INPUT_VALIDATION_FAILED``.
        """
        try:
            read = read_input(card, document)
        except Refusal as refusal:  # accepted under another version of the card
            raise RunFailure("INPUT_VALIDATION_FAILED", refusal.message) from refusal
        return await self._fetcher.fetch(org_id, card, read)


def media_web(fetch_allow: frozenset[str]) -> Web:
    """Open the doors through which inputs are downloaded.

    Args:
        fetch_allow: Hosts that may be private, and reached by ``http:``.
    """
    return Web(open_hosts=fetch_allow, attempt_s=FETCH_S)
