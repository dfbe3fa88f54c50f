"""Several requests of one model as one batch of the API."""

import json
from collections.abc import Mapping

import httpx2
import pytest

from runner.core.digest import digest_bytes
from runner.providers.base import AnswerUnknown, Job, NotSubmitted, Prepared
from runner.providers.runflow import RunflowProvider
from tests.providers.runflow.api import Api, Clock, Remembered, eyes, on, problem, use

PATH = "/v1/models/runflow/eye-color/batches"


async def prepare(provider: RunflowProvider, count: int) -> list[Prepared]:
    uploads = Remembered()
    return [await provider.prepare(eyes(), f"ref-{at}", uploads) for at in range(count)]


async def send(provider: RunflowProvider, count: int = 3) -> Mapping[str, Job]:
    requests = await prepare(provider, count)
    bundler = provider.bundler("runflow/eye-color")
    assert bundler is not None
    return await bundler.submit(requests, bundler.bundle(requests))


def test_each_request_of_a_batch_becomes_a_job() -> None:
    api = Api()
    assert {reference: job.id for reference, job in use(api, send).items()} == {
        "ref-0": "run-1", "ref-1": "run-2", "ref-2": "run-3",
    }  # fmt: skip
    (body,) = api.bodies(PATH)
    assert [item["client_ref"] for item in body["input"]] == ["ref-0", "ref-1", "ref-2"]
    assert {tuple(sorted(item)) for item in body["input"]} == {
        ("client_ref", "color_blue", "color_green", "color_red", "eye_color", "image_url")
    }


def test_the_same_batch_goes_under_the_same_key() -> None:
    api = Api()

    async def twice(provider: RunflowProvider) -> None:
        requests = await prepare(provider, 3)
        bundler = provider.bundler("runflow/eye-color")
        assert bundler is not None
        for some in (requests, requests[1:]):
            await bundler.submit(some, bundler.bundle(requests))

    use(api, twice)
    sent = [one for one in api.requests if one.url.path == PATH]
    assert [one.headers["Idempotency-Key"] for one in sent] == [digest_bytes(sent[0].content)] * 2


def test_a_batch_that_was_written_down_is_sent_again_for_one_of_its_requests() -> None:
    api = Api()

    async def again(provider: RunflowProvider) -> Job:
        requests = await prepare(provider, 3)
        bundler = provider.bundler("runflow/eye-color")
        assert bundler is not None
        body = bundler.bundle(requests)
        return await provider.submit(Prepared(request=requests[1].request, reference="ref-1", body=body))

    assert use(api, again).id == "run-2"
    assert [json.loads(one.content)["input"][1]["client_ref"] for one in api.requests if one.url.path == PATH] == [
        "ref-1"
    ]


def test_a_job_of_a_batch_is_asked_for_when_it_usually_ends() -> None:
    api = Api(ending={"created_at": "2026-11-21T10:00:00Z", "completed_at": "2026-11-21T10:00:40Z"}, polls=3)
    clock = Clock()

    async def two(provider: RunflowProvider) -> list[float]:
        await provider.wait((await send(provider))["ref-0"])
        api.polls, before = 0, len(clock.slept)
        await provider.wait((await send(provider))["ref-1"])
        return clock.slept[before:]

    pauses = [pause for pause in use(api, two, clock) if pause > 1]
    assert len(pauses) == 1
    assert 36 <= pauses[0] <= 44


@pytest.mark.parametrize("status", [404, 405, 413, 422])
def test_a_model_that_takes_no_batches_is_not_asked_again(status: int) -> None:
    api = Api(rules=[on("POST", PATH, lambda _: problem(status, "NO", "not for this model"))])

    async def refused(provider: RunflowProvider) -> object:
        with pytest.raises(NotSubmitted):
            await send(provider)
        return provider.bundler("runflow/eye-color")

    assert use(api, refused) is None


@pytest.mark.parametrize("status", [402, 429])
def test_other_refusals_say_nothing_about_batches(status: int) -> None:
    api = Api(rules=[on("POST", PATH, lambda _: problem(status, "NO", "not now"))])

    async def refused(provider: RunflowProvider) -> object:
        with pytest.raises(NotSubmitted):
            await send(provider)
        return provider.bundler("runflow/eye-color")

    assert use(api, refused) is not None


@pytest.mark.parametrize(
    "items",
    [
        None,
        [],
        ["run-1"],
        [{"client_ref": "ref-0"}],
        [{"run_id": "run-1"}],
        [{"client_ref": "ref-0", "run_id": "../../v1/billing"}],
        [{"client_ref": "of another request", "run_id": "run-1"}],
    ],
)
def test_a_job_that_the_answer_does_not_name_is_left_out(items: object) -> None:
    api = Api(rules=[on("POST", PATH, lambda _: httpx2.Response(201, json={"id": "batch-1", "items": items}))])
    assert use(api, send) == {}


def test_no_answer_to_a_batch_leaves_it_unknown() -> None:
    api = Api(rules=[on("POST", PATH, lambda _: httpx2.Response(502, text="<html>"))])
    with pytest.raises(AnswerUnknown):
        use(api, send)


def test_where_jobs_report_their_end_each_goes_alone() -> None:
    async def bundler(provider: RunflowProvider) -> object:
        return provider.bundler("runflow/eye-color")

    assert use(Api(), bundler) is not None
    assert use(Api(), bundler, callback_url="https://me.example/hook") is None
    assert use(Api(), bundler, batch_size=1) is None
