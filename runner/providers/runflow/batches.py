"""Bundles of requests as the API's batches: each item is an ordinary run, so each is found and collected as one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson

from runner.core.digest import Json, digest_bytes
from runner.core.money import Money
from runner.providers.base import Job, NotSubmitted, Prepared
from runner.providers.runflow.document import job_id_of
from runner.providers.runflow.refusal import About
from runner.providers.runflow.submission import Submitter

_NOT_TAKEN = frozenset({"input-refused", "not-offered", "request-refused", "input-too-large"})
"""Answers to a batch after which its model is sent single runs: most say that it takes no batches at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """Sends bundles of one model.

    Attributes:
        most: How many requests one may hold.
        price: Of one job, as the card says.
        accepted: Is told of each job when it is accepted.
        refused: Is called when the model turns out to take no batches.
    """

    model: str
    most: int
    price: Money
    submitter: Submitter
    accepted: Callable[[str], None]
    refused: Callable[[str], None]

    def bundle(self, requests: Sequence[Prepared]) -> bytes:
        """Write a batch of requests."""
        items = [_item(orjson.loads(prepared.body)) for prepared in requests]
        return orjson.dumps({"input": items, "metadata": {"source": "edit-runner"}}, option=orjson.OPT_SORT_KEYS)

    async def submit(self, requests: Sequence[Prepared], body: bytes) -> Mapping[str, Job]:
        """Post a batch; the digest of its bytes is its ``Idempotency-Key``."""
        about = About(what=f"{len(requests)} × {self.model}")
        path = f"/v1/models/{self.model}/batches"
        try:
            answer = await self.submitter.post(path, digest_bytes(body), body, about, self.price)
        except NotSubmitted as error:
            if error.code in _NOT_TAKEN:
                self.refused(self.model)
            raise
        ids = dict(_job_ids(answer.members))
        for job_id in ids.values():
            self.accepted(job_id)
        return {one.reference: Job(ids[one.reference], one.request) for one in requests if one.reference in ids}


def is_batch(body: bytes) -> bool:
    """Whether bytes that were written down are those of a batch."""
    return isinstance(orjson.loads(body).get("input"), list)


def _item(document: dict[str, Json]) -> dict[str, Json]:
    """Make an item of what would be posted for a single run."""
    fields = document["input"]
    return {**fields, "client_ref": document["client_ref"]} if isinstance(fields, dict) else {}


def _job_ids(members: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    items = members.get("items")
    for item in items if isinstance(items, list) else ():
        reference = item.get("client_ref") if isinstance(item, dict) else None
        job_id = job_id_of(item.get("run_id")) if isinstance(item, dict) else None
        if isinstance(reference, str) and job_id is not None:
            yield reference, job_id
