"""A server that is killed, stopped or canceled upon loses nothing and does nothing twice."""

import signal
import time
from pathlib import Path

import httpx2
import orjson
import pytest

from tests.server.clients import RESIZE, finished_run, long_input, resize_input, send_run, wait_until
from tests.server.loopback import host
from tests.server.process import serving, wait_for_run

pytestmark = pytest.mark.slow

PRICED = ("--price", "image/resize=0.25", "--balance", "10", "--callback-allow", "127.0.0.1")


def _send_long(client: httpx2.Client, **members: object) -> str:
    answer = client.post(RESIZE, json={"input": long_input(), **members})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _has_begun(client: httpx2.Client, run_id: str) -> bool:
    return bool(client.get(f"/v1/runs/{run_id}").json()["status_code"] == "running")


def test_a_killed_server_finishes_its_runs_after_a_restart_and_debits_each_once(tmp_path: Path) -> None:
    with host() as client_side:
        hook = f"{client_side.url}/hook"
        with serving(tmp_path, *PRICED) as server, server.client() as client:
            running = _send_long(client, callback_url=hook)
            waiting = [str(send_run(client, seed, callback_url=hook)["id"]) for seed in range(6)]
            wait_until(lambda: _has_begun(client, running))
            server.kill()
        with serving(tmp_path, *PRICED) as server, server.client() as client:
            runs = [wait_for_run(client, run_id) for run_id in (running, *waiting)]
            client_side.wait_for(7)
            balance = client.get("/v1/billing/balance").json()["balance"]
            messages = [line["message"] for line in client.get(f"/v1/runs/{running}/logs").json()["items"]]
            time.sleep(0.5)

    assert {run["status_code"] for run in runs} == {"succeeded"}
    assert balance == "8.25"
    assert messages == [
        *("queued", "dispatching", "running", "queued again: the server was stopped"),
        *("dispatching", "running", "succeeded"),
    ]
    told = [orjson.loads(received.body) for received in client_side.received]
    assert sorted(callback["run_id"] for callback in told) == sorted([running, *waiting])
    assert {callback["event"] for callback in told} == {"run.completed"}


def test_kills_one_after_the_other_lose_and_double_nothing(tmp_path: Path) -> None:
    sent: list[str] = []
    for seed in range(4):
        with serving(tmp_path, *PRICED) as server, server.client() as client:
            sent += [str(send_run(client, seed * 10 + number)["id"]) for number in range(4)]
            time.sleep(0.15 * seed)
            server.kill()
    with serving(tmp_path, *PRICED) as server, server.client() as client:
        runs = [wait_for_run(client, run_id) for run_id in sent]
        balance = client.get("/v1/billing/balance").json()["balance"]

    assert {run["status_code"] for run in runs} == {"succeeded"}
    assert balance == "6.00"


def test_a_server_that_is_asked_to_stop_finishes_what_it_began_and_keeps_the_rest(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "1") as server, server.client() as client:
        finished_run(client)
        running = _send_long(client)
        waiting = [str(send_run(client, seed)["id"]) for seed in range(12)]
        wait_until(lambda: _has_begun(client, running))
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=30) == 0
        with pytest.raises(httpx2.ConnectError):
            httpx2.get(f"{server.url}/v1/health")
        log = server.log_text()
    assert '"event":"stopped"' in log
    assert "Traceback" not in log
    with serving(tmp_path) as server, server.client() as client:
        assert client.get(f"/v1/runs/{running}").json()["status_code"] == "succeeded"
        assert [wait_for_run(client, run_id)["status_code"] for run_id in waiting] == ["succeeded"] * 12
        log_of_last = client.get(f"/v1/runs/{waiting[-1]}/logs").json()["items"]
    assert [line["message"] for line in log_of_last][-1] == "succeeded"


def test_a_second_signal_stops_at_once_and_still_loses_nothing(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "1") as server, server.client() as client:
        runs = [_send_long(client) for _ in range(4)]
        wait_until(lambda: _has_begun(client, runs[0]))
        server.process.send_signal(signal.SIGINT)
        server.process.send_signal(signal.SIGINT)
        server.process.wait(timeout=30)
    with serving(tmp_path) as server, server.client() as client:
        assert [wait_for_run(client, run_id)["status_code"] for run_id in runs] == ["succeeded"] * 4


def test_a_canceled_run_never_has_a_result(tmp_path: Path) -> None:
    with host() as client_side, serving(tmp_path, *PRICED, "--workers", "1") as server, server.client() as client:
        hook = f"{client_side.url}/hook"
        running, waiting = _send_long(client, callback_url=hook), _send_long(client, callback_url=hook)
        wait_until(lambda: _has_begun(client, running))
        answers = [
            client.post(f"/v1/admin/runs/{run_id}/cancellation", json={"reason": "not needed"})
            for run_id in (running, waiting, running)
        ]
        last = finished_run(client)
        after = [client.get(f"/v1/runs/{run_id}").json() for run_id in (running, waiting)]
        client_side.wait_for(2)
        balance = client.get("/v1/billing/balance").json()["balance"]

    assert [answer.status_code for answer in answers] == [201, 201, 200]
    assert last["status_code"] == "succeeded"
    assert [(run["status_code"], run["output"], run["cost"]) for run in after] == [("canceled", None, "0.00")] * 2
    assert balance == "9.75"
    told = [orjson.loads(received.body) for received in client_side.received]
    assert {(callback["event"], callback["status"], callback["output"]) for callback in told} == {
        ("run.cancelled", "cancelled", None)
    }


def test_organizations_come_in_turn(tmp_path: Path) -> None:
    keys = ("rf_live_0123456789abcdef", "rf_live_fedcba9876543210")
    (tmp_path / "keys").write_text("\n".join(keys))
    (tmp_path / "keys").chmod(0o600)
    options = ("--workers", "1", "--api-key-file", str(tmp_path / "keys"))
    with serving(tmp_path, *options) as server, server.client(keys[0]) as many, server.client(keys[1]) as few:
        first = [_send_long(many) for _ in range(5)]
        run = finished_run(few)
        last = wait_for_run(many, first[-1])

    assert str(run["completed_at"]) < str(last["completed_at"])


def test_what_a_client_sent_is_there_after_a_kill_the_moment_it_is_answered(tmp_path: Path) -> None:
    with serving(tmp_path) as server, server.client() as client:
        accepted = [client.post(RESIZE, json={"input": resize_input(seed)}).json()["id"] for seed in range(20)]
        server.kill()
    with serving(tmp_path) as server, server.client() as client:
        assert {run["id"] for run in client.get("/v1/runs").json()["items"]} == set(accepted)
