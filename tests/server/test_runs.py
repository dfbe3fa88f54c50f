"""Runs over HTTP: created, carried out, read, listed, canceled."""

import httpx2
import pytest

from tests.server.clients import RESIZE, finished_run, resize_input, send_run, told, words
from tests.server.process import Server, wait_for_run

pytestmark = pytest.mark.slow

FIELDS = words(
    """
    id flow_id model_id comfyui_workflow_id target_type target_version org_id status_code source_code input
    output context duration_ms cost cost_breakdown nodes_total nodes_completed resolved_template_id batch_id
    client_ref jurisdiction_code flow_version_id request_id created_by created_at started_at completed_at
    callback_url metadata has_logs has_node_runs links failure_code failure_message failure_stage_code
    feedback_is_positive feedback_reason source_chat_message_id current_evaluation_summary
    """
)


def test_a_run_goes_from_queued_to_a_picture_under_a_signed_address(client: httpx2.Client) -> None:
    accepted = send_run(client, client_ref="shop-7", metadata={"order": 7, "tags": ["a", None]})
    run = wait_for_run(client, str(accepted["id"]))

    assert accepted["status_code"] == "queued"
    assert FIELDS <= set(accepted) == set(run)
    assert run["status_code"] == "succeeded"
    assert (run["client_ref"], run["metadata"]) == ("shop-7", {"order": 7, "tags": ["a", None]})
    assert str(run["created_at"]) <= str(run["started_at"]) <= str(run["completed_at"])
    assert str(run["created_at"]).endswith("+00:00")
    output = run["output"]
    assert isinstance(output, dict)
    assert set(output) == {"outputs", "seed", "timing", "nsfw_detected"}
    picture = httpx2.get(output["outputs"][0]["url"])
    assert (picture.status_code, picture.content[:4]) == (200, b"\x89PNG")


def test_the_bytes_of_an_inline_picture_are_never_echoed(client: httpx2.Client) -> None:
    accepted = send_run(client, seed=3)

    given = accepted["input"]
    assert isinstance(given, dict)
    assert str(given["image_url"]).startswith("runflow://assets/")
    assert "base64" not in client.get(f"/v1/runs/{accepted['id']}").text


def test_a_run_that_cannot_be_done_fails_with_its_reason_and_costs_nothing(client: httpx2.Client) -> None:
    plain = {**resize_input(), "eye_color": "green", "color_red": 1, "color_green": 2, "color_blue": 3}
    del plain["width"]
    answer = client.post("/v1/models/runflow/eye-color/runs", json={"input": plain})
    run = wait_for_run(client, answer.json()["id"])

    assert (run["status_code"], run["cost"], run["output"]) == ("failed", "0.00", None)
    assert (run["failure_stage_code"], run["failure_code"]) == ("inference", "NO_FACE")
    assert run["error"] == {"code": run["failure_code"], "message": run["failure_message"]}


def test_a_runs_log_says_what_happened_in_order(client: httpx2.Client) -> None:
    run = finished_run(client)
    lines = client.get(f"/v1/runs/{run['id']}/logs").json()["items"]

    assert [line["message"] for line in lines] == ["queued", "dispatching", "running", "succeeded"]
    assert {line["run_id"] for line in lines} == {run["id"]}
    assert {line["level_code"] for line in lines} == {"info"}


@pytest.mark.parametrize(
    ("path", "body", "problem"),
    [
        ("/v1/models/resize/runs", {}, (405, "METHOD_NOT_ALLOWED", [])),
        ("/v1/models/image/enlarge/runs", {"input": {}}, (404, "MODEL_NOT_FOUND", [])),
        (RESIZE, {}, (422, "VALIDATION_ERROR", ["input"])),
        (RESIZE, {"input": []}, (422, "VALIDATION_ERROR", ["input"])),
        (RESIZE, {"input": {}, "client_ref": "x" * 256}, (422, "VALIDATION_ERROR", ["client_ref"])),
        (RESIZE, {"input": {}, "client_ref": 7}, (422, "VALIDATION_ERROR", ["client_ref"])),
        (RESIZE, {"input": {}, "metadata": "x"}, (422, "VALIDATION_ERROR", ["metadata"])),
        (RESIZE, {"input": {}, "metadata": {"x": "y" * 70_000}}, (422, "VALIDATION_ERROR", ["metadata"])),
        (RESIZE, {"input": {}, "callback_url": "ftp://example.com"}, (422, "VALIDATION_ERROR", ["callback_url"])),
        (
            RESIZE,
            {"input": {}, "callback_url": "nowhere", "metadata": 1, "client_ref": []},
            (422, "VALIDATION_ERROR", ["callback_url", "metadata", "client_ref"]),
        ),
    ],
)
def test_a_run_is_refused_with_what_is_wrong(
    client: httpx2.Client, path: str, body: dict[str, object], problem: tuple[int, str, list[str]]
) -> None:
    assert told(client.post(path, json=body)) == problem


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"input": NaN}', "application/json", 400),
        (b'{"a":' * 70 + b"1" + b"}" * 70, "application/json", 400),
        (b'{"a":[' + b"[]," * 60_000 + b"1]}", "application/json", 400),
        (b'{"a": "\\ud800"}', "application/json", 400),
        (b"\xff\xfe{}", "application/json", 400),
        (b"input=x", "application/x-www-form-urlencoded", 415),
        (b'{"input": {}}', "text/plain", 415),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(
    client: httpx2.Client, content: bytes, content_type: str, status: int
) -> None:
    answer = client.post(RESIZE, content=content, headers={"Content-Type": content_type})

    assert answer.status_code == status
    assert set(answer.json()) == {"code", "message", "errors"}


