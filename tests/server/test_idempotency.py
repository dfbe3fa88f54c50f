"""The header Idempotency-Key: the same request again makes nothing new."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from tests.server.clients import RESIZE, resize_input, send_run, told
from tests.server.process import serving, wait_for_run

pytestmark = pytest.mark.slow


def _send(client: httpx2.Client, key: str, path: str = RESIZE, **members: object) -> httpx2.Response:
    return client.post(path, json={"input": resize_input(), **members}, headers={"Idempotency-Key": key})


def test_the_same_request_again_gets_the_same_answer(client: httpx2.Client) -> None:
    first = _send(client, "again", client_ref="idem-1")
    wait_for_run(client, first.json()["id"])
    second = _send(client, "again", client_ref="idem-1")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert len(client.get("/v1/runs", params={"q": "client_ref=idem-1"}).json()["items"]) == 1


def test_the_order_of_keys_and_spaces_do_not_make_another_request(client: httpx2.Client) -> None:
    image = resize_input()["image_url"]
    headers = {"Idempotency-Key": "spaces", "Content-Type": "application/json"}
    bodies = (
        f'{{"input":{{"image_url":"{image}","width":8}}}}',
        f'{{ "input": {{ "width": 8,\n "image_url": "{image}" }} }}',
    )
    first, second = (client.post(RESIZE, content=body, headers=headers) for body in bodies)

    assert first.content == second.content


@pytest.mark.parametrize("members", [{"client_ref": "other"}, {"metadata": {}}])
def test_another_request_under_the_same_key_is_refused(client: httpx2.Client, members: dict[str, object]) -> None:
    key = f"other-{sorted(members)}"
    _send(client, key)

    assert told(_send(client, key, RESIZE, **members)) == (409, "CONFLICT", [])
    assert told(_send(client, key, "/v1/models/image/convert/runs")) == (409, "CONFLICT", [])


def test_a_key_belongs_to_its_organization(client: httpx2.Client, stranger: httpx2.Client) -> None:
    assert _send(client, "shared word").json()["id"] != _send(stranger, "shared word").json()["id"]


def test_a_refused_request_may_be_sent_again_under_its_key(client: httpx2.Client) -> None:
    headers = {"Idempotency-Key": "second try"}
    assert client.post(RESIZE, json={"input": {}}, headers=headers).status_code == 422

    assert _send(client, "second try").status_code == 201


def test_requests_at_the_same_time_make_one_run(client: httpx2.Client) -> None:
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: _send(client, "all at once", client_ref="idem-16"), range(32)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(client.get("/v1/runs", params={"q": "client_ref=idem-16"}).json()["items"]) == 1


def test_a_client_that_gives_up_and_asks_again_makes_one_run(client: httpx2.Client) -> None:
    async def give_up_then_ask() -> str:
        place = {"base_url": client.base_url, "headers": client.headers}
        async with httpx2.AsyncClient(**place) as waiting:  # type: ignore[arg-type]  # the types of the client's own
            body = {"input": resize_input(), "client_ref": "idem-cut"}
            headers = {"Idempotency-Key": "cut"}
            for _ in range(5):
                try:
                    async with asyncio.timeout(0.002):
                        await waiting.post(RESIZE, json=body, headers=headers)
                except TimeoutError:
                    continue
            answer = await waiting.post(RESIZE, json=body, headers=headers)
            return str(answer.json()["id"])

    run_id = asyncio.run(give_up_then_ask())

    found = client.get("/v1/runs", params={"q": "client_ref=idem-cut"}).json()["items"]
    assert [run["id"] for run in found] == [run_id]


def test_keys_outlive_a_kill(tmp_path: Path) -> None:
    with serving(tmp_path) as server, server.client() as client:
        first = _send(client, "kept").content
        server.kill()
    with serving(tmp_path) as server, server.client() as client:
        assert _send(client, "kept").content == first
        assert len(client.get("/v1/runs").json()["items"]) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
def test_a_key_is_printable_and_short(client: httpx2.Client, key: str) -> None:
    assert told(_send(client, key)) == (422, "VALIDATION_ERROR", ["Idempotency-Key"])


def test_without_the_header_each_request_makes_a_run(client: httpx2.Client) -> None:
    assert send_run(client)["id"] != send_run(client)["id"]
