"""A provider on the loopback, as lean as can be, so that its own CPU takes no part: the API that `runner run` uses.

Usage: python bench/hosted_server.py LATENCY_S RESULT SECRET

Each run succeeds LATENCY_S after it was created, with the picture RESULT, a JPEG that gets the run's id as its comment,
so that no two results are alike. Callbacks are signed with SECRET. The port is printed; it ends when its input does.
"""

import asyncio
import contextlib
import hashlib
import hmac
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import orjson

_REASONS = {200: "OK", 201: "Created", 404: "Not Found"}
_PRICE = "0.29"


@dataclass(slots=True)
class _Run:
    """A run; times are of the system's clock, in seconds."""

    id: str
    reference: str
    created_s: float


@dataclass(slots=True)
class Api:
    """What the server knows.

    Attributes:
        latency_s: From the creation of a run to its success.
        picture: A JPEG.
        secret: Of callbacks.
        port: Its own.
    """

    latency_s: float
    picture: bytes
    secret: bytes
    port: int = 0
    runs: dict[str, _Run] = field(default_factory=dict)
    assets: int = 0
    tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, bytes]:  # noqa: PLR0911 - one answer a path
        """Answer a request."""
        path, _, query = target.partition("?")
        match path[1:].split("/"):
            case ["v1", "runs", run_id]:
                run = self.runs.get(run_id)
                return _json(404, {"code": "RUN_NOT_FOUND"}) if run is None else _json(200, self._shown(run))
            case ["files", name]:
                return 200, self._file(name.removesuffix(".jpg"))
            case ["v1", "models", *_, "runs"] if method == "POST":
                return _json(201, self._create(orjson.loads(body)))
            case ["v1", "models", *_, "batches"] if method == "POST":
                return _json(201, self._create_batch(orjson.loads(body)))
            case ["v1", "models", *_]:
                return _json(200, {"inputs": []})
            case ["v1", "runs"]:
                return _json(200, self._listed(parse_qs(query)))
            case ["v1", "asset-uploads"]:
                self.assets += 1
                asset_id = f"asset-{self.assets}"
                return _json(201, {"asset_id": asset_id, "upload_url": f"{self._url}/put/{asset_id}?signature=x"})
            case ["v1", "asset-uploads", asset_id, "confirmations"]:
                return _json(201, {"id": asset_id})
            case ["v1", "assets", asset_id]:
                return _json(200, {"id": asset_id})
            case ["put", _]:
                return 200, b""
            case ["v1", "billing", "balance"]:
                return _json(200, {"balance": "1000000.00"})
            case _:
                return _json(404, {"code": "NOT_FOUND"})

    @property
    def _url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _create(self, document: dict[str, Any]) -> dict[str, Any]:
        run = self._new_run(document.get("client_ref") or "")
        callback_url = document.get("callback_url")
        if callback_url is not None:
            task = asyncio.create_task(self._call_back(run, callback_url))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        return self._shown(run)

    def _create_batch(self, document: dict[str, Any]) -> dict[str, Any]:
        runs = [self._new_run(item.get("client_ref") or "") for item in document["input"]]
        items = [{"run_id": run.id, "client_ref": run.reference, "status_code": "queued"} for run in runs]
        return {"id": f"batch-{runs[0].id}", "status_code": "queued", "items": items}

    def _new_run(self, reference: str) -> _Run:
        run = _Run(f"run-{len(self.runs) + 1}", reference, time.time())
        self.runs[run.id] = run
        return run

    def _shown(self, run: _Run) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": run.id, "client_ref": run.reference, "created_at": _moment(run.created_s), "status_code": "running",
        }  # fmt: skip
        if time.time() - run.created_s >= self.latency_s:
            url = f"{self._url}/files/{run.id}.jpg?signature=x"
            shown |= {
                "status_code": "succeeded", "cost": _PRICE, "started_at": shown["created_at"],
                "completed_at": _moment(run.created_s + self.latency_s),
                "output": {"outputs": [{"url": url, "type": "image"}]},
            }  # fmt: skip
        return shown

    def _listed(self, query: Mapping[str, list[str]]) -> dict[str, Any]:
        wanted = query.get("q", [""])[0].removeprefix("client_ref:")
        found = [run for run in self.runs.values() if wanted in {"", run.reference}]
        return {"items": [self._shown(run) for run in found[: -int(query["limit"][0]) - 1 : -1]], "next": None}

    def _file(self, run_id: str) -> bytes:
        comment = run_id.encode()
        return self.picture[:2] + b"\xff\xfe" + (2 + len(comment)).to_bytes(2) + comment + self.picture[2:]

    async def _call_back(self, run: _Run, url: str) -> None:
        await asyncio.sleep(max(0.0, run.created_s + self.latency_s - time.time()))
        document = {"event": "run.completed", "run_id": run.id, "status": "succeeded", "output": None}
        body = orjson.dumps(document)
        place = urlsplit(url)
        signature = hmac.new(self.secret, body, hashlib.sha256).hexdigest()
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(place.hostname, place.port)
            head = f"POST {place.path or '/'} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"
            head += f"Runflow-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            await writer.drain()
            writer.close()


class Speaker(asyncio.Protocol):
    """One connection: requests with a length, one after the other."""

    def __init__(self, answer: Callable[[str, str, bytes], tuple[int, bytes]]) -> None:
        self._answer = answer
        self._heard = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer what came in whole."""
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0:
            head = self._heard[:end].decode("latin-1")
            whole = end + 4 + _length(head)
            if len(self._heard) < whole:
                return
            method, target, _ = head.split(" ", 2)
            status, body = self._answer(method, target, bytes(self._heard[end + 4 : whole]))
            del self._heard[:whole]
            self._say(status, body, is_last="connection: close" in head.lower())

    def _say(self, status: int, body: bytes, *, is_last: bool) -> None:
        last = "Connection: close\r\n" if is_last else ""
        head = f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Length: {len(body)}\r\n{last}\r\n"
        self._transport.writelines([head.encode(), body])
        if is_last:
            self._transport.close()


def _length(head: str) -> int:
    found = head.lower().partition("\r\ncontent-length:")[2]
    return int(found.partition("\r\n")[0]) if found else 0


def _json(status: int, document: dict[str, Any]) -> tuple[int, bytes]:
    return status, orjson.dumps(document)


def _moment(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).isoformat()


async def main(api: Api) -> None:
    """Serve until the input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Speaker(api.answer), "127.0.0.1", 0, backlog=1024)
    api.port = server.sockets[0].getsockname()[1]
    print(api.port, flush=True)
    async with server:
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    picture = Path(sys.argv[2]).read_bytes()
    asyncio.run(main(Api(latency_s=float(sys.argv[1]), picture=picture, secret=sys.argv[3].encode())))
