"""What the server adds to what it cannot do without: `python -m bench.server_floors`.

Accepting: clients create a run and read it, one request after the other on connections that stay open, against the
same two requests to an endpoint of bare Starlette on uvicorn, which parses the same body and answers with the same
JSON. The server's answer is on the disk by then, and its workers carry out runs meanwhile; the bare endpoint's is not.

Finishing: runs through the server, from the first request to the end of the last, against the same edits put straight
into the pool of worker processes.
"""

import asyncio
import base64
import contextlib
import io
import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx2
import numpy as np
from PIL import Image

from bench.server import finish, serving
from runner.core.digest import ActionKey, digest_json
from runner.engines.all import REVISIONS
from runner.providers.base import Picture, Request
from runner.providers.pool import WorkerPool
from runner.server.runs.editing import edit

ROUNDS = 5
ACCEPTED = 300
CLIENTS = 16
FINISHED = 40
WORKERS = 2
ACCEPT_TO_REACH = 0.25
FINISH_TO_REACH = 0.9

_MODEL = "image/resize"
_PATH = f"/v1/models/{_MODEL}/runs"
_JSON = {"Content-Type": "application/json"}
_WIDTH_PX = 600
_BARE = """
import sys, uvicorn, orjson
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

ANSWER = sys.stdin.buffer.read()

async def create(request):
    orjson.loads(await request.body())
    return Response(orjson.dumps(orjson.loads(ANSWER)), 201, media_type="application/json")

async def show(request):
    return Response(orjson.dumps(orjson.loads(ANSWER)), media_type="application/json")

app = Starlette(routes=[Route(sys.argv[2], create, methods=["POST"]), Route("/v1/runs/{id}", show)])
uvicorn.run(app, port=int(sys.argv[1]), http="h11", loop="asyncio", access_log=False, log_level="error")
"""


async def measure_accept() -> tuple[float, float]:
    """Measure in alternation.

    Returns:
        Runs created and read a second, by the server and by the bare endpoint: medians.
    """
    with serving() as server:
        url = server.url
        body = json.dumps({"input": {"image_url": _asset(url, _picture(24, 24)), "width": 12}}).encode()
        with bare(_created(url, body)) as bare_url:
            pairs = [(await _accepted(url, body), await _accepted(bare_url, body)) for _ in range(ROUNDS + 1)]
    return _medians(pairs)


async def measure_finish() -> tuple[float, float]:
    """Measure in alternation.

    Returns:
        Edits finished a second, by the server and by the pool alone: medians.
    """
    photo = _picture(750, 1000)
    request = Request(
        key=ActionKey(digest_json("bench/1", "resize")),
        model=_MODEL,
        revision=REVISIONS[_MODEL],
        images={"image": Picture("photo.png", photo)},
        masks={},
        params={"width": _WIDTH_PX},
    )
    with serving(WORKERS) as server, WorkerPool(WORKERS) as pool:
        url = server.url
        body = json.dumps({"input": {"image_url": _asset(url, photo), "width": _WIDTH_PX}}).encode()
        pairs = [(await _served(url, body), await _pooled(pool, request)) for _ in range(ROUNDS + 1)]
    return _medians(pairs)


def _medians(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """Give the median of each; the first pair was to warm up."""
    return statistics.median(pair[0] for pair in pairs[1:]), statistics.median(pair[1] for pair in pairs[1:])


@contextlib.contextmanager
def bare(answer: bytes) -> Iterator[str]:
    """Run the bare endpoint, which answers this."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", _BARE, str(port), _PATH], stdin=subprocess.PIPE)
    with contextlib.suppress(subprocess.TimeoutExpired):  # it has read all of it, and serves
        process.communicate(answer, timeout=1.0)
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("the bare endpoint did not start")


async def _accepted(url: str, body: bytes) -> float:
    """Let clients create runs and read each; gives how many a second."""
    numbers = iter(range(ACCEPTED))

    async def create_some() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        for _ in numbers:
            created = await _asked(reader, writer, "POST", _PATH, body)
            run_id = created.partition(b'"id":"')[2].partition(b'"')[0].decode()
            await _asked(reader, writer, "GET", f"/v1/runs/{run_id}")
        writer.close()

    began_s = time.monotonic()
    await asyncio.gather(*(create_some() for _ in range(CLIENTS)))
    return ACCEPTED / (time.monotonic() - began_s)


async def _asked(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, method: str, path: str, body: bytes = b""
) -> bytes:
    """Send a request and give the body of its answer; as little of a client as will do, so that it takes no part."""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    answer = (await reader.readuntil(b"\r\n\r\n")).lower()
    if answer.split(b" ", 2)[1] not in {b"200", b"201"}:
        raise SystemExit(f"{method} {path}: {answer.decode()}")
    return await reader.readexactly(int(answer.partition(b"content-length: ")[2].partition(b"\r\n")[0]))


async def _served(url: str, body: bytes) -> float:
    """Create runs at once and wait for the last to end; gives how many a second."""
    async with httpx2.AsyncClient(base_url=url, trust_env=False, timeout=60) as client:
        began_s = time.monotonic()
        await asyncio.gather(*(_create(client, body) for _ in range(FINISHED)))
        await finish(client)
        return FINISHED / (time.monotonic() - began_s)


async def _create(client: httpx2.AsyncClient, body: bytes) -> None:
    (await client.post(_PATH, content=body, headers=_JSON)).raise_for_status()


async def _pooled(pool: WorkerPool, request: Request) -> float:
    began_s = time.monotonic()
    await asyncio.gather(*(pool.run(edit, request) for _ in range(FINISHED)))
    return FINISHED / (time.monotonic() - began_s)


def _created(url: str, body: bytes) -> bytes:
    return httpx2.post(url + _PATH, content=body, headers=_JSON, trust_env=False).raise_for_status().content


def _asset(url: str, picture: bytes) -> str:
    """Give the reference of a picture that the server has."""
    data = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
    body = json.dumps({"input": {"image_url": data, "width": 8}}).encode()
    return str(json.loads(_created(url, body))["input"]["image_url"])


def _picture(height_px: int, width_px: int) -> bytes:
    """Write a PNG of some noise, as large as a photo of that size."""
    small = np.random.default_rng(0).integers(0, 256, (max(2, height_px // 4), max(2, width_px // 4), 3), np.uint8)
    written = io.BytesIO()
    Image.fromarray(small).resize((width_px, height_px)).save(written, "PNG")
    return written.getvalue()


def main() -> None:
    """Measure and print."""
    accepted, bare_accepted = asyncio.run(measure_accept())
    print(f"accept     {accepted:.0f} runs a second, bare endpoint {bare_accepted:.0f}")
    print(f"           ratio {accepted / bare_accepted:.2f}, to reach {ACCEPT_TO_REACH}")
    finished, pool_finished = asyncio.run(measure_finish())
    print(f"finish     {finished:.1f} edits a second, pool alone {pool_finished:.1f}")
    print(f"           ratio {finished / pool_finished:.2f}, to reach {FINISH_TO_REACH}")


if __name__ == "__main__":
    main()
