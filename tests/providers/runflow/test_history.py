"""A request that got no answer: its job is found whatever the provider's list can do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx2
import pytest

from runner.core.errors import ProviderError
from runner.providers.base import Job, Prepared
from runner.providers.runflow import RunflowProvider
from tests.providers.runflow.api import Api, eyes, on, problem, use

NOW = datetime.now(UTC)


def run(number: int, reference: str, age: timedelta = timedelta(0)) -> dict[str, Any]:
    created = (NOW - age).isoformat()
    return {"id": f"run-{number}", "status_code": "queued", "client_ref": reference, "created_at": created}


def busy(runs: int, mine_at: int) -> Api:
    """Make an API where others bought too, one run a second, and mine is so many back."""
    listed = [run(at, "ref-1" if at == mine_at else f"other-{at}", timedelta(seconds=at)) for at in range(runs)]
    return Api(runs={one["id"]: one for one in listed})


def find(api: Api, sent_s_ago: float = 10.0) -> str | None:
    async def look(provider: RunflowProvider) -> Job | None:
        sent_at = (NOW - timedelta(seconds=sent_s_ago)).isoformat()
        return await provider.find(Prepared(request=eyes(), reference="ref-1", body=b"{}"), sent_at)

    job = use(api, look)
    return None if job is None else job.id


def without_q(request: httpx2.Request) -> httpx2.Request:
    return httpx2.Request("GET", request.url.copy_remove_param("q"), headers=request.headers)


def ignores(api: Api) -> Callable[[httpx2.Request], httpx2.Response]:
    return lambda request: api._list(without_q(request))


def refuses(api: Api) -> Callable[[httpx2.Request], httpx2.Response]:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return problem(422, "BAD_FILTER", "no such field") if "q" in request.url.params else api._list(request)

    return answer


def finds_nothing(api: Api) -> Callable[[httpx2.Request], httpx2.Response]:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json={"items": []}) if "q" in request.url.params else api._list(request)

    return answer


def test_a_list_that_can_filter_is_asked_once() -> None:
    api = busy(300, mine_at=250)
    assert find(api) == "run-250"
    assert api.asked == ["GET /v1/runs"]
    assert api.requests[0].url.params["q"] == "client_ref:ref-1"


@pytest.mark.parametrize("way", [ignores, refuses, finds_nothing])
@pytest.mark.parametrize("mine_at", [0, 99, 100, 250])
def test_a_list_that_cannot_filter_is_read_page_by_page(
    way: Callable[[Api], Callable[[httpx2.Request], httpx2.Response]], mine_at: int
) -> None:
    api = busy(300, mine_at)
    api.rules.append(on("GET", "/v1/runs", way(api)))
    assert find(api) == f"run-{mine_at}"


def test_a_job_whose_label_stands_in_its_metadata_alone_is_found() -> None:
    api = Api(runs={"run-1": {**run(1, ""), "client_ref": None, "metadata": {"client_ref": "ref-1"}}})
    api.rules.append(on("GET", "/v1/runs", finds_nothing(api)))
    assert find(api) == "run-1"


def test_a_list_that_never_says_who_asked_cannot_be_searched() -> None:
    api = Api(runs={"run-1": {**run(1, ""), "client_ref": None}})
    with pytest.raises(ProviderError, match="the list of jobs does not say who asked for them"):
        find(api)


def test_what_is_not_listed_is_not_found() -> None:
    assert find(busy(300, mine_at=1000)) is None


def test_the_list_is_read_back_to_before_the_sending_and_no_further() -> None:
    api = busy(2000, mine_at=5000)
    assert find(api, sent_s_ago=100) is None
    assert len(api.asked) == 1 + 6  # the filter; then pages of 100 runs, of which the first 4 reach over the margin


def test_a_provider_whose_clock_is_hours_behind_is_searched_as_far() -> None:
    slow = timedelta(hours=3)
    listed = [run(at, "ref-1" if at == 150 else f"other-{at}", timedelta(seconds=at) + slow) for at in range(300)]
    api = Api(runs={one["id"]: one for one in listed})

    def answer(request: httpx2.Request) -> httpx2.Response:
        answer = finds_nothing(api)(request)
        answer.headers["date"] = format_datetime(datetime.now(UTC) - slow, usegmt=True)
        return answer

    api.rules.append(on("GET", "/v1/runs", answer))
    assert find(api, sent_s_ago=200) == "run-150"


def test_a_cursor_may_stand_in_an_address_of_which_nothing_else_is_used() -> None:
    api = busy(150, mine_at=120)

    def answer(request: httpx2.Request) -> httpx2.Response:
        page = ignores(api)(request).json()
        following = page["next"] and f"https://elsewhere.example/v1/runs?limit=1&pq={page['next']}"
        return httpx2.Response(200, json={**page, "next": following})

    api.rules.append(on("GET", "/v1/runs", answer))
    assert find(api) == "run-120"
    assert {one.url.host for one in api.requests} == {"api.example.com"}


def test_a_list_without_end_is_not_called_a_no() -> None:
    page = {"items": [run(1, "other")], "next": "again"}
    api = Api(rules=[on("GET", "/v1/runs", lambda _: httpx2.Response(200, json=page))])
    with pytest.raises(ProviderError) as caught:
        find(api)
    assert caught.value.code == "history-too-long"


@pytest.mark.parametrize("answer", [httpx2.Response(200, json={}), httpx2.Response(500), httpx2.Response(403, json={})])
def test_a_list_that_cannot_be_read_is_not_called_a_no(answer: httpx2.Response) -> None:
    with pytest.raises(ProviderError):
        find(Api(rules=[on("GET", "/v1/runs", lambda _: answer)]))
