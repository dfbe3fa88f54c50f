"""Batches: many runs that are admitted together and told of together."""

from pathlib import Path

import httpx2
import orjson
import pytest

from tests.server.clients import resize_input, told, wait_until, words
from tests.server.loopback import host
from tests.server.process import serving

pytestmark = pytest.mark.slow

BATCHES = "/v1/models/image/resize/batches"
FIELDS = words(
    """
    id target_type target_id status_code items_total items_succeeded items_failed items_cancelled items
    created_at output cost metadata callback_url started_at completed_at org_id target_type_code source_code
    input resolved_template_id dispatch_provider_link_id duration_ms failure_code failure_message
    failure_stage_code created_by links
    """
)


def _ended(client: httpx2.Client, batch_id: str) -> dict[str, object]:
    place = f"/v1/batches/{batch_id}"
    wait_until(lambda: client.get(place).json()["completed_at"] is not None)
    batch: dict[str, object] = client.get(place).json()
    return batch


def test_a_batch_runs_its_items_in_order_and_ends(client: httpx2.Client) -> None:
    items = [{**resize_input(number), "client_ref": f"item-{number}"} for number in range(5)]
    answer = client.post(BATCHES, json={"input": items, "metadata": {"season": "autumn"}})
    accepted = answer.json()
    batch = _ended(client, accepted["id"])

    assert answer.status_code == 201
    assert FIELDS <= set(accepted) == set(batch)
    assert (accepted["status_code"], accepted["items_total"], accepted["output"]) == ("queued", 5, None)
    assert (batch["status_code"], batch["items_succeeded"], batch["metadata"]) == ("succeeded", 5, {"season": "autumn"})
    listed = client.get(f"/v1/batches/{batch['id']}/items", params={"limit": 3}).json()
    rest = client.get(f"/v1/batches/{batch['id']}/items", params={"limit": 3, "pq": listed["next"]}).json()
    found = listed["items"] + rest["items"]
    assert [item["client_ref"] for item in found] == [f"item-{number}" for number in range(5)]
    assert [item["sequence_index"] for item in found] == list(range(5))
    assert {item["run"]["batch_id"] for item in found} == {batch["id"]}
    assert httpx2.get(found[4]["output"]["outputs"][0]["url"]).status_code == 200
    assert client.get(f"/v1/batches/{batch['id']}/items/{found[2]['id']}").json()["run_id"] == found[2]["run_id"]
    runs = client.get("/v1/runs", params={"q": f"batch_id={batch['id']}"}).json()["items"]
    assert {run["id"] for run in runs} == {item["run_id"] for item in found}


def test_a_batch_whose_items_cannot_all_be_done_has_partly_succeeded(client: httpx2.Client) -> None:
    broken = {"image_url": "https://no-such-host.invalid/a.png", "width": 8}
    both = client.post(BATCHES, json={"input": [resize_input(), broken]}).json()
    none = client.post(BATCHES, json={"input": [broken]}).json()

    batch = _ended(client, both["id"])
    assert (batch["status_code"], batch["items_succeeded"], batch["items_failed"]) == ("partial_succeeded", 1, 1)
    failed = _ended(client, none["id"])
    assert (failed["status_code"], failed["failure_code"], failed["cost"]) == ("failed", "ALL_ITEMS_FAILED", "0.00")
    item = client.get(f"/v1/batches/{none['id']}/items").json()["items"][0]
    assert item["error"]["code"] == item["run"]["failure_code"]


@pytest.mark.parametrize(
    ("items", "fields"),
    [
        ([], ["input"]),
        ([{}] * 101, ["input"]),
        ({"image_url": "x"}, ["input"]),
        ([1, {}], ["input[0]"]),
        ([{"client_ref": 1}], ["input[0].client_ref"]),
    ],
)
def test_a_batch_is_refused_with_what_is_wrong(client: httpx2.Client, items: object, fields: list[str]) -> None:
    assert told(client.post(BATCHES, json={"input": items})) == (422, "VALIDATION_ERROR", fields)


def test_one_bad_item_refuses_the_batch_and_makes_nothing(client: httpx2.Client) -> None:
    items = [resize_input(), {**resize_input(), "width": "wide", "height": 8}, {"width": 8}]
    before = client.get("/v1/runs", params={"limit": 1}).json()["items"]

    assert told(client.post(BATCHES, json={"input": items})) == (
        422,
        "VALIDATION_ERROR",
        ["input[1].width", "input[2].image_url"],
    )
    assert client.get("/v1/runs", params={"limit": 1}).json()["items"] == before


def test_another_organizations_batch_is_not_there(client: httpx2.Client, stranger: httpx2.Client) -> None:
    batch = _ended(client, client.post(BATCHES, json={"input": [resize_input()]}).json()["id"])
    place = f"/v1/batches/{batch['id']}"
    item = client.get(f"{place}/items").json()["items"][0]

    for path in (place, f"{place}/items", f"{place}/items/{item['id']}"):
        assert told(stranger.get(path)) == (404, "BATCH_NOT_FOUND", [])
    assert told(client.get(f"{place}/items/none")) == (404, "BATCH_ITEM_NOT_FOUND", [])
    assert told(client.post("/v1/models/resize/batches", json={})) == (405, "METHOD_NOT_ALLOWED", [])


def test_a_batch_sent_again_under_its_key_is_the_same_batch(client: httpx2.Client) -> None:
    body, headers = {"input": [resize_input()]}, {"Idempotency-Key": "batch"}
    first, second = (client.post(BATCHES, json=body, headers=headers) for _ in range(2))

    assert first.content == second.content


def test_a_batch_calls_back_once_with_all_of_its_items(tmp_path: Path) -> None:
    with (
        host() as client_side,
        serving(tmp_path, "--callback-allow", "127.0.0.1") as server,
        server.client() as client,
    ):
        body = {"input": [resize_input(number) for number in range(3)], "callback_url": f"{client_side.url}/batch"}
        batch_id = client.post(BATCHES, json=body).json()["id"]
        _ended(client, batch_id)
        (received,) = client_side.wait_for(1)

    told_of = orjson.loads(received.body)
    assert (told_of["event"], told_of["batch_id"], told_of["status"]) == ("run.completed", batch_id, "succeeded")
    assert {name: told_of["output"][name] for name in ("succeeded", "failed", "cancelled", "total")} == {
        "succeeded": 3,
        "failed": 0,
        "cancelled": 0,
        "total": 3,
    }
    assert [item["status_code"] for item in told_of["output"]["items"]] == ["succeeded"] * 3


def test_a_batch_whose_items_are_all_canceled_is_canceled(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "1") as server, server.client() as client:
        items = [{**resize_input(), "width": 4000, "height": 4000, "fit": "stretch"} for _ in range(3)]
        batch = client.post(BATCHES, json={"input": items}).json()
        for item in batch["items"]:
            assert client.post(f"/v1/admin/runs/{item['run_id']}/cancellation").status_code == 201
        ended = client.get(f"/v1/batches/{batch['id']}").json()

    assert (ended["status_code"], ended["items_cancelled"], ended["cost"]) == ("canceled", 3, "0.00")
