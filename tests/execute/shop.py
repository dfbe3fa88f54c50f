"""A provider that sells: its jobs are files in a folder, so what was bought outlives the process that bought it."""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from runner.core.errors import ProviderError
from runner.core.money import parse_money
from runner.providers.base import Job, Prepared, Request, Response, Uploads
from runner.providers.echo import EchoProvider
from runner.store.store import open_store

PRICE = parse_money("0.55")


class Shop(EchoProvider):
    """Makes one job for every request that reaches it, or one for each reference where it honors them.

    Args:
        folder: Where the jobs lie; one that is there is bought.
        lists: Whether jobs can be found by their reference.
    """

    def __init__(self, folder: Path, *, honors_references: bool, lists: bool = True) -> None:
        super().__init__()
        self._folder = folder
        self._honors = honors_references
        self._lists = lists

    @property
    def honors_references(self) -> bool:  # type: ignore[override]  # that of Echo never changes
        return self._honors

    async def submit(self, prepared: Prepared) -> Job:
        known = self.jobs(prepared.reference) if self._honors else []
        job_id = known[0] if known else f"{prepared.reference}--{secrets.token_hex(4)}"
        if not known:
            self._folder.mkdir(exist_ok=True)
            coming = self._folder / f".{job_id}"
            coming.write_bytes(prepared.body)
            coming.replace(self._folder / job_id)
        return Job(job_id, prepared.request)

    async def find(self, prepared: Prepared, sent_at: str) -> Job | None:  # noqa: ARG002 - it keeps no times
        found = self.jobs(prepared.reference) if self._lists else []
        return Job(found[0], prepared.request) if found else None

    async def collect(self, job: Job) -> Response:
        echoed = await super().collect(job)
        return Response(content=echoed.content, media_type=echoed.media_type, charged=PRICE)

    def jobs(self, reference: str = "") -> list[str]:
        """Give the ids of all jobs, or of those of one reference."""
        return sorted(path.name for path in self._folder.glob(f"{reference}*") if not path.name.startswith("."))


class Wholesaler(Shop):
    """A shop that takes several requests as one; what is not for sale in bundles is bought one by one.

    Attributes:
        bundles: The references of every bundle that reached it.

    Args:
        size: Of the largest bundle.
        answers: One for each bundle, and whether it makes jobs all the same; after them, it sells.
        crowd: So many requests are written down before the first gets its turn.
    """

    def __init__(
        self,
        folder: Path,
        *answers: tuple[ProviderError, bool],
        honors_references: bool = False,
        size: int = 100,
        crowd: int = 0,
    ) -> None:
        super().__init__(folder, honors_references=honors_references)
        self.bundles: list[list[str]] = []
        self._answers = list(answers)
        self._size = size
        self._crowd = crowd

    @property
    def most(self) -> int:
        return self._size

    def bundler(self, model: str) -> "Bundles":  # noqa: ARG002 - all of them
        return Bundles(self)

    async def turn(self) -> None:
        with open_store(self._folder.parent) as store:
            while len([one for one in store.purchases.open() if one.state != "claimed"]) < self._crowd:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)
        self._crowd = 0
        await asyncio.sleep(0.05)

    async def sell(self, requests: Sequence[Prepared], body: bytes) -> Mapping[str, Job]:
        """Make a job of each reference that a bundle names, and give those that are asked for."""
        references = body.decode().split()[1:]
        self.bundles.append(references)
        error, sells = self._answers.pop(0) if self._answers else (None, True)
        some = requests[0].request
        made = {
            one: await super(Wholesaler, self).submit(Prepared(request=some, reference=one))
            for one in references
            if sells
        }
        if error is not None:
            raise error
        return {one.reference: Job(made[one.reference].id, one.request) for one in requests}

    async def submit(self, prepared: Prepared) -> Job:
        if not prepared.body.startswith(b"bundle "):
            return await super().submit(prepared)
        return (await Bundles(self).submit([prepared], prepared.body))[prepared.reference]


@dataclass(frozen=True, slots=True)
class Bundles:
    """Bundles for a wholesaler: their bytes name the references."""

    shop: Wholesaler

    @property
    def most(self) -> int:
        return self.shop.most

    def bundle(self, requests: Sequence[Prepared]) -> bytes:
        return b"bundle " + " ".join(one.reference for one in requests).encode()

    async def submit(self, requests: Sequence[Prepared], body: bytes) -> Mapping[str, Job]:
        return await self.shop.sell(requests, body)


class MoodyShop(Shop):
    """A shop that first answers with other things; a job is made nevertheless where the second of a pair says so.

    Attributes:
        sent: What was sent, each time.
        prepared: How often a request was prepared.

    Args:
        answers: One for each sending, and whether it makes a job all the same; after them, it sells.
        on_turn: Is called when a turn is waited for.
        on_send: Is called when something is sent.
    """

    def __init__(
        self,
        folder: Path,
        *answers: tuple[ProviderError, bool],
        honors_references: bool = False,
        on_turn: Callable[[], None] = lambda: None,
        on_send: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(folder, honors_references=honors_references)
        self.sent: list[Prepared] = []
        self.prepared = 0
        self._answers = list(answers)
        self._on_turn = on_turn
        self._on_send = on_send

    async def turn(self) -> None:
        self._on_turn()

    async def prepare(self, request: Request, reference: str, uploads: Uploads) -> Prepared:
        self.prepared += 1
        return await super().prepare(request, reference, uploads)

    async def submit(self, prepared: Prepared) -> Job:
        self.sent.append(prepared)
        self._on_send()
        if not self._answers:
            return await super().submit(prepared)
        error, makes_job = self._answers.pop(0)
        if makes_job:
            await super().submit(prepared)
        raise error
