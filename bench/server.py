"""How a server takes many clients at once: `python -m bench.server`.

Clients create quick runs of ``image/resize`` as fast as they are answered, then wait for the last to end. Printed are
how many runs were accepted and finished a second, whether one was lost or doubled, and how the server's memory grew.
"""

import argparse
import asyncio
import base64
import io
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import numpy as np
from PIL import Image

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What was measured.

    Attributes:
        ids: Of the runs that the clients were told of.
        by_status: How many runs the server has, by status.
        listed: Of all runs that the server has; the ids.
        accept_s: From the first request to the last answer.
        finish_s: From the first request to the end of the last run.
        server_cpu_s: Of the server's process and its workers.
        memory_mib: Of the server's process alone, before, half way, when all was accepted, and at the end.
        answers_s: Of each request that created a run, sorted.
    """

    ids: tuple[str, ...]
    by_status: Counter[str]
    listed: tuple[str, ...]
    accept_s: float
    finish_s: float
    server_cpu_s: float
    memory_mib: tuple[float, ...]
    answers_s: tuple[float, ...]

    @property
    def lost(self) -> int:
        """Runs that a client was told of and the server does not have."""
        return len(set(self.ids) - set(self.listed))

    @property
    def doubled(self) -> int:
        """Runs that the server has and no client was told of, or that two clients were told of."""
        return len(set(self.listed) - set(self.ids)) + len(self.ids) - len(set(self.ids))


def measure(runs: int, clients: int, workers: int) -> Load:
    """Start a server in a folder of its own, and let the clients loose."""
    with serving(workers) as server:
        return asyncio.run(_load(server.url, server.pid, runs, clients))


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs, and the id of its process."""

    url: str
    pid: int


@contextmanager
def serving(workers: int = 2) -> Iterator[Served]:
    """Run a server in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "runner", "serve", "--port", "0", "--data", folder, "--workers", str(workers)]
        log = Path(folder) / "log"
        with log.open("wb") as errors:
            server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=folder)
        try:
            assert server.stdout is not None  # noqa: S101 - a pipe was asked for
            url = server.stdout.readline().removeprefix("serving ").strip()
            if not url:
                raise SystemExit(f"the server did not start: {log.read_text()}")
            yield Served(url, server.pid)
        finally:
            server.terminate()
            server.wait()
            assert server.stdout is not None  # noqa: S101 - a pipe was asked for
            server.stdout.close()


async def _load(url: str, process: int, runs: int, clients: int) -> Load:
    """Create runs with some clients at once, wait for their end, and ask what the server has."""
    bodies = iter([_body(number) for number in range(runs)])
    async with _client(url) as client:
        await _warm_up(client)
        memory, answers_s, ids = [_memory_mib(process)], list[float](), list[str]()
        began_s = time.monotonic()

        async def create_some() -> None:
            async with _client(url) as own:
                for body in bodies:
                    sent_s = time.monotonic()
                    answer = await own.post("/v1/models/image/resize/runs", json=body)
                    answers_s.append(time.monotonic() - sent_s)
                    ids.append(answer.raise_for_status().json()["id"])
                    if len(ids) == runs // 2:
                        memory.append(_memory_mib(process))

        await asyncio.gather(*(create_some() for _ in range(clients)))
        accept_s = time.monotonic() - began_s
        memory.append(_memory_mib(process))
        await finish(client)
        finish_s = time.monotonic() - began_s
        memory.append(_memory_mib(process))
        listed, by_status = await _all_runs(client)
    return Load(
        ids=tuple(ids),
        by_status=by_status,
        listed=tuple(listed),
        accept_s=accept_s,
        finish_s=finish_s,
        server_cpu_s=_cpu_s(process),
        memory_mib=tuple(memory),
        answers_s=tuple(sorted(answers_s)),
    )


def _client(url: str) -> httpx2.AsyncClient:
    """Make a client with a connection of its own: one pool for all would measure that pool."""
    return httpx2.AsyncClient(base_url=url, timeout=60, trust_env=False, verify=False)


async def _warm_up(client: httpx2.AsyncClient) -> None:
    """Let each worker start, and import what it needs."""
    for number in range(4):
        await client.post("/v1/models/image/resize/runs", json=_body(number) | {"client_ref": "warm-up"})
    await finish(client)


async def finish(client: httpx2.AsyncClient) -> None:
    """Wait until no run is on its way."""
    query = "status_code=queued OR status_code=dispatching OR status_code=running"
    while (await client.get("/v1/runs", params={"q": query, "limit": 1})).json()["items"]:  # noqa: ASYNC110 - elsewhere
        await asyncio.sleep(0.1)


async def _all_runs(client: httpx2.AsyncClient) -> tuple[list[str], Counter[str]]:
    ids: list[str] = []
    by_status: Counter[str] = Counter()
    query = {"limit": str(_PAGE), "q": "NOT client_ref=warm-up"}
    while True:
        page = (await client.get("/v1/runs", params=query)).json()
        ids += [run["id"] for run in page["items"]]
        by_status.update(run["status_code"] for run in page["items"])
        if page["next"] is None:
            return ids, by_status
        query["pq"] = page["next"]


def _body(number: int) -> dict[str, object]:
    """Make a request with a picture of its own, of about 2 KB."""
    pixels = np.random.default_rng(number).integers(0, 256, (24, 24, 3), dtype=np.uint8)
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "PNG")
    picture = f"data:image/png;base64,{base64.b64encode(written.getvalue()).decode()}"
    return {"input": {"image_url": picture, "width": 12}, "client_ref": f"load-{number}"}


def _memory_mib(process: int) -> float:
    """Read what a process holds in memory (Linux)."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _cpu_s(process: int) -> float:
    """Read the processor time of a process and its children (Linux)."""
    ticks = 0
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(place.parent.name) == process or int(fields[1]) == process:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.server", description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    load = measure(asked.runs, asked.clients, asked.workers)
    print(f"{asked.runs} runs, {asked.clients} clients, {asked.workers} workers")
    print(f"accepted   {len(load.ids)} in {load.accept_s:.1f} s: {len(load.ids) / load.accept_s:.0f} a second")
    median_s, late_s = load.answers_s[len(load.answers_s) // 2], load.answers_s[len(load.answers_s) * 99 // 100]
    slowest = f"99 % within {late_s * 1000:.0f} ms, all within {load.answers_s[-1] * 1000:.0f} ms"
    print(f"answers    median {median_s * 1000:.0f} ms, {slowest}")
    print(f"finished   in {load.finish_s:.1f} s: {len(load.ids) / load.finish_s:.0f} a second")
    print(f"ended as   {', '.join(f'{status} {count}' for status, count in load.by_status.items())}")
    print(f"lost       {load.lost}, doubled {load.doubled}")
    print(f"processor  {load.server_cpu_s:.1f} s, server and workers")
    print(f"memory     {' → '.join(f'{size:.0f}' for size in load.memory_mib)} MiB (before, half, all accepted, end)")


if __name__ == "__main__":
    main()
