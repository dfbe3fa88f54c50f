"""The OpenAPI document is true: a property-based tester finds no answer that it does not allow.

How many requests it makes up for each path is set by the variable ``EDIT_RUNNER_API_EXAMPLES``: a long search takes
``EDIT_RUNNER_API_EXAMPLES=300``.
"""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import cast

import httpx2
import orjson
import pytest
from starlette.routing import Route

from runner.catalog.catalog import build_catalog
from runner.server.application import _RESOURCES
from runner.server.logs import open_log
from runner.server.openapi.document import openapi_document
from runner.server.options import ServerOptions
from runner.server.running import Start, _opened
from tests.server.clients import RESIZE, finished_run, resize_input
from tests.server.process import Server, serving

KEY = "rf_test_0123456789abcdef"

CONFIG = """
[parameters]
"header.X-Organization-Id" = "{org_id}"
"path.owner" = "image"
"path.slug" = "resize"
"path.run_id" = "{run_id}"
"path.batch_id" = "{batch_id}"
"path.item_id" = "{item_id}"
"path.asset_id" = "{asset_id}"

# What a schema cannot say: that a model needs certain fields, a filter a grammar, an upload its bytes.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "402", "403", "404", "409", "415", "422"]
"""


@pytest.mark.slow
def test_the_document_is_true(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "1", "--price", "image/resize=0.01", key=KEY) as server:
        config = tmp_path / "schemathesis.toml"
        config.write_text(CONFIG.format(**objects(server)))
        ended = subprocess.run(
            [
                *(str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(config)),
                *("run", f"{server.url}/openapi.json", "--header", f"Authorization: Bearer {KEY}"),
                *("--checks", "all", "--phases", "examples,coverage,fuzzing,stateful"),
                *(
                    "--max-examples",
                    os.environ.get("EDIT_RUNNER_API_EXAMPLES", "12"),
                    "--seed",
                    "1",
                    "--warnings",
                    "off",
                ),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout[-20_000:]
        tested = re.search(r"Tested: (\d+)", ended.stdout)
        assert tested is not None
        assert int(tested[1]) == sum(len(methods) for path, methods in documented().items() if path != "/openapi.json")
        assert '"level":"error"' not in server.log_text()


def objects(server: Server) -> dict[str, object]:
    """Make one of each thing that paths name."""
    with server.client() as client:
        run = finished_run(client)
        batch = client.post(RESIZE.replace("/runs", "/batches"), json={"input": [resize_input()]}).json()
        asset_id = client.post(RESIZE, json={"input": resize_input()}).json()["input"]["image_url"].rsplit("/", 1)[1]
    return {
        "org_id": run["org_id"],
        "run_id": run["id"],
        "batch_id": batch["id"],
        "item_id": batch["items"][0]["id"],
        "asset_id": asset_id,
    }


def documented() -> dict[str, set[str]]:
    """Give the methods of each documented path."""
    paths = cast("dict[str, dict[str, object]]", openapi_document()["paths"])
    return {path: {method.upper() for method in methods} for path, methods in paths.items()}


def test_every_path_and_method_is_in_the_document(tmp_path: Path) -> None:
    routes = asyncio.run(all_routes(tmp_path))
    served = {
        route.path.replace("{model:path}", "{owner}/{slug}"): set(route.methods or ()) - {"HEAD"} for route in routes
    }
    assert served == documented()


async def all_routes(folder: Path) -> list[Route]:
    start = Start(options=ServerOptions(data=folder), catalog=build_catalog([]), keys=(), log=open_log())
    async with _opened(start) as service:
        return [route for resource in _RESOURCES for route in resource.routes(service)]


@pytest.mark.slow
def test_the_document_is_served_to_everybody(tmp_path: Path) -> None:
    with serving(tmp_path, key=KEY) as server:
        answer = httpx2.get(f"{server.url}/openapi.json", trust_env=False)
    assert orjson.loads(answer.content) == openapi_document()
