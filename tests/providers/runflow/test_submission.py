"""Each answer to the one request that may cost money: a job, certainly none, or nobody knows."""

import httpx2
import pytest

from runner.core.errors import ProviderError
from runner.providers.base import AnswerUnknown, Job, NotSubmitted, Prepared
from runner.providers.runflow import RunflowProvider
from tests.providers.runflow.api import API, Api, Clock, Remembered, eyes, on, problem, raises, use

MODELS = "/v1/models"


async def submit(provider: RunflowProvider) -> Job:
    return await provider.submit(Prepared(request=eyes(), reference="ref-1", body=b"{}"))


def failure(api: Api, clock: Clock | None = None) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        use(api, submit, clock)
    return caught.value


def answered(answer: httpx2.Response) -> ProviderError:
    api = Api(rules=[on("POST", MODELS, lambda _: answer)])
    error = failure(api)
    assert api.asked.count("POST /v1/models/runflow/eye-color/runs") == 1  # whatever the answer is: sent once
    return error


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "BAD_REQUEST", "input-refused"),
        (401, "UNAUTHORIZED", "key-refused"),
        (402, "INSUFFICIENT_CREDIT", "balance-too-low"),
        (402, "INSUFFICIENT_CREDITS", "balance-too-low"),
        (403, "PERMISSION_DENIED", "not-allowed"),
        (404, "MODEL_NOT_FOUND", "not-offered"),
        (405, "METHOD_NOT_ALLOWED", "not-offered"),
        (413, "TOO_LARGE", "input-too-large"),
        (418, "TEAPOT", "request-refused"),
        (422, "VALIDATION_ERROR", "input-refused"),
    ],
)
def test_a_no_is_certain_and_stays_one(status: int, code: str, expected: str) -> None:
    error = answered(problem(status, code, "a reason"))
    assert (type(error), error.code, error.retryable) == (NotSubmitted, expected, False)


def test_too_many_requests_are_a_no_for_now() -> None:
    error = answered(problem(429, "RATE_LIMITED", "later"))
    assert (type(error), error.retryable) == (NotSubmitted, True)


def test_a_model_without_time_is_a_no_only_where_no_job_is_listed() -> None:
    error = answered(problem(503, "MODEL_UNAVAILABLE", "later"))
    assert isinstance(error, AnswerUnknown)
    assert error.is_busy


@pytest.mark.parametrize(
    "answer",
    [
        problem(408, "REQUEST_TIMEOUT", "too slow"),
        problem(409, "CONFLICT", "another request with this key is under way"),
        problem(500, "INTERNAL", "trouble"),
        httpx2.Response(502, text="<html>Bad Gateway</html>"),
        httpx2.Response(503, text="<html>a proxy's own page</html>"),
        httpx2.Response(504),
        httpx2.Response(201, text="<html>not the API</html>"),
        httpx2.Response(201, json={"id": "run-1"}),
        httpx2.Response(201, json={"id": "../../v1/billing", "status_code": "queued"}),
        httpx2.Response(201, json={"id": "run-9", "status_code": "queued", "client_ref": "of another request"}),
        httpx2.Response(201, json=[]),
        httpx2.Response(201),
        httpx2.Response(200, text='{"id": "run-1", "status_c'),
    ],
)
def test_what_is_neither_yes_nor_no_is_unknown(answer: httpx2.Response) -> None:
    assert type(answered(answer)) is AnswerUnknown


@pytest.mark.parametrize("error", [httpx2.ConnectError, httpx2.ConnectTimeout])
def test_without_a_connection_nothing_was_sent(error: type[httpx2.TransportError]) -> None:
    found = failure(Api(rules=[on("POST", MODELS, raises(error))]))
    assert (type(found), found.code, found.retryable) == (NotSubmitted, "not-sent", True)


@pytest.mark.parametrize(
    "error",
    [httpx2.ReadError, httpx2.ReadTimeout, httpx2.WriteError, httpx2.WriteTimeout, httpx2.RemoteProtocolError],
)
def test_a_connection_that_breaks_off_leaves_it_unknown(error: type[httpx2.TransportError]) -> None:
    assert type(failure(Api(rules=[on("POST", MODELS, raises(error))]))) is AnswerUnknown


class Broken(httpx2.AsyncByteStream):
    """A body that breaks off."""

    def __init__(self, start: bytes) -> None:
        self._start = start

    async def __aiter__(self):  # type: ignore[no-untyped-def]  # as its base
        yield self._start
        raise httpx2.RemoteProtocolError("peer closed connection without sending complete message body")


@pytest.mark.parametrize(("status", "expected"), [(201, AnswerUnknown), (500, AnswerUnknown), (503, AnswerUnknown)])
def test_half_an_answer_is_none(status: int, expected: type[ProviderError]) -> None:
    start = b'{"code": "MODEL_UNAVAILABLE", "id": "run-1", "status_code": "queued"'
    assert type(answered(httpx2.Response(status, stream=Broken(start)))) is expected


@pytest.mark.parametrize("status", [402, 422, 429])
def test_the_status_of_a_no_is_enough(status: int) -> None:
    assert type(answered(httpx2.Response(status, stream=Broken(b'{"code":')))) is NotSubmitted


def test_a_redirect_is_not_followed() -> None:
    error = answered(httpx2.Response(307, headers={"location": "https://elsewhere.example/v1"}))
    assert (type(error), error.code) == (NotSubmitted, "redirected")


