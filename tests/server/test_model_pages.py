"""The examples of the model pages, as docs/server.md has them, against a real server."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import orjson
import pytest

from tests.server.document import DOCUMENT, is_genuine_in_python
from tests.server.loopback import Host, host
from tests.server.photos import inputs, portrait, zipped
from tests.server.process import Server, serving, wait_for_run

pytestmark = pytest.mark.slow

_SHOWN_URL, _INPUTS, _HOOKS = "http://127.0.0.1:8787", "https://public.runflow.io", "https://your-server.com"
_EXAMPLES = "/images/models/runflow"


@dataclass(frozen=True, slots=True)
class Place:
    """A server, the loopback host that its inputs come from and its callbacks go to, and what these are signed with."""

    server: Server
    host: Host
    plain_secret: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("pages")
    with (
        host() as outside,
        serving(folder, "--fetch-allow", "127.0.0.1", "--callback-allow", "127.0.0.1", "--workers", "1") as server,
    ):
        outside.files[f"{_EXAMPLES}/eye-color/examples/1/before.webp"] = portrait()
        outside.files[f"{_EXAMPLES}/reference-inpaint/examples/1/inputs.zip"] = zipped(inputs())
        with server.client() as client:
            secret = client.post("/v1/callback-secrets", json={"label": "webhook"}).json()
        yield Place(server, outside, secret["plain_secret"])


def example(section: str, language: str, place: Place) -> str:
    """Give an example of the document with its hosts replaced by those of the test."""
    text = DOCUMENT.split(f"\n### {section}\n")[1]
    found = re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert found is not None
    hosts = {_SHOWN_URL: place.server.url, _INPUTS: place.host.url, _HOOKS: place.host.url}
    code = found[1]
    for shown, real in hosts.items():
        assert shown in code
        code = code.replace(shown, real)
    return code


def run_with_curl(section: str, place: Place) -> dict[str, object]:
    ended = subprocess.run(
        ["bash", "-euc", example(section, "sh", place)],
        capture_output=True,
        check=True,
        env={"RUNFLOW_API_KEY": "any", "PATH": "/usr/bin:/bin"},
    )
    return dict(orjson.loads(ended.stdout))


def run_with_python(section: str, place: Place) -> dict[str, object]:
    code = example(section, "python", place)
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    return dict(ast.literal_eval(ended.stdout.decode()))


def result(run: dict[str, object], place: Place) -> dict[str, object]:
    with place.server.client() as client:
        return wait_for_run(client, str(run["id"]))


def picture_of(run: dict[str, object]) -> httpx2.Response:
    output = run["output"]
    assert isinstance(output, dict), run["failure_message"]
    return httpx2.get(output["outputs"][0]["url"], trust_env=False)


@pytest.mark.parametrize("section", ["eye-color", "reference-inpaint"])
@pytest.mark.parametrize("way", [run_with_curl, run_with_python], ids=["curl", "python"])
def test_an_example_of_a_model_page_succeeds_and_calls_back(
    way: Callable[[str, Place], dict[str, object]], section: str, place: Place
) -> None:
    created = way(section, place)
    assert created["status_code"] == "queued"
    run = result(created, place)
    assert run["status_code"] == "succeeded", run["failure_message"]
    answer = picture_of(run)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    callback = place.host.wait_until(lambda callback: orjson.loads(callback.body)["run_id"] == run["id"])
    assert orjson.loads(callback.body)["event"] == "run.completed"
    assert is_genuine_in_python(callback.body, callback.headers["Runflow-Signature"], place.plain_secret)


@pytest.mark.parametrize("section", ["eye-color", "reference-inpaint"])
def test_the_examples_are_those_of_the_model_pages(section: str) -> None:
    page = Path(__file__).parents[3] / "shared" / "mission" / f"{section}.txt"
    if not page.is_file():
        pytest.skip(f"no model pages: {page} is absent")
    shown = DOCUMENT.split(f"\n### {section}\n")[1]
    for language in ("sh", "python"):
        found = re.search(rf"```{language}\n(.*?)```", shown, re.DOTALL)
        assert found is not None
        assert found[1].replace(_SHOWN_URL, "https://api.runflow.io") in page.read_text(encoding="utf-8")
