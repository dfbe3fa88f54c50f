"""What is old is forgotten where somebody asks for that, and nothing else."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from runner.server.clock import later, now
from tests.server.clients import RESIZE, finished_run, resize_input, wait_until
from tests.server.loopback import host
from tests.server.process import serving, wait_for_run

pytestmark = pytest.mark.slow

DAY_S = 24 * 3600.0
OPTIONS = ("--price", "image/resize=0.25", "--balance", "10", "--callback-allow", "127.0.0.1")
TIMES = {
    "runs": ("created_at", "started_at", "completed_at"),
    "batches": ("created_at", "started_at", "completed_at"),
    "assets": ("created_at", "updated_at"),
    "idempotency": ("created_at",),
}


def make_older(data: Path, days: int) -> None:
    """Let everything have happened some days before."""
    with closing(sqlite3.connect(data / "server.db")) as connection, connection:
        for table, columns in TIMES.items():
            for column in columns:
                for (time,) in connection.execute(f"SELECT DISTINCT {column} FROM {table}").fetchall():
                    change = f"UPDATE {table} SET {column} = ? WHERE {column} = ?"
                    connection.execute(change, (time and later(time, -days * DAY_S), time))
    for path in (data / "blobs").rglob("*"):
        os.utime(path, (0, 0))


def finished_batch(client: httpx2.Client, seeds: range) -> dict[str, str]:
    """Make a batch; gives its own path, and that of its first run."""
    items = [resize_input(seed) for seed in seeds]
    batch = client.post(RESIZE.replace("/runs", "/batches"), json={"input": items}).raise_for_status().json()
    runs = [wait_for_run(client, item["run_id"]) for item in batch["items"]]
    return {"batch": f"/v1/batches/{batch['id']}", "batch's run": f"/v1/runs/{runs[0]['id']}"}


def statuses(client: httpx2.Client, paths: dict[str, str]) -> dict[str, int]:
    return {name: client.get(path).status_code for name, path in paths.items()}


def asset_of(run: dict[str, object]) -> str:
    """Give the reference to a run's picture."""
    given = run["input"]
    assert isinstance(given, dict)
    return str(given["image_url"])


def address(reference: str) -> str:
    return reference.replace("runflow://assets/", "/v1/assets/")


def count_files(data: Path) -> int:
    return sum(path.is_file() for path in (data / "blobs").rglob("*"))


def test_what_ended_long_ago_is_forgotten_with_its_files_and_stays_paid(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with host() as client_side, serving(tmp_path, *OPTIONS) as server, server.client() as client:
        old = finished_run(client, 1, callback_url=f"{client_side.url}/hook")
        used_again = finished_run(client, 2)
        client_side.wait_for(1)
        paths = {"run": f"/v1/runs/{old['id']}", "asset": address(asset_of(old)), **finished_batch(client, range(3, 5))}
    make_older(data, 8)
    with serving(tmp_path, *OPTIONS) as server, server.client() as client:
        body = {"input": {**resize_input(), "image_url": asset_of(used_again)}}
        fresh = wait_for_run(client, client.post(RESIZE, json=body).raise_for_status().json()["id"])
        kept = {"run": f"/v1/runs/{fresh['id']}", "asset": address(asset_of(used_again))}
        assert statuses(client, paths) == dict.fromkeys(paths, 200)
        assert count_files(data) > 3
    with serving(tmp_path, *OPTIONS, "--keep-days", "7") as server, server.client() as client:
        wait_until(lambda: "old objects forgotten" in server.log_text())

        assert statuses(client, paths) == dict.fromkeys(paths, 404)
        assert statuses(client, kept) == {"run": 200, "asset": 200}
        assert [run["id"] for run in client.get("/v1/runs").json()["items"]] == [fresh["id"]]
        assert count_files(data) == 3  # the picture that is used again, its result, and the small one of that
        assert client.get("/v1/billing/balance").json()["balance"] == "8.75"


def test_a_run_whose_callback_waits_is_kept(tmp_path: Path) -> None:
    with serving(tmp_path, *OPTIONS) as server, server.client() as client:
        run = finished_run(client, callback_url="http://127.0.0.1:9/hook")
        server.kill()
    make_older(tmp_path / "data", 8)
    with closing(sqlite3.connect(tmp_path / "data" / "server.db")) as connection, connection:
        soon = later(now(), DAY_S)
        connection.execute(
            "UPDATE callback_deliveries SET status_code = 'pending', completed_at = NULL, next_attempt_at = ?", (soon,)
        )
    with serving(tmp_path, *OPTIONS, "--keep-days", "7") as server, server.client() as client:
        wait_until(lambda: "old objects forgotten" in server.log_text())
        assert client.get(f"/v1/runs/{run['id']}").status_code == 200
