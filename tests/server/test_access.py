"""Who gets in, and how a server refuses to start."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import orjson
import pytest

from tests.server.clients import finished_run, told
from tests.server.process import Server, serving

pytestmark = pytest.mark.slow

KEY = "rf_live_0123456789abcdef"


@pytest.mark.parametrize(
    "authorization", [None, "Bearer wrong", "Bearer", "Basic cmZfdGVzdA==", "rf_test_alpha_0123456789"]
)
@pytest.mark.parametrize("path", ["/v1/runs", "/v1/models", "/v1/nothing", "/metrics", "/"])
def test_without_a_good_key_nothing_is_answered(shared_server: Server, path: str, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = httpx2.get(shared_server.url + path, headers=headers)

    assert told(answer) == (401, "UNAUTHORIZED", [])
    assert "WWW-Authenticate" in answer.headers


def test_health_and_readiness_need_no_key(shared_server: Server) -> None:
    assert httpx2.get(f"{shared_server.url}/v1/health").json()["status"] == "ok"
    assert httpx2.get(f"{shared_server.url}/v1/readiness").json() == {
        "status": "ok",
        "components": {"database": "ok", "dispatcher": "ok"},
    }


def test_the_page_takes_the_key_as_a_password(shared_server: Server) -> None:
    page = httpx2.get(shared_server.url, auth=("anybody", str(shared_server.key)))

    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert httpx2.get(f"{shared_server.url}/v1/runs", auth=("anybody", str(shared_server.key))).status_code == 401


def test_an_organization_header_must_be_the_keys_own(client: httpx2.Client) -> None:
    own = finished_run(client)["org_id"]

    assert client.get("/v1/runs", headers={"X-Organization-Id": str(own)}).status_code == 200
    assert told(client.get("/v1/runs", headers={"X-Organization-Id": "another"})) == (403, "PERMISSION_DENIED", [])


def test_unknown_paths_and_methods_are_problems_in_the_flat_form(client: httpx2.Client) -> None:
    assert told(client.get("/v1/nothing")) == (404, "NOT_FOUND", [])
    assert told(client.delete("/v1/runs")) == (405, "METHOD_NOT_ALLOWED", [])


def test_every_answer_has_the_id_of_its_request(client: httpx2.Client) -> None:
    first, second = client.get("/v1/models"), client.get("/v1/nothing")

    assert first.headers["Runflow-Request-Id"] != second.headers["Runflow-Request-Id"]


def test_a_server_without_keys_answers_only_to_itself(tmp_path: Path) -> None:
    with serving(tmp_path) as server, server.client() as client:
        assert client.get("/v1/runs").status_code == 200
        assert client.get("/v1/runs", headers={"Host": "localhost:1"}).status_code == 200
        for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
            assert told(client.get("/v1/runs", headers=headers)) == (403, "PERMISSION_DENIED", [])


def test_keys_are_nowhere_on_the_disk_or_in_the_log(shared_server: Server, client: httpx2.Client) -> None:
    finished_run(client)
    folder = shared_server.log.parent

    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "three-keys"]
    assert len(files) > 3
    assert not [path for path in files if str(shared_server.key).encode() in path.read_bytes()]


def test_every_line_of_the_log_is_json_and_tells_of_a_request_or_a_run(
    shared_server: Server, client: httpx2.Client
) -> None:
    run = finished_run(client)
    lines = [orjson.loads(line) for line in shared_server.log_text().splitlines()]

    assert {"time", "level", "event"} <= set.intersection(*(set(line) for line in lines))
    (ended,) = [line for line in lines if line["event"] == "run ended" and line["run_id"] == run["id"]]
    assert (ended["model"], ended["status_code"]) == ("image/resize", "succeeded")
    assert [line for line in lines if line.get("request_id") == run["request_id"] and line["status"] == 201]


def test_measurements_are_in_the_form_of_prometheus(client: httpx2.Client) -> None:
    finished_run(client)
    text = client.get("/metrics").text

    assert 'runner_runs_ended_total{model="image/resize",status_code="succeeded"}' in text
    assert 'runner_runs_unfinished{status_code="queued"}' in text
    assert 'route="/v1/models/{model:path}/runs"' in text
    assert client.get("/v1/runs/r").status_code == 404
    assert 'route="/v1/runs/{run_id}",status="404"' in client.get("/metrics").text


def _refusal(folder: Path, *options: str) -> tuple[int, str]:
    """Start a server that must not start."""
    command = [sys.executable, "-m", "runner", "serve", "--port", "0", "--data", str(folder / "data"), *options]
    environment = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=60, env=environment, check=False)
    assert done.stdout == ""
    return done.returncode, done.stderr.splitlines()[0]


def test_without_a_key_file_only_the_loopback_is_served(tmp_path: Path) -> None:
    code, message = _refusal(tmp_path, "--host", "0.0.0.0")

    assert code == 3
    assert message == "error[key-file-needed]: '0.0.0.0' can be reached from other machines, and there is no key file"


def test_a_key_file_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(KEY)
    (tmp_path / "keys").chmod(0o644)

    code, message = _refusal(tmp_path, "--api-key-file", "keys")

    assert (code, message) == (2, "error[open-key-file]: everybody on this machine can use 'keys'")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--api-key-file", "absent"), "unreadable-file"),
        (("--price", "image/enlarge=1"), "unknown-model"),
        (("--price", "image/resize"), "bad-amount"),
        (("--balance", "lots"), "bad-amount"),
        (("--fetch-allow", "http://127.0.0.1/"), "bad-host"),
        (("--host", "no.such.host.invalid", "--api-key-file", "keys"), "bad-address"),
    ],
)
def test_an_option_that_cannot_be_used_is_told(tmp_path: Path, options: tuple[str, ...], code: str) -> None:
    (tmp_path / "keys").write_text(KEY)
    (tmp_path / "keys").chmod(0o600)

    exit_code, message = _refusal(tmp_path, *options)

    assert exit_code == 2
    assert message.startswith(f"error[{code}]: ")


def test_a_folder_or_port_that_is_in_use_is_told(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        code, message = _refusal(tmp_path)
        port = server.url.rsplit(":", 1)[1]
        (tmp_path / "other").mkdir()
        taken = _refusal(tmp_path / "other", "--port", port)

    assert (code, message.split(":")[0]) == (2, "error[folder-in-use]")
    assert (taken[0], taken[1].split(":")[0]) == (2, "error[address-in-use]")


def test_a_host_header_takes_no_signature_to_another_file(client: httpx2.Client) -> None:
    signed, other = (urlsplit(output_url(finished_run(client, seed))) for seed in (1, 2))
    headers = {"Host": f"x{signed.path}?"}

    answer = client.get(f"{other.path}?{signed.query}", headers=headers)
    assert told(answer) == (403, "SIGNATURE_INVALID", [])
    assert client.get(f"{signed.path}?{signed.query}").status_code == 200


def output_url(run: dict[str, object]) -> str:
    """Give the signed address of a run's first output."""
    output = run["output"]
    assert isinstance(output, dict)
    return str(output["outputs"][0]["url"])
