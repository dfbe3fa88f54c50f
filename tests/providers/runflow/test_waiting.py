"""When a job is asked for, and how requests are spread."""

import asyncio
from itertools import islice, pairwise

import pytest

from runner.core.money import parse_money
from runner.providers.base import Prepared, Response
from runner.providers.runflow import RunflowProvider
from runner.providers.runflow.connection import Doors
from runner.providers.runflow.pace import Pace
from runner.providers.runflow.rhythm import LONGEST_PAUSE_S, Durations, pauses_s
from tests.providers.runflow.api import Api, Clock, eyes, use


def test_the_first_question_comes_near_the_usual_end() -> None:
    first, *others = islice(pauses_s(30.0, 0.0), 5)
    assert 27 <= first <= 33
    assert max(others) < 15


def test_what_has_passed_already_is_not_waited_for_again() -> None:
    assert 9 <= next(pauses_s(30.0, 20.0)) <= 11
    assert next(pauses_s(30.0, 100.0)) < 4


def test_without_experience_questions_begin_early_and_become_rare() -> None:
    pauses = list(islice(pauses_s(None, 0.0), 30))
    assert pauses[0] < 0.6
    assert all(later > 0.8 * earlier for earlier, later in pairwise(pauses))
    assert max(pauses) <= 1.1 * LONGEST_PAUSE_S


def test_questions_of_jobs_accepted_together_are_spread() -> None:
    assert len({next(pauses_s(30.0, 0.0)) for _ in range(20)}) > 10


def test_the_usual_duration_is_the_median_of_the_latest() -> None:
    durations = Durations()
    assert durations.usual_s("m") is None
    for duration_s in (1.0, 2.0, 900.0):
        durations.note("m", duration_s)
    assert durations.usual_s("m") == 2.0
    for _ in range(20):
        durations.note("m", 5.0)
    assert (durations.usual_s("m"), durations.usual_s("other")) == (5.0, None)


def standing_clock() -> Clock:
    """Make a clock that stands still."""

    async def never(pause_s: float) -> None:
        await asyncio.sleep(0 if pause_s < 0.01 else 3600)

    clock = Clock()
    clock.sleep = never  # type: ignore[method-assign]  # a clock that stands still
    return clock


def collect_after(api: Api, provider: RunflowProvider, reference: str) -> "asyncio.Future[Response]":
    async def buy() -> Response:
        body = f'{{"client_ref":"{reference}","input":{{}}}}'.encode()
        return await provider.collect(await provider.submit(Prepared(request=eyes(), reference=reference, body=body)))

    return asyncio.ensure_future(buy())


def test_a_second_job_is_asked_for_once_when_the_first_took_as_long() -> None:
    api = Api(ending={"created_at": "2026-11-21T10:00:00Z", "completed_at": "2026-11-21T10:00:40Z"}, polls=6)
    clock = Clock()

    async def two(provider: RunflowProvider) -> list[float]:
        await collect_after(api, provider, "r1")
        api.polls, before = 0, len(clock.slept)
        await collect_after(api, provider, "r2")
        return clock.slept[before:]

    pauses = [pause for pause in use(api, two, clock) if pause > 1]
    assert len(pauses) == 1
    assert 36 <= pauses[0] <= 44


def test_a_callback_has_a_job_asked_for_at_once() -> None:
    api = Api()

    async def tell(provider: RunflowProvider) -> tuple[bool, bool]:
        collecting = collect_after(api, provider, "r1")
        while "run-1" not in api.runs:  # noqa: ASYNC110 - nothing else tells
            await asyncio.sleep(0)
        news = provider.tell("run-1")
        await asyncio.wait_for(collecting, 1)
        return news, provider.tell("run-1")

    assert use(api, tell, standing_clock()) == (True, False)


def test_a_callback_that_comes_before_its_job_is_waited_for_counts() -> None:
    async def early(provider: RunflowProvider) -> Response:
        provider.tell("run-1")
        return await asyncio.wait_for(collect_after(Api(), provider, "r1"), 1)

    assert use(Api(), early, standing_clock()).charged == parse_money("0.29")


def test_where_callbacks_come_nothing_is_asked_but_once() -> None:
    api = Api()

    async def many(provider: RunflowProvider) -> None:
        for number in range(1, 9):
            provider.tell(f"run-{number}")
            await collect_after(api, provider, f"r{number}")

    use(api, many, callback_url="https://me.example/hook")
    assert sum(one.startswith("GET /v1/runs/") for one in api.asked) == 8


def test_where_no_callback_ever_comes_they_are_no_longer_waited_for() -> None:
    api, clock = Api(), Clock()

    async def many(provider: RunflowProvider) -> list[float]:
        began_s = []
        for number in range(1, 6):
            began_s.append(clock.at_s)
            await collect_after(api, provider, f"r{number}")
        return [later - sooner for sooner, later in pairwise([*began_s, clock.at_s])]

    took_s = use(api, many, clock, callback_url="https://me.example/hook")
    assert min(took_s[:3]) > 4
    assert max(took_s[3:]) < 1


def test_a_job_is_asked_for_without_a_callback_too() -> None:
    api, clock = Api(polls=3), Clock()

    async def quietly(provider: RunflowProvider) -> Response:
        return await collect_after(api, provider, "r1")

    assert use(api, quietly, clock, callback_url="https://me.example/hook").notes == ()


@pytest.mark.parametrize("jobs", [1, 8])
def test_polls_take_half_of_the_requests_at_most(jobs: int) -> None:
    api, clock = Api(polls=4), Clock()

    async def many(provider: RunflowProvider) -> list[Response]:
        return await asyncio.gather(*(collect_after(api, provider, f"r{number}") for number in range(jobs)))

    use(api, many, clock, requests_per_second=10.0)
    shortest = [pause for pause in clock.slept if pause >= 2 * jobs / 10.0]
    assert len(shortest) >= 4 * jobs


def test_turns_are_given_one_after_the_other() -> None:
    clock = Clock()

    async def three() -> list[float]:
        pace = Pace(2.0, Doors(sleep=clock.sleep, now_s=clock.now_s))
        at_s = []
        for _ in range(3):
            await pace.turn()
            at_s.append(clock.at_s)
        return at_s

    assert asyncio.run(three()) == [0.0, 0.5, 1.0]


def test_all_wait_when_the_provider_asks_for_it_but_not_for_ever() -> None:
    clock = Clock()

    async def held() -> float:
        pace = Pace(2.0, Doors(sleep=clock.sleep, now_s=clock.now_s))
        pace.hold(86_400.0)
        await pace.turn()
        return clock.at_s

    assert asyncio.run(held()) == 120.0
