"""What came of a job: every ending, every shape of output, and a result that is fetched in spite of trouble."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from runner.core.errors import ProviderError
from runner.core.money import ZERO, parse_money
from runner.providers.base import Job, JobFailed, Prepared, Response
from runner.providers.runflow import RunflowProvider
from runner.providers.runflow.connection import TimeLimits
from tests.providers.runflow.api import FILES, JPEG, PNG, SIGNATURE, Api, Clock, eyes, on, problem, raises, use

OUT = f"{FILES}/out.png?{SIGNATURE}"


def collect(api: Api, clock: Clock | None = None, **changes: Any) -> Response:
    async def buy(provider: RunflowProvider) -> Response:
        return await provider.collect(
            await provider.submit(Prepared(request=eyes(), reference="r", body=b'{"client_ref":"r","input":{}}'))
        )

    return use(api, buy, clock, **changes)


def failure(api: Api, clock: Clock | None = None, **changes: Any) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        collect(api, clock, **changes)
    return caught.value


@pytest.mark.parametrize(
    "output",
    [
        {"outputs": [{"url": OUT, "type": "image"}]},
        {"outputs": [{"url": OUT}]},
        {"outputs": [{"url": f"{FILES}/film.mp4", "type": "video"}, {"url": OUT, "type": "image"}]},
        {"outputs": None, "image_urls": [OUT]},
        {"image_urls": [OUT]},
        {"image": {"url": OUT}},
        {"image": [OUT]},
        {"image": OUT},
        {"url": OUT},
        {"output_url": OUT},
    ],
)
def test_a_result_is_found_in_every_shape(output: dict[str, Any]) -> None:
    assert collect(Api(ending={"output": output})).content == PNG


def test_the_media_type_is_that_of_the_content() -> None:
    assert collect(Api(files={"/out.png": JPEG})).media_type == "image/jpeg"


@pytest.mark.parametrize(
    ("cost", "expected"),
    [("0.29", "0.29"), ("0.2900000000", "0.29"), (0.29, "0.29"), ("0", "0"), ("12", "12"), ("0.0000001", "0.000001")],
)
def test_what_is_charged_is_what_the_provider_says(cost: object, expected: str) -> None:
    assert collect(Api(ending={"cost": cost})).charged == parse_money(expected)


@pytest.mark.parametrize("cost", [None, "free", "-1", "NaN", True, {}])
def test_a_cost_that_is_not_told_is_noted(cost: object) -> None:
    response = collect(Api(ending={"cost": cost}))
    assert response.charged == ZERO
    assert response.notes == ("the provider does not say what the job cost",)


@pytest.mark.parametrize(
    ("began_at", "run_ms"), [("2026-11-21T07:25:01Z", 2500), (None, None), ("soon", None), ("2026-11-21T07:26:00Z", 0)]
)
def test_the_time_of_work_is_that_of_the_providers_clock(began_at: str | None, run_ms: int | None) -> None:
    times = {"started_at": began_at, "completed_at": "2026-11-21T07:25:03.500Z"}
    assert collect(Api(ending=times)).run_ms == run_ms


def test_success_in_part_is_a_success_with_a_note() -> None:
    response = collect(Api(ending={"status_code": "partial_succeeded"}))
    assert (response.content, response.notes) == (PNG, ("the job succeeded in part only",))


def test_further_pictures_are_noted() -> None:
    output = {"outputs": [{"url": OUT}, {"url": f"{FILES}/2.png"}]}
    assert collect(Api(ending={"output": output})).notes == ("the job gave 2 pictures; the first one was taken",)


@pytest.mark.parametrize("status", ["canceled", "cancelled"])
def test_a_job_may_be_cancelled_in_two_spellings(status: str) -> None:
    error = failure(Api(ending={"status_code": status, "output": None}))
    assert isinstance(error, JobFailed)
    assert (error.code, error.charged, error.retryable) == ("job-cancelled", parse_money("0.29"), False)
    assert error.message == (
        "in/a.png: runflow/eye-color: job run-1 was cancelled at the provider; it was charged $0.29"
    )


def test_a_failure_says_what_the_provider_said() -> None:
    ending = {
        "status_code": "failed", "cost": None, "output": None, "failure_code": "INPUT_VALIDATION_FAILED",
        "failure_message": "image dimensions exceed 4096x4096",
    }  # fmt: skip
    error = failure(Api(ending=ending))
    assert isinstance(error, JobFailed)
    assert (error.charged, error.retryable) == (ZERO, False)
    assert error.message == (
        "in/a.png: runflow/eye-color: job run-1 failed: INPUT_VALIDATION_FAILED: image dimensions exceed 4096x4096"
    )


def test_a_failure_may_stand_in_an_error_object() -> None:
    error = failure(Api(ending={"status_code": "failed", "error": {"code": "NO_FACE", "message": "no face"}}))
    assert "NO_FACE: no face" in error.message


@pytest.mark.parametrize("code", ["PROVIDER_TIMEOUT", "INTERNAL_ERROR", "DISPATCH_FAILED", "MODEL_UNAVAILABLE"])
def test_a_failure_that_another_job_may_not_meet_may_be_retried(code: str) -> None:
    assert failure(Api(ending={"status_code": "failed", "failure_code": code})).retryable


def test_a_failure_for_an_expired_upload_may_be_retried() -> None:
    says = "asset not found or expired: runflow://assets/asset-1"
    assert failure(Api(ending={"status_code": "failed", "failure_code": "INPUT", "failure_message": says})).retryable


@pytest.mark.parametrize("output", [None, {}, {"outputs": []}, {"outputs": [{"url": "data:image/png;base64,AA"}]}, []])
def test_success_without_a_picture_is_a_failure_that_was_charged(output: object) -> None:
    error = failure(Api(ending={"output": output}))
    assert isinstance(error, JobFailed)
    assert (error.code, error.charged) == ("no-result", parse_money("0.29"))


def test_an_expired_address_is_signed_anew() -> None:
    api = Api(rules=[on("GET", "/out.png", lambda _: httpx2.Response(403), times=2)])
    assert collect(api).content == PNG
    assert api.asked.count("GET /v1/runs/run-1") == 3


def test_a_page_in_place_of_the_picture_is_not_taken() -> None:
    page = httpx2.Response(200, stream=httpx2.ByteStream(b"<html>sorry</html>"))
    assert collect(Api(rules=[on("GET", "/out.png", lambda _: page, times=1)])).content == PNG


@pytest.mark.parametrize("whole", [PNG, JPEG], ids=["png", "jpeg"])
def test_half_a_picture_is_not_taken_for_a_whole_one(whole: bytes) -> None:
    half = httpx2.Response(200, stream=httpx2.ByteStream(whole[: len(whole) // 2]))
    api = Api(files={"/out.png": whole}, rules=[on("GET", "/out.png", lambda _: half, times=1)])
    assert collect(api).content == whole
    assert api.asked.count("GET /out.png") == 2


def test_a_result_that_breaks_off_is_fetched_again() -> None:
    assert collect(Api(rules=[on("GET", "/out.png", raises(httpx2.RemoteProtocolError), times=2)])).content == PNG


def test_a_result_that_cannot_be_fetched_is_not_a_failed_job() -> None:
    error = failure(Api(rules=[on("GET", "/out.png", lambda _: httpx2.Response(403))]))
    assert not isinstance(error, JobFailed)
    assert (error.code, error.retryable) == ("result-not-fetched", True)
    assert "run-1" in error.message


@pytest.mark.parametrize(
    "address", ["http://files.example.net/out.png", "https://private.example/out.png", "file:///etc/passwd"]
)
def test_a_result_is_fetched_over_https_from_public_hosts_alone(address: str) -> None:
    api = Api(ending={"output": {"url": address}})
    assert failure(api).code in {"result-not-fetched", "no-result"}
    assert "GET /out.png" not in api.asked


def test_a_provider_on_this_machine_may_give_addresses_on_this_machine() -> None:
    output = {"url": "http://localhost:8787/out.png"}
    api = Api(ending={"output": output}, rules=[on("GET", "/out.png", lambda _: picture())])
    assert collect(api, base_url="http://127.0.0.1:8787").content == PNG


def picture() -> httpx2.Response:
    return httpx2.Response(200, stream=httpx2.ByteStream(PNG))


Trouble = Callable[[httpx2.Request], httpx2.Response]


@pytest.mark.parametrize(
    "trouble",
    [
        raises(httpx2.ConnectError), raises(httpx2.ReadTimeout), raises(httpx2.RemoteProtocolError),
        lambda _: problem(429, "RATE_LIMITED", "later"), lambda _: problem(500, "INTERNAL", "trouble"),
        lambda _: httpx2.Response(502, text="<html>"), lambda _: httpx2.Response(200, text='{"id": "run-1", "sta'),
    ],
)  # fmt: skip
def test_polling_goes_on_through_trouble(trouble: Trouble) -> None:
    assert collect(Api(rules=[on("GET", "/v1/runs/", trouble, times=4)])).content == PNG


def test_a_provider_that_is_away_for_a_while_loses_no_job() -> None:
    clock = Clock()
    assert collect(Api(rules=[on("GET", "/v1/runs/", raises(httpx2.ConnectError), times=20)]), clock).content == PNG
    assert clock.at_s > 15


def test_polling_gives_up_without_calling_the_job_failed() -> None:
    error = failure(Api(rules=[on("GET", "/v1/runs/", raises(httpx2.ReadTimeout))]))
    assert not isinstance(error, JobFailed)
    assert (error.code, error.retryable) == ("provider-unreachable", True)


def test_a_job_that_is_listed_late_is_waited_for() -> None:
    missing = on("GET", "/v1/runs/", lambda _: problem(404, "RUN_NOT_FOUND", "no"), times=3)
    assert collect(Api(rules=[missing])).content == PNG


def test_a_job_that_is_not_there_is_told() -> None:
    error = failure(Api(rules=[on("GET", "/v1/runs/", lambda _: problem(404, "RUN_NOT_FOUND", "no"))]))
    assert (error.code, isinstance(error, JobFailed)) == ("job-not-found", False)


def test_a_job_that_takes_too_long_is_left_for_another_time() -> None:
    clock = Clock()
    error = failure(Api(polls=10**6), clock, limits=TimeLimits(job_s=60.0))
    assert (error.code, error.retryable) == ("job-not-done", True)
    assert 60 <= clock.at_s < 90


def test_an_answer_about_another_job_is_not_taken() -> None:
    other = {"id": "run-2", "status_code": "succeeded", "output": {"url": OUT}, "cost": "9.99"}
    for_ever, twice = (on("GET", "/v1/runs/", lambda _: httpx2.Response(200, json=other), times) for times in (100, 2))
    assert failure(Api(rules=[for_ever])).code == "garbled-answer"
    assert collect(Api(rules=[twice])).content == PNG


def test_collecting_again_gives_the_same() -> None:
    async def twice(provider: RunflowProvider) -> list[Response]:
        job = await provider.submit(Prepared(request=eyes(), reference="r", body=b'{"client_ref":"r","input":{}}'))
        return [await provider.collect(job), await provider.collect(job)]

    first, second = use(Api(), twice)
    assert first == second


def test_a_job_of_an_earlier_process_is_asked_for_at_once() -> None:
    api, clock = Api(), Clock()
    collect(api)
    use(api, lambda provider: provider.collect(Job("run-1", eyes())), clock)
    assert clock.at_s < 0.1
