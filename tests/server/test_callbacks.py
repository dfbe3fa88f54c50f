"""Callbacks: what arrives, how often, signed with what, and what is said about it."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx2
import orjson
import pytest

from tests.server.clients import finished_run, send_run, told, wait_until
from tests.server.loopback import Host, Received, host
from tests.server.process import Server, serving

pytestmark = pytest.mark.slow

KEY, OTHER_KEY = "rf_test_0123456789abcdef", "rf_test_fedcba9876543210"


@dataclass(frozen=True, slots=True)
class Place:
    """A server with two organizations, and a loopback host that takes its callbacks."""

    server: Server
    host: Host


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("callbacks")
    options = ("--callback-allow", "127.0.0.1", "--workers", "1")
    with host() as outside, serving(folder, *options, key=KEY, others=(OTHER_KEY,)) as server:
        yield Place(server, outside)


@pytest.fixture
def client(place: Place) -> Iterator[httpx2.Client]:
    """A client of an organization without callback secrets."""
    place.host.answers.clear()
    with place.server.client() as client:
        for secret in client.get("/v1/callback-secrets").json()["items"]:
            client.delete(f"/v1/callback-secrets/{secret['id']}").raise_for_status()
        yield client


def ended(client: httpx2.Client, place: Place, metadata: object = None) -> str:
    """Carry out a run with a callback; gives its id."""
    return str(finished_run(client, callback_url=f"{place.host.url}/hook", metadata=metadata)["id"])


def callback_of(place: Place, run_id: str) -> Received:
    return place.host.wait_until(lambda callback: orjson.loads(callback.body)["run_id"] == run_id)


def delivered(client: httpx2.Client, run_id: str) -> dict[str, object]:
    """Wait until the latest delivery of a run is over."""
    wait_until(lambda: bool(deliveries(client, run_id)) and deliveries(client, run_id)[0]["status_code"] != "pending")
    return deliveries(client, run_id)[0]


def deliveries(client: httpx2.Client, run_id: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = client.get(f"/v1/runs/{run_id}/callback").raise_for_status().json()
    return found


def statuses(delivery: dict[str, object]) -> list[int | None]:
    attempts = delivery["attempts"]
    assert isinstance(attempts, list)
    return [attempt["status_code"] for attempt in attempts]


def moments(delivery: dict[str, object]) -> list[datetime]:
    attempts = delivery["attempts"]
    assert isinstance(attempts, list)
    return [datetime.fromisoformat(attempt["created_at"]) for attempt in attempts]


def test_a_callback_says_what_the_contract_says(client: httpx2.Client, place: Place) -> None:
    run_id = ended(client, place, metadata={"order": 7, "größe": [1, None]})
    callback = callback_of(place, run_id)
    document, run = orjson.loads(callback.body), client.get(f"/v1/runs/{run_id}").json()
    assert {name: document[name] for name in document if name != "output"} == {
        "event": "run.completed",
        "run_id": run_id,
        "status": "succeeded",
        "duration_ms": run["duration_ms"],
        "created_at": run["created_at"],
        "completed_at": run["completed_at"],
        "metadata": {"order": 7, "größe": [1, None]},
    }
    assert list(document["output"]) == ["outputs", "seed", "timing", "nsfw_detected"]
    assert httpx2.get(document["output"]["outputs"][0]["url"], trust_env=False).status_code == 200
    assert document["completed_at"].endswith("+00:00")
    assert (callback.path, callback.headers["Content-Type"]) == ("/hook", "application/json")
    assert callback.headers["Runflow-Request-Id"] == run["request_id"]


def test_without_a_secret_a_callback_is_not_signed(client: httpx2.Client, place: Place) -> None:
    assert "Runflow-Signature" not in callback_of(place, ended(client, place)).headers


def test_a_signature_is_that_of_the_current_secret(client: httpx2.Client, place: Place) -> None:
    old = client.post("/v1/callback-secrets", json={"label": "old"}).json()
    new = client.post("/v1/callback-secrets", json={"label": "new"}).json()
    assert (old["is_current"], new["is_current"]) == (True, False)
    assert is_signed_with(old, callback_of(place, ended(client, place)))
    client.patch(f"/v1/callback-secrets/{new['id']}", json={"is_current": True}).raise_for_status()
    assert is_signed_with(new, callback_of(place, ended(client, place)))
    assert client.delete(f"/v1/callback-secrets/{old['id']}").status_code == 204
    listed = client.get("/v1/callback-secrets").json()["items"]
    assert [(secret["id"], secret["is_current"]) for secret in listed] == [(new["id"], True)]


def is_signed_with(secret: dict[str, str], callback: Received) -> bool:
    expected = hmac.new(secret["plain_secret"].encode(), callback.body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, callback.headers["Runflow-Signature"])


def test_a_secret_is_shown_once_and_logged_never(client: httpx2.Client, place: Place) -> None:
    secret = client.post("/v1/callback-secrets", json={}).json()
    place_of = f"/v1/callback-secrets/{secret['id']}"
    shown = [client.get("/v1/callback-secrets"), client.get(place_of), client.patch(place_of, json={"label": "x"})]
    callback_of(place, ended(client, place))
    assert secret["plain_secret"].startswith(secret["key_prefix"])
    assert [answer.status_code for answer in shown] == [200, 200, 200]
    assert secret["plain_secret"] not in "".join(answer.text for answer in shown) + place.server.log_text()


def test_a_server_in_trouble_is_tried_three_times(client: httpx2.Client, place: Place) -> None:
    place.host.answers[:] = [500, 503, 200]
    run_id = ended(client, place)
    delivery = delivered(client, run_id)
    assert (delivery["status_code"], delivery["attempt_count"], statuses(delivery)) == ("succeeded", 3, [500, 503, 200])
    same = [callback.body for callback in place.host.received if orjson.loads(callback.body)["run_id"] == run_id]
    assert same == [str(delivery["payload_bytes"]).encode()] * 3


def test_a_second_passes_before_the_second_try_and_two_before_the_third(client: httpx2.Client, place: Place) -> None:
    place.host.answers[:] = [500, 500, 500]
    delivery = delivered(client, ended(client, place))
    first, second, third = moments(delivery)
    assert (second - first >= timedelta(seconds=1), third - second >= timedelta(seconds=2)) == (True, True)
    assert (delivery["status_code"], delivery["failure_reason_code"]) == ("failed", "HTTP_STATUS")
    assert statuses(delivery) == [500, 500, 500]


@pytest.mark.parametrize("status", [302, 400, 404, 410, 429])
def test_any_other_answer_ends_a_delivery(status: int, client: httpx2.Client, place: Place) -> None:
    place.host.answers[:] = [status]
    delivery = delivered(client, ended(client, place))
    assert (delivery["status_code"], statuses(delivery)) == ("failed", [status])


def test_an_address_that_nobody_listens_on_is_tried_three_times(client: httpx2.Client) -> None:
    run_id = str(finished_run(client, callback_url="http://127.0.0.1:9/hook")["id"])
    delivery = delivered(client, run_id)
    assert (delivery["failure_reason_code"], delivery["attempt_count"]) == ("NETWORK_ERROR", 3)
    assert statuses(delivery) == [None, None, None]


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost:9/",
        "https://[::1]:9/",
        "https://[::ffff:127.0.0.1]:9/",
        "https://2130706433:9/",
        "https://169.254.169.254/",
        "https://10.0.0.1/",
        "https://[64:ff9b::7f00:1]/",
    ],
)
def test_a_callback_inside_is_not_sent(url: str, client: httpx2.Client) -> None:
    delivery = delivered(client, str(finished_run(client, callback_url=url)["id"]))
    assert (delivery["status_code"], delivery["failure_reason_code"], delivery["attempt_count"]) == (
        "failed",
        "REFUSED",
        1,
    )
    assert str(delivery["failure_detail"]).endswith("is not on the public internet")


@pytest.mark.parametrize(
    "url", ["http://localhost/", "http://example.com/", "ftp://x.example/", "/hook", "", 7, "https://x/" + "x" * 2048]
)
def test_a_callback_address_that_cannot_be_is_refused_at_once(url: object, client: httpx2.Client) -> None:
    answer = client.post("/v1/models/image/resize/runs", json={"input": {}, "callback_url": url})
    assert told(answer) == (422, "VALIDATION_ERROR", ["callback_url"])


def test_a_canceled_run_says_cancelled(client: httpx2.Client, place: Place) -> None:
    run = send_run(client, callback_url=f"{place.host.url}/hook")
    answer = client.post(f"/v1/admin/runs/{run['id']}/cancellation")
    callback = orjson.loads(callback_of(place, str(run["id"])).body)
    if answer.status_code == 201:  # else it had ended before
        assert answer.json()["status_code"] == "canceled"
        assert (callback["event"], callback["status"], callback["output"]) == ("run.cancelled", "cancelled", None)


def test_a_failed_run_tells_so_without_output(client: httpx2.Client, place: Place) -> None:
    document = {"image_url": "https://localhost:1/x.png", "width": 9}
    created = client.post(
        "/v1/models/image/resize/runs", json={"input": document, "callback_url": f"{place.host.url}/hook"}
    ).json()
    callback = orjson.loads(callback_of(place, created["id"]).body)
    assert (callback["event"], callback["status"], callback["output"]) == ("run.failed", "failed", None)


def test_a_callback_is_sent_again_when_asked_for(client: httpx2.Client, place: Place) -> None:
    place.host.answers[:] = [400]
    run_id = ended(client, place)
    assert delivered(client, run_id)["status_code"] == "failed"
    again = client.post(f"/v1/runs/{run_id}/callback-redeliveries")
    assert (again.status_code, again.json()["is_automatic"], again.json()["status_code"]) == (201, False, "pending")
    assert delivered(client, run_id)["id"] == again.json()["id"]
    assert [delivery["status_code"] for delivery in deliveries(client, run_id)] == ["succeeded", "failed"]


def test_a_run_without_a_callback_has_none_to_send_again(client: httpx2.Client) -> None:
    run_id = finished_run(client)["id"]
    assert client.get(f"/v1/runs/{run_id}/callback").json() == []
    assert told(client.post(f"/v1/runs/{run_id}/callback-redeliveries")) == (409, "CONFLICT", [])


def test_callbacks_and_secrets_of_others_are_not_there(client: httpx2.Client, place: Place) -> None:
    run_id = ended(client, place)
    secret = client.post("/v1/callback-secrets", json={}).json()["id"]
    with place.server.client(OTHER_KEY) as other:
        answers = [
            other.get(f"/v1/runs/{run_id}/callback"),
            other.post(f"/v1/runs/{run_id}/callback-redeliveries"),
            other.get(f"/v1/callback-secrets/{secret}"),
            other.patch(f"/v1/callback-secrets/{secret}", json={"is_current": False}),
            other.delete(f"/v1/callback-secrets/{secret}"),
        ]
        assert [answer.status_code for answer in answers] == [404] * 5
        assert other.get("/v1/callback-secrets").json()["items"] == []
    assert client.get(f"/v1/callback-secrets/{secret}").json()["is_current"] is True


def test_a_callback_that_waits_is_sent_after_a_kill_and_a_restart(tmp_path: Path) -> None:
    options = ("--callback-allow", "127.0.0.1", "--workers", "1")
    with host() as outside:
        outside.answers[:] = [500]
        with serving(tmp_path, *options) as server, server.client() as client:
            run_id = str(finished_run(client, callback_url=f"{outside.url}/hook")["id"])
            outside.wait_for(1)
            server.kill()
        with serving(tmp_path, *options) as server, server.client() as client:
            delivery = delivered(client, run_id)
            assert delivery["status_code"] == "succeeded"
        bodies = {callback.body for callback in outside.received}
        assert bodies == {str(delivery["payload_bytes"]).encode()}
