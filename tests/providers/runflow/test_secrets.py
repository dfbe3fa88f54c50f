"""Neither the key nor a signature stands in anything that is raised, told or logged."""

import logging
import traceback
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx2
import pytest

from runner.core.errors import RunnerError
from runner.core.money import parse_money
from runner.providers.base import Job, Prepared
from runner.providers.runflow import RunflowProvider
from runner.providers.runflow.clean import MAX_CHARACTERS, clean_text
from tests.providers.runflow.api import FILES, KEY, SIGNATURE, Api, Remembered, connection, eyes, on, raises, use

LEAK = f"Bearer {KEY} at {FILES}/x?{SIGNATURE}&b=2#{SIGNATURE} or https://user:{KEY}@host/?a={KEY}"
SECRETS = (KEY, "topsecret")

Action = Callable[[RunflowProvider], Awaitable[object]]
PREPARED = Prepared(request=eyes(), reference="r", body=b'{"client_ref":"r","input":{}}')
ACTIONS: dict[str, Action] = {
    "prepare": lambda provider: provider.prepare(eyes(), "r", Remembered()),
    "submit": lambda provider: provider.submit(PREPARED),
    "find": lambda provider: provider.find(PREPARED, "2026-11-21T10:00:00Z"),
    "collect": lambda provider: provider.collect(Job("run-1", eyes())),
    "preflight": lambda provider: provider.preflight(["runflow/eye-color"], parse_money("1")),
}


def leaks(status: int) -> Callable[[httpx2.Request], httpx2.Response]:
    document = {
        "code": KEY, "message": LEAK, "errors": [{"field": LEAK, "message": LEAK}], "id": "run-1",
        "status_code": "failed", "failure_code": LEAK, "failure_message": LEAK, "asset_id": "a",
        "upload_url": f"{FILES}/gone?{SIGNATURE}", "balance": LEAK, "items": LEAK, "inputs": [{"name": LEAK}],
        "target_version": LEAK,
    }  # fmt: skip
    headers = {"location": LEAK, "retry-after": "1", "www-authenticate": LEAK}
    return lambda _: httpx2.Response(status, json=document, headers=headers)


def everything_said(error: BaseException) -> str:
    said = "".join(traceback.format_exception(error)) + repr(error)
    return said + (f"{error.code} {error.message} {error.hint}" if isinstance(error, RunnerError) else "")


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


@pytest.mark.parametrize("status", [200, 302, 400, 401, 402, 403, 404, 405, 408, 409, 413, 422, 429, 500, 503])
@pytest.mark.parametrize("action", ACTIONS)
def test_what_a_provider_leaks_is_not_passed_on(action: str, status: int, logged: pytest.LogCaptureFixture) -> None:
    refuses = on("PUT", "/", lambda _: httpx2.Response(400))
    api = Api(rules=[refuses, on("GET", "/v1", leaks(status)), on("POST", "/v1", leaks(status))])
    said = attempt(api, ACTIONS[action]) + logged.text
    assert [secret for secret in SECRETS if secret in said] == []


@pytest.mark.parametrize("error", [httpx2.ConnectError, httpx2.ReadTimeout, httpx2.RemoteProtocolError])
@pytest.mark.parametrize("action", ACTIONS)
def test_what_fails_on_its_way_tells_nothing(
    action: str, error: type[httpx2.TransportError], logged: pytest.LogCaptureFixture
) -> None:
    api = Api(rules=[on("GET", "/", raises(error)), on("PUT", "/", raises(error)), on("POST", "/", raises(error))])
    said = attempt(api, ACTIONS[action]) + logged.text
    assert [secret for secret in SECRETS if secret in said] == []


def test_a_good_path_logs_nothing_secret(logged: pytest.LogCaptureFixture) -> None:
    api, uploads = Api(), Remembered()

    async def buy(provider: RunflowProvider) -> object:
        return await provider.collect(await provider.submit(await provider.prepare(eyes(), "r", uploads)))

    response = use(api, buy)
    said = logged.text + repr(response) + repr(uploads) + repr(connection())
    assert [secret for secret in SECRETS if secret in said] == []


def attempt(api: Api, action: Action) -> str:
    """Do something and give all that is said of it, also when it succeeds."""
    try:
        return repr(use(api, action))
    except RunnerError as error:
        return everything_said(error)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://a.example/b?c=d and more", "see https://a.example/b and more"),
        ("https://user:pw@a.example/b", "https://a.example/b"),
        ("data:image/png;base64,AAAA here", "data:… here"),
        ("two\nlines\x1b[31m", "two lines [31m"),
        (f"key {KEY}!", "key …!"),
        ("  plain words, really?  ", "plain words, really?"),
        ("runflow://assets/01J0", "runflow://assets/01J0"),
    ],
)
def test_a_text_is_made_fit_to_be_shown(text: str, expected: str) -> None:
    assert clean_text(text, KEY) == expected


def test_a_long_text_is_cut() -> None:
    shown: Any = clean_text("word " * 1000, KEY)
    assert len(shown) == MAX_CHARACTERS
