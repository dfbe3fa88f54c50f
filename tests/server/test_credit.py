"""Credit: refused when it is too low, debited when a run succeeds, never twice."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import httpx2
import pytest

from tests.server.clients import RESIZE, finished_run, resize_input, told
from tests.server.process import serving, wait_for_run

pytestmark = pytest.mark.slow

PRICED = ("--price", "image/resize=0.30", "--price", "runflow/eye-color=0.29", "--balance", "1 USD")


def _balance(client: httpx2.Client) -> str:
    return str(client.get("/v1/billing/balance").json()["balance"])


def test_runs_are_debited_until_the_balance_is_too_low(tmp_path: Path) -> None:
    with serving(tmp_path, *PRICED) as server, server.client() as client:
        assert [finished_run(client)["cost"] for _ in range(3)] == ["0.30", "0.30", "0.30"]
        assert _balance(client) == "0.10"
        refused = client.post(RESIZE, json={"input": resize_input()})
        assert told(refused) == (402, "INSUFFICIENT_CREDIT", [])
        convert = {"image_url": resize_input()["image_url"], "format": "png"}
        assert client.post("/v1/models/image/convert/runs", json={"input": convert}).status_code == 201
        assert len(client.get("/v1/runs").json()["items"]) == 4
    with serving(tmp_path, *PRICED) as server, server.client() as client:
        assert _balance(client) == "0.10"
    with serving(tmp_path, *PRICED[:-1], "2") as server, server.client() as client:
        assert _balance(client) == "1.10"
        finished_run(client)
        assert _balance(client) == "0.80"


def test_what_runs_will_cost_is_set_aside_however_many_come_at_once(tmp_path: Path) -> None:
    with serving(tmp_path, *PRICED) as server, server.client() as client:
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda _: client.post(RESIZE, json={"input": resize_input()}), range(16)))
        accepted = [answer.json()["id"] for answer in answers if answer.status_code == 201]
        for run_id in accepted:
            wait_for_run(client, run_id)

        assert sorted(answer.status_code for answer in answers) == [201] * 3 + [402] * 13
        assert _balance(client) == "0.10"


def test_a_run_that_fails_is_not_debited_and_gives_back_what_was_set_aside(tmp_path: Path) -> None:
    given = {**resize_input(), "eye_color": "green", "color_red": 1, "color_green": 2, "color_blue": 3}
    del given["width"]
    with serving(tmp_path, *PRICED[:-1], "0.30") as server, server.client() as client:
        for _ in range(2):
            answer = client.post("/v1/models/runflow/eye-color/runs", json={"input": given})
            run = wait_for_run(client, answer.json()["id"])
            assert (run["status_code"], run["cost"]) == ("failed", "0.00")
        assert _balance(client) == "0.30"


def test_a_batch_is_admitted_whole_or_not_at_all(tmp_path: Path) -> None:
    path = "/v1/models/image/resize/batches"
    with serving(tmp_path, *PRICED) as server, server.client() as client:
        four = client.post(path, json={"input": [resize_input(seed) for seed in range(4)]})
        assert told(four) == (402, "INSUFFICIENT_CREDIT", [])
        assert (client.get("/v1/runs").json()["items"], _balance(client)) == ([], "1.00")
        three = client.post(path, json={"input": [resize_input(seed) for seed in range(3)]}).json()
        for item in three["items"]:
            wait_for_run(client, item["run_id"])
        batch = client.get(f"/v1/batches/{three['id']}").json()
        assert (batch["status_code"], Decimal(batch["cost"]), _balance(client)) == ("succeeded", Decimal("0.9"), "0.10")


def test_each_organization_has_its_own_balance(tmp_path: Path) -> None:
    keys = ("rf_live_0123456789abcdef", "rf_live_fedcba9876543210")
    (tmp_path / "keys").write_text("\n".join(keys))
    (tmp_path / "keys").chmod(0o600)
    options = (*PRICED, "--api-key-file", str(tmp_path / "keys"))
    with serving(tmp_path, *options) as server, server.client(keys[0]) as one, server.client(keys[1]) as two:
        finished_run(one)
        assert (_balance(one), _balance(two)) == ("0.70", "1.00")
