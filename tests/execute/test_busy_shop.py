"""Buying from a provider that has no time, or knows a request already."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from runner.core.errors import ExitCode, ProviderError
from runner.core.event import ActionFailed, ActionInDoubt, ActionSucceeded
from runner.execute.doors import Policy
from runner.execute.stop import StopSignal
from runner.plan.plan import Plan
from runner.providers.base import AnswerUnknown, Job, NotSubmitted, Prepared, Response
from runner.store.store import open_store
from tests.execute.checked import checked, output_of
from tests.execute.plans import action, carry_out, carry_out_async, photo, plan
from tests.execute.providers import CountingProvider
from tests.execute.shop import PRICE, MoodyShop

QUICK = Policy(jobs=1, first_pause_s=0.001)
BUSY = NotSubmitted("rate-limited", "too many requests", retryable=True)
UNSURE = AnswerUnknown("provider-unavailable", "no time", is_busy=True)


def one(root: Path) -> Plan:
    edit = replace(action("edit", {"image": photo(root, "in/a.png", 1)}), list_price=PRICE, payable=PRICE)
    return checked(root, edit, checks=(), outputs=(output_of(edit, "cell"),))


def test_a_provider_without_time_gets_the_same_bytes_again(tmp_path: Path) -> None:
    shop = MoodyShop(tmp_path / "shop", *[(BUSY, False)] * 4)
    carried = carry_out(one(tmp_path), shop, policy=QUICK)
    assert (carried.code, carried.of(ActionSucceeded)[0].attempts) == (ExitCode.DONE, 1)
    assert (len(shop.sent), len({(sent.reference, sent.body) for sent in shop.sent}), shop.prepared) == (5, 1, 1)
    assert len(shop.jobs()) == 1


def test_a_provider_that_never_has_time_fails_the_attempt(tmp_path: Path) -> None:
    shop = MoodyShop(tmp_path / "shop", *[(BUSY, False)] * 20)
    carried = carry_out(one(tmp_path), shop, policy=QUICK)
    failed = carried.of(ActionFailed)[0]
    assert (carried.code, failed.code, failed.retryable) == (ExitCode.FAILED, "rate-limited", True)
    assert (len(shop.sent), shop.jobs()) == (5, [])


def test_a_no_that_stays_one_is_not_sent_again(tmp_path: Path) -> None:
    shop = MoodyShop(tmp_path / "shop", (NotSubmitted("input-refused", "no"), False))
    assert carry_out(one(tmp_path), shop, policy=QUICK).code == ExitCode.FAILED
    assert len(shop.sent) == 1


RECIPE = """\
version: 1
steps:
  - id: other
    uses: image/blur
  - id: edit
    uses: image/tone
    with:
      strength: 3
