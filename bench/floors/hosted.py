"""The least that a program does that buys pictures of a hosted model: create a job, poll every half second, download.

Usage: python hosted.py URL ACTIONS CONCURRENCY FOLDER

Nothing is written down before it is bought, nothing verified, nothing kept but the files.
"""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2

_PAUSE_S = 0.5
_PATH = "/v1/models/runflow/eye-color/runs"


async def main(url: str, actions: int, concurrency: int, folder: Path) -> None:
    """Let so many workers buy."""
    numbers = iter(range(actions))
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=concurrency)
    client = httpx2.AsyncClient(base_url=url, limits=limits, timeout=60, trust_env=False)
    async with client, asyncio.TaskGroup() as group:
        for _ in range(concurrency):
            group.create_task(_work(client, numbers, folder))


async def _work(client: httpx2.AsyncClient, numbers: Iterator[int], folder: Path) -> None:
    for number in numbers:
        body = {"input": {"image_url": "runflow://assets/asset-1", "eye_color": f"shade {number}"}}
        run = (await client.post(_PATH, json=body)).raise_for_status().json()
        while run["status_code"] != "succeeded":
            await asyncio.sleep(_PAUSE_S)
            run = (await client.get(f"/v1/runs/{run['id']}")).raise_for_status().json()
        result = (await client.get(run["output"]["outputs"][0]["url"])).raise_for_status()
        (folder / f"{number}.jpg").write_bytes(result.content)


if __name__ == "__main__":
    Path(sys.argv[4]).mkdir(exist_ok=True)
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])))