def test_a_refused_key_names_the_variable_that_was_read() -> None:
    error = answered(problem(401, "UNAUTHORIZED", "no"))
    assert error.message == "api.example.com does not accept the key in RUNFLOW_API_KEY"
    assert "RUNFLOW_API_KEY" in error.hint


def test_too_little_money_is_told_with_what_there_is_and_what_is_needed() -> None:
    api = Api(
        rules=[on("POST", MODELS, lambda _: problem(402, "INSUFFICIENT_CREDIT", "no"))], balance={"balance": "0.1"}
    )
    assert failure(api).message == "in/a.png: runflow/eye-color: the balance is $0.10, and this needs $0.29"


def test_a_balance_that_would_do_but_for_jobs_under_way_is_told_so() -> None:
    api = Api(rules=[on("POST", MODELS, lambda _: problem(402, "X", "no"))], balance={"balance": "0.35"})
    assert failure(api).message.endswith("$0.35, and this needs $0.29: jobs under way have set some of it aside")


def test_a_balance_in_cents_is_understood() -> None:
    api = Api(rules=[on("POST", MODELS, lambda _: problem(402, "X", "no"))], balance={"balance_cents": 12})
    assert "the balance is $0.12" in failure(api).message


def test_too_little_money_is_told_also_where_the_balance_is_not() -> None:
    refuses = [
        on("POST", MODELS, lambda _: problem(402, "X", "no")),
        on("GET", "/v1/billing", lambda _: problem(403, "X", "")),
    ]
    assert failure(Api(rules=refuses)).message == "in/a.png: runflow/eye-color: the balance is too low: no"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"errors": [{"field": "input.color_red", "message": "bad"}]}, "'rgb' (sent as color_red): bad"),
        ({"errors": [{"field": "eye_color", "message": "is required"}]}, "'eye_color': is required"),
        ({"detail": [{"loc": ["body", "input", "image_url"], "msg": "bad"}]}, "'image' (sent as image_url): bad"),
        ({"errors": {"image_url": "bad"}}, "'image' (sent as image_url): bad"),
        ({"errors": [{"field": "metadata", "message": "too deep"}]}, "metadata: too deep"),
        ({"errors": [], "message": "just so"}, "just so"),
        ({"error": {"message": "nested"}}, "nested"),
        ({"message": None}, "answered 422 without a reason"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_called_as_the_recipe_calls_it(more: dict[str, object], expected: str) -> None:
    error = answered(httpx2.Response(422, json={"code": "VALIDATION_ERROR", **more}))
    assert error.message == f"in/a.png: runflow/eye-color: refused: {expected}"


def test_the_time_that_a_busy_provider_asks_for_is_kept() -> None:
    clock = Clock()
    busy = httpx2.Response(429, json={"code": "RATE_LIMITED"}, headers={"retry-after": "30"})
    api = Api(rules=[on("POST", MODELS, lambda _: busy, times=1)])

    async def twice(provider: RunflowProvider) -> Job:
        prepared = await provider.prepare(eyes(), "ref-1", Remembered())
        with pytest.raises(NotSubmitted):
            await provider.submit(prepared)
        await provider.turn()
        assert clock.at_s >= 30
        return await provider.submit(prepared)

    use(api, twice, clock)


def test_a_turn_is_waited_for_before_the_sending_and_not_once_more_in_it() -> None:
    clock = Clock()

    async def thrice(provider: RunflowProvider) -> list[float]:
        prepared, turns_s, sendings_s = await provider.prepare(eyes(), "ref-1", Remembered()), [], []
        for _ in range(3):
            before_s = clock.at_s
            await provider.turn()
            turns_s.append(clock.at_s - before_s)
            await provider.submit(prepared)
            sendings_s.append(clock.at_s - before_s - turns_s[-1])
        return [*turns_s[1:], *sendings_s]

    assert use(Api(), thrice, clock, requests_per_second=0.5) == [2.0, 2.0, 0.0, 0.0, 0.0]


def test_a_conflict_says_that_sending_again_tells_nothing() -> None:
    conflict = answered(problem(409, "CONFLICT", "under way"))
    other = answered(problem(500, "INTERNAL", "trouble"))
    told = [isinstance(error, AnswerUnknown) and error.is_conflict for error in (conflict, other)]
    assert told == [True, False]


def test_an_upload_that_expired_is_made_again_the_next_time() -> None:
    def gone(request: httpx2.Request) -> httpx2.Response:
        says = "asset not found or expired: runflow://assets/asset-1"
        api.assets.pop("asset-1")
        return httpx2.Response(422, json={"code": "X", "errors": [{"field": "input.image_url", "message": says}]})

    api, uploads = Api(rules=[on("POST", MODELS, gone, times=1)]), Remembered()

    async def again(provider: RunflowProvider) -> None:
        prepared = await provider.prepare(eyes(), "ref-1", uploads)
        with pytest.raises(NotSubmitted) as caught:
            await provider.submit(prepared)
        assert (caught.value.code, caught.value.retryable, caught.value.is_stale) == ("upload-expired", True, True)
        fresh = await provider.prepare(eyes(), "ref-1", uploads)
        assert fresh.body != prepared.body
        await provider.submit(fresh)

    use(api, again)


def test_the_address_of_the_api_may_have_a_path() -> None:
    api = Api(
        rules=[on("POST", "/proxy/v1/models", lambda _: httpx2.Response(201, json={"id": "r", "status": "queued"}))]
    )
    assert use(api, submit, base_url=f"{API}/proxy").id == "r"