def test_what_is_another_organizations_is_not_there(client: httpx2.Client, stranger: httpx2.Client) -> None:
    run = finished_run(client)
    place = f"/v1/runs/{run['id']}"

    assert told(stranger.get(place)) == (404, "RUN_NOT_FOUND", [])
    assert told(stranger.get(f"{place}/logs")) == (404, "RUN_NOT_FOUND", [])
    assert told(stranger.post(f"/v1/admin/runs/{run['id']}/cancellation")) == (404, "RUN_NOT_FOUND", [])
    everything = stranger.get("/v1/runs", params={"q": "created_at>2000-01-01 OR NOT status_code=queued"})
    assert str(run["id"]) not in everything.text
    assert str(run["id"]) not in stranger.get("/v1/runs").text


def test_two_keys_of_one_organization_see_the_same_runs(shared_server: Server, client: httpx2.Client) -> None:
    run = finished_run(client)

    with shared_server.client("rf_test_beta_0123456789") as colleague:
        assert colleague.get(f"/v1/runs/{run['id']}").json()["org_id"] == run["org_id"]


def test_a_list_is_filtered_and_paged(client: httpx2.Client) -> None:
    refs = [f"listed-{number}" for number in range(5)]
    runs = [finished_run(client, client_ref=ref) for ref in refs]
    mine = " OR ".join(f"client_ref:{ref}" for ref in refs)
    page = client.get("/v1/runs", params={"q": f"status_code=succeeded AND ({mine})", "limit": 2}).json()
    found = page["items"]
    while page["next"]:
        page = client.get("/v1/runs", params={"q": mine, "limit": 2, "pq": page["next"]}).json()
        found += page["items"]

    assert [run["client_ref"] for run in found] == refs[::-1]
    back = client.get("/v1/runs", params={"q": mine, "limit": 2, "pq": page["previous"], "from_prev": "true"}).json()
    assert [run["client_ref"] for run in back["items"]] == ["listed-2", "listed-1"]
    by_name = client.get(
        "/v1/runs", params={"q": f"model_id=image/resize AND ({mine})", "sort_by": "client_ref"}
    ).json()
    assert [run["client_ref"] for run in by_name["items"]] == refs
    assert {run["model_id"] for run in by_name["items"]} == {runs[0]["model_id"]}
    none = client.get("/v1/runs", params={"q": f"created_at<{runs[0]['created_at']} AND ({mine})"}).json()
    assert none["items"] == []


def test_the_statuses_are_listed_and_both_spellings_filter(client: httpx2.Client) -> None:
    listed = [status["code"] for status in client.get("/v1/runs/statuses").json()]

    assert listed == ["queued", "dispatching", "running", "succeeded", "failed", "canceled"]
    for spelling in ("canceled", "cancelled"):
        assert client.get("/v1/runs", params={"q": f"status_code:{spelling}"}).status_code == 200
    assert told(client.get("/v1/runs", params={"q": "status_code:done"})) == (422, "VALIDATION_ERROR", ["q"])


def test_a_run_that_has_ended_cannot_be_canceled(client: httpx2.Client) -> None:
    run = finished_run(client)
    answer = client.post(f"/v1/admin/runs/{run['id']}/cancellation", json={"reason": "too late"})

    assert (answer.status_code, answer.json()["status_code"]) == (200, "succeeded")


@pytest.mark.parametrize("reason", ["no", "x" * 501, 7])
def test_a_reason_has_3_to_500_characters(client: httpx2.Client, reason: object) -> None:
    place = f"/v1/admin/runs/{finished_run(client)['id']}/cancellation"

    assert told(client.post(place, json={"reason": reason})) == (422, "VALIDATION_ERROR", ["reason"])
    assert client.post(place, json={"reason": None}).status_code == 200


def test_models_show_their_inputs_as_the_model_pages_do(client: httpx2.Client) -> None:
    inputs = client.get("/v1/models/runflow/eye-color").json()["inputs"]

    assert {field["name"]: field["variable_type_code"] for field in inputs} == {
        "image_url": "image",
        "eye_color": "string",
        "color_red": "integer",
        "color_green": "integer",
        "color_blue": "integer",
    }
    listed = {model["slug"] for model in client.get("/v1/models").json()["items"]}
    assert {"runflow/eye-color", "runflow/reference-inpaint", "image/resize"} <= listed
    both = [field["name"] for field in client.get("/v1/models/runflow/reference-inpaint").json()["inputs"]]
    assert both == [
        *("zip_url", "file_input", "file_mask", "file_reference", "prompt"),
        *("image_url", "mask_url", "reference_url"),
    ]
    assert told(client.get("/v1/models/runflow/nothing")) == (404, "MODEL_NOT_FOUND", [])