"""


@pytest.mark.parametrize(
    ("parameter", "hint"),
    [("strength", "look at recipe.yaml:8:17"), ("rgb", "look at recipe.yaml:5:5"), ("", "as the provider says")],
)
def test_a_parameter_that_is_refused_is_shown_in_the_recipe(tmp_path: Path, parameter: str, hint: str) -> None:
    refused = NotSubmitted("input-refused", "no", hint="as the provider says", parameter=parameter)
    shop = MoodyShop(tmp_path / "shop", (refused, False))
    carried = carry_out(one(tmp_path), shop, policy=QUICK, recipe_text=RECIPE)
    assert carried.of(ActionFailed)[0].hint == hint


def test_after_a_conflict_the_job_is_looked_for_even_where_references_are_honored(tmp_path: Path) -> None:
    no_answer = AnswerUnknown("no-answer", "it broke off")
    conflict = AnswerUnknown("request-conflict", "the key is in use", is_conflict=True)
    shop = MoodyShop(tmp_path / "shop", (no_answer, True), (conflict, False), honors_references=True)
    assert carry_out(one(tmp_path), shop, policy=QUICK).code == ExitCode.DONE
    assert (len(shop.sent), len(shop.jobs())) == (2, 1)


def test_a_provider_that_says_it_has_no_time_and_has_taken_it_all_the_same_is_found_out(tmp_path: Path) -> None:
    shop = MoodyShop(tmp_path / "shop", (UNSURE, True))
    assert carry_out(one(tmp_path), shop, policy=QUICK).code == ExitCode.DONE
    assert (len(shop.sent), len(shop.jobs())) == (1, 1)


def test_a_provider_that_says_it_has_no_time_and_lists_no_job_gets_the_same_bytes_again(tmp_path: Path) -> None:
    shop = MoodyShop(tmp_path / "shop", (UNSURE, False), (UNSURE, False))
    assert carry_out(one(tmp_path), shop, policy=QUICK).code == ExitCode.DONE
    assert (len(shop.sent), len({sent.body for sent in shop.sent}), len(shop.jobs())) == (3, 1, 1)


def test_where_nobody_can_look_a_provider_without_time_leaves_doubt(tmp_path: Path) -> None:
    shop = Unlisting(tmp_path / "shop", (UNSURE, True))
    carried = carry_out(one(tmp_path), shop, policy=QUICK)
    assert (carried.code, len(carried.of(ActionInDoubt))) == (ExitCode.IN_DOUBT, 1)
    assert (len(shop.sent), len(shop.jobs())) == (1, 1)


class Unlisting(MoodyShop):
    """A shop whose list does not say who asked for a job."""

    async def find(self, prepared: Prepared, sent_at: str) -> Job | None:  # noqa: ARG002 - nobody can look
        raise ProviderError("history-without-references", "the list does not say who asked")


def test_an_upload_that_is_gone_is_uploaded_once_more(tmp_path: Path) -> None:
    gone = NotSubmitted("upload-expired", "asset not found", retryable=True, is_stale=True)
    shop = MoodyShop(tmp_path / "shop", (gone, False))
    assert carry_out(one(tmp_path), shop, policy=QUICK).code == ExitCode.DONE
    assert (shop.prepared, len(shop.sent), len(shop.jobs())) == (2, 2, 1)


def test_nothing_counts_as_sent_while_it_waits_for_its_turn(tmp_path: Path) -> None:
    states: list[tuple[object, ...]] = []

    def look() -> None:
        with open_store(tmp_path) as store:
            states.extend(store.state.read("SELECT state, sent_at FROM purchases"))

    shop = MoodyShop(tmp_path / "shop", (BUSY, False), on_turn=look)
    assert carry_out(one(tmp_path), shop, policy=QUICK).code == ExitCode.DONE
    assert states == [("prepared", None), ("prepared", None)]


def test_nothing_is_sent_again_after_an_interrupt(tmp_path: Path) -> None:
    async def stopped() -> tuple[ExitCode, int]:
        stop = StopSignal()
        shop = MoodyShop(tmp_path / "shop", *[(BUSY, False)] * 20, on_send=stop.interrupt)
        carried = await carry_out_async(one(tmp_path), shop, policy=QUICK, stop=stop)
        return carried.code, len(shop.sent)

    assert asyncio.run(stopped()) == (ExitCode.INTERRUPTED, 1)
    shop = MoodyShop(tmp_path / "shop")
    assert carry_out(one(tmp_path), shop, policy=QUICK).code == ExitCode.DONE
    assert len(shop.jobs()) == 1


class NarrowProvider(CountingProvider):
    """Takes two jobs at once; gives no result before so many jobs came to their end.

    Attributes:
        most_waited: How many jobs were not at their end at once, at most.
    """

    most_jobs = 2

    def __init__(self, ended_first: int) -> None:
        super().__init__()
        self.most_waited = 0
        self._waited: set[str] = set()
        self._ended = 0
        self._ended_first = ended_first
        self._enough = asyncio.Event()

    async def submit(self, prepared: Prepared) -> Job:
        job = await super().submit(prepared)
        self._waited.add(job.id)
        self.most_waited = max(self.most_waited, len(self._waited))
        return job

    async def wait(self, job: Job) -> None:
        await asyncio.sleep(0.02)
        self._waited.discard(job.id)
        self._ended += 1
        if self._ended == self._ended_first:
            self._enough.set()

    async def collect(self, job: Job) -> Response:
        await asyncio.wait_for(self._enough.wait(), 60)
        return await super().collect(job)


def test_a_provider_gets_no_more_jobs_at_once_than_it_takes(tmp_path: Path) -> None:
    narrow = NarrowProvider(ended_first=1)
    assert carry_out(_six(tmp_path), narrow, policy=replace(QUICK, jobs=6)).code == ExitCode.DONE
    assert narrow.most_waited == 2


def test_what_is_downloaded_takes_no_place_of_a_job(tmp_path: Path) -> None:
    narrow = NarrowProvider(ended_first=6)
    assert carry_out(_six(tmp_path), narrow, policy=replace(QUICK, jobs=6)).code == ExitCode.DONE
    assert narrow.most_waited == 2


def _six(root: Path) -> Plan:
    return plan(root, *(action(f"step-{at}", {"image": photo(root, f"in/{at}.png", at)}) for at in range(6)))
