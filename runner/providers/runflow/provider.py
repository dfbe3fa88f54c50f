"""The provider ``runflow``: Runflow's hosted API, or a server that speaks it. What we call a job it calls a run."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

import orjson

from runner.catalog.card import ModelCard, WireForm
from runner.core.digest import Json
from runner.core.errors import ProviderError, Refused
from runner.core.money import Money
from runner.providers.base import AnswerUnknown, Bundler, Job, Prepared, Request, Response, Uploads
from runner.providers.runflow.archive import MEDIA_TYPE as ARCHIVE
from runner.providers.runflow.archive import pack
from runner.providers.runflow.asking import Asker
from runner.providers.runflow.batches import Batches, is_batch
from runner.providers.runflow.client import Client
from runner.providers.runflow.collecting import Collector
from runner.providers.runflow.connection import Connection, Doors
from runner.providers.runflow.history import History
from runner.providers.runflow.preflight import Preflight, look_ahead, wire_forms
from runner.providers.runflow.refusal import About
from runner.providers.runflow.submission import Submitter
from runner.providers.runflow.transfer import Transfers
from runner.providers.runflow.upload import Uploader
from runner.providers.runflow.waiting import Waiter
from runner.providers.runflow.wire import Media, Wired, parameters_by_field, wire_request


@asynccontextmanager
async def open_runflow(
    connection: Connection, cards: Mapping[str, ModelCard], doors: Doors | None = None
) -> AsyncIterator["RunflowProvider"]:
    """Open the provider; one for all its work in this process, so that its limits hold.

    Args:
        connection: How it is reached.
        cards: The catalog's, by id.
        doors: The network and the clock; the ordinary ones where left out.
    """
    doors = doors or Doors()
    async with Client(connection, doors) as client:
        provider = RunflowProvider(Asker(client, doors), cards, doors)
        try:
            yield provider
        finally:
            await provider.close()


class RunflowProvider:
    """Jobs at Runflow: each may cost money.

    Args:
        asker: Asks the API; its client stays the caller's.
        cards: The catalog's, by id.
        doors: The network and the clock.
    """

    charges = True

    def __init__(self, asker: Asker, cards: Mapping[str, ModelCard], doors: Doors) -> None:
        self._asker = asker
        self._connection = asker.client.connection
        self._cards = cards
        self._forms: dict[str, str] = {}
        self._unbundled: set[str] = set()
        self._transfers = Transfers(self._connection, doors)
        self._uploader = Uploader(asker, self._transfers, doors.sleep)
        self._submitter = Submitter(asker=asker, uploader=self._uploader)
        self._waiter = Waiter(asker, doors)
        self._collector = Collector(
            waiter=self._waiter, transfers=self._transfers, uploader=self._uploader, now_s=doors.now_s
        )
        self._history = History(asker)

    @property
    def honors_references(self) -> bool:
        return self._connection.honors_idempotency

    @property
    def most_jobs(self) -> int:
        return self._connection.concurrency

    async def preflight(self, models: Iterable[str], payable: Money) -> Preflight:
        """Look at the account and the models before the first upload; the wire forms found are used from then on.

        Args:
            models: Ids of the models that will be used.
            payable: What will be bought, at most.

        Raises:
            Refused: something stands in the way; nothing was uploaded or bought.
        """
        self._refuse_unknown_wire()
        found = await look_ahead(self._asker, [self._card(model) for model in models], payable)
        self._forms.update(found.forms)
        return found

    async def close(self) -> None:
        """Close the connections to signed addresses; the asker's stay the caller's."""
        await self._transfers.close()

    def tell(self, job_id: str) -> bool:
        """Have a job asked for at once, because a callback says that it ended; say whether that was news."""
        return self._waiter.tell(job_id)

    async def turn(self) -> None:
        await self._asker.client.pace.turn()

    async def prepare(self, request: Request, reference: str, uploads: Uploads) -> Prepared:
        """Upload the inputs that the provider does not have, and write the request; the same inputs, the same bytes."""
        card = self._card(request.model)
        wired = wire_request(request, card, self._form(card))
        fields = {**wired.plain, **await self._references(wired, request, uploads)}
        return Prepared(request=request, reference=reference, body=self._body(fields, request, reference))

    async def submit(self, prepared: Prepared) -> Job:
        card, about = self._card(prepared.request.model), self._about(prepared.request)
        if is_batch(prepared.body):
            job = (await self._batches(card).submit([prepared], prepared.body)).get(prepared.reference)
            if job is None:
                raise AnswerUnknown("garbled-answer", f"{about.what}: the answer does not name the job")
        else:
            job = await self._submitter.submit(prepared, about, card.price.amount)
            self._waiter.accepted(job.id)
        return job

    def bundler(self, model: str) -> Bundler | None:
        connection = self._connection
        # A batch reports its end as a whole: where each job is to report its own, each is a run of its own.
        is_single = connection.batch_size < 2 or connection.callback_url is not None or model in self._unbundled
        return None if is_single else self._batches(self._card(model))

    def _batches(self, card: ModelCard) -> Batches:
        return Batches(
            model=card.id,
            most=self._connection.batch_size,
            price=card.price.amount,
            submitter=self._submitter,
            accepted=self._waiter.accepted,
            refused=self._unbundled.add,
        )

    async def find(self, prepared: Prepared, sent_at: str) -> Job | None:
        about = self._about(prepared.request)
        job_id = await self._history.find(prepared.reference, datetime.fromisoformat(sent_at), about)
        return None if job_id is None else Job(job_id, prepared.request)

    async def wait(self, job: Job) -> None:
        await self._waiter.wait(job, self._about(job.request))

    async def collect(self, job: Job) -> Response:
        return await self._collector.collect(job, self._about(job.request))

    async def _references(self, wired: Wired, request: Request, uploads: Uploads) -> dict[str, Json]:
        linked = dict(wired.linked)
        if wired.archive is not None:
            content = await asyncio.to_thread(pack, wired.packed)
            linked[wired.archive] = Media(name=f"the archive of {request.name}", content=content, media_type=ARCHIVE)
        return {field: await self._uploader.reference(media, uploads) for field, media in linked.items()}

    def _body(self, fields: Mapping[str, Json], request: Request, reference: str) -> bytes:
        document: dict[str, Json] = {
            "input": dict(fields),
            "client_ref": reference,
            "metadata": {"source": "edit-runner", "action_key": request.key, "client_ref": reference},
        }
        if self._connection.callback_url is not None:
            document["callback_url"] = self._connection.callback_url
        return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)

    def _card(self, model: str) -> ModelCard:
        card = self._cards.get(model)
        if card is None:
            raise ProviderError("unknown-model", f"there is no card of the model '{model}'", hint="runner models")
        return card

    def _refuse_unknown_wire(self) -> None:
        wire, known = self._connection.wire, {form.form for card in self._cards.values() for form in card.wire}
        if wire is not None and wire not in known:
            hint = f"wire of [providers.{self._connection.name}] is one of: {', '.join(sorted(known))}"
            raise Refused("no-wire-form", f"no model card has a wire form '{wire}'", hint=hint)

    def _form(self, card: ModelCard) -> WireForm:
        return wire_forms(card, self._forms.get(card.id, self._connection.wire))[0]

    def _about(self, request: Request) -> About:
        parameters: dict[str, str] = {}
        for form in self._card(request.model).wire:
            parameters |= parameters_by_field(form)
        return About(what=f"{request.name}: {request.model}", parameters=parameters)
