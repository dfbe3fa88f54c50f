"""A provider of hosted models in memory: Runflow's API behind ``httpx2.MockTransport``."""

import asyncio
import base64
import ipaddress
import itertools
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, TypeVar

import httpx2
from pydantic import SecretStr

from runner.catalog.card import ModelCard
from runner.catalog.parse import parse_card
from runner.core.digest import ActionKey, Digest, Json
from runner.providers.addresses import IpAddress
from runner.providers.base import Picture, Request
from runner.providers.exchange import Web
from runner.providers.runflow import Connection, Doors, RunflowProvider, TimeLimits, open_runflow

T = TypeVar("T")

KEY = "rf_live_secret123"
SIGNATURE = "X-Signature=topsecret"
API = "https://api.example.com"
FILES = "https://files.example.net"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAYAAAAECAAAAACIbxGfAAAAJUlEQVR4nGPo9nr6caUjI9usr1f3dLJsE3wU8MOLkavr9HdbYwDC9w1M7OEd/AAA"
    "AABJRU5ErkJggg=="
)
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71////m8H///"
    "/6/+b9//j/wAALCAAEAAYBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAv/EABoQAQEAAgMAAAAAAAAAAAAAAAECAAMEIYH/2gAIAQEAAD8AfFTc"
    "SXAyQIKp37n/2Q=="
)

Handler = Callable[[httpx2.Request], httpx2.Response]
Rule = Callable[[httpx2.Request], httpx2.Response | None]


def card(name: str) -> ModelCard:
    """Read one of the product's own cards."""
    from importlib.resources import files

    text = (files("runner.catalog") / "cards" / f"{name}.yaml").read_text(encoding="utf-8")
    parsed = parse_card(text, name)
    assert isinstance(parsed, ModelCard)
    return parsed


CARDS = {one.id: one for one in map(card, ("eye-color", "reference-inpaint"))}


@dataclass
class Remembered:
    """What was uploaded before, in memory."""

    references: dict[Digest, str] = field(default_factory=dict)

    async def find(self, digest: Digest) -> str | None:
        return self.references.get(digest)

    async def keep(self, digest: Digest, reference: str) -> None:
        self.references[digest] = reference


@dataclass
class Api:
    """Answers like Runflow; ``rules`` come first, each may answer or leave it.

    Attributes:
        asked: Every request, as ``POST /v1/asset-uploads``, in order.
        requests: The requests themselves.
        runs: The runs by id, as they are shown.
        files: What its signed addresses give, by path.
        output: What a run gives.
        balance: The answer about it.
        polls: How often a run is shown as running before it ends.
    """

    rules: list[Rule] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    requests: list[httpx2.Request] = field(default_factory=list)
    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    assets: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=lambda: {"/out.png": PNG})
    ending: dict[str, Any] = field(default_factory=dict)
    balance: dict[str, Json] = field(default_factory=lambda: {"balance": "10.00"})
    inputs: list[dict[str, Any]] = field(default_factory=list)
    polls: int = 0

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        self.requests.append(request)
        for rule in self.rules:
            answer = rule(request)
            if answer is not None:
                return answer
        if request.headers["host"] == "files.example.net":
            return self._file(request)
        return self._api(request)

    def bodies(self, start: str) -> list[Any]:
        """Give the JSON bodies of the requests to paths that begin so."""
        return [json.loads(one.content) for one in self.requests if one.url.path.startswith(start) and one.content]

    def _file(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "PUT":
            self.assets[request.url.path.removeprefix("/put/")] = request.content
            return httpx2.Response(200)
        content = self.files.get(request.url.path)
        return httpx2.Response(403) if content is None else httpx2.Response(200, stream=httpx2.ByteStream(content))

    def _api(self, request: httpx2.Request) -> httpx2.Response:  # noqa: PLR0911 - one answer a path
        path = request.url.path.removeprefix("/v1")
        match request.method, path.strip("/").split("/"):
            case "POST", ["asset-uploads"]:
                asset_id = f"asset-{len(self.asked)}"
                url = f"{FILES}/put/{asset_id}?{SIGNATURE}"
                return httpx2.Response(201, json={"asset_id": asset_id, "upload_url": url})
            case "POST", ["asset-uploads", asset_id, "confirmations"]:
                return httpx2.Response(201 if asset_id in self.assets else 409, json={"id": asset_id})
            case "GET", ["assets", asset_id]:
                return httpx2.Response(200 if asset_id in self.assets else 404, json={"id": asset_id})
            case "POST", ["models", *model, "runs"]:
                return self._create("/".join(model), request)
            case "POST", ["models", *model, "batches"]:
                return self._create_batch("/".join(model), request)
            case "GET", ["runs", run_id]:
                return self._show(run_id)
            case "GET", ["runs"]:
                return self._list(request)
            case "GET", ["billing", "balance"]:
                return httpx2.Response(200, json=self.balance)
            case "GET", ["models", *_]:
                return httpx2.Response(200, json={"inputs": self.inputs})
            case _:
                return problem(404, "NOT_FOUND", "there is nothing here")

    def _create_batch(self, model: str, request: httpx2.Request) -> httpx2.Response:
        items = [self._run(model, item["client_ref"], item) for item in json.loads(request.content)["input"]]
        shown = [{"run_id": run["id"], "client_ref": run["client_ref"], "status_code": "queued"} for run in items]
        return httpx2.Response(201, json={"id": "batch-1", "status_code": "queued", "items": shown})

    def _create(self, model: str, request: httpx2.Request) -> httpx2.Response:
        body = json.loads(request.content)
        return httpx2.Response(201, json=self._run(model, body["client_ref"], body["input"]))

    def _run(self, model: str, reference: str, given: Json) -> dict[str, Any]:
        run_id = f"run-{len(self.runs) + 1}"
        now = datetime.now(UTC).isoformat()
        self.runs[run_id] = {
            "id": run_id, "status_code": "queued", "client_ref": reference, "created_at": now,
            "model": model, "input": given, "cost": None, "output": None, "left": self.polls,
        }  # fmt: skip
        return self.runs[run_id]

    def _show(self, run_id: str) -> httpx2.Response:
        run = self.runs.get(run_id)
        if run is None:
            return problem(404, "RUN_NOT_FOUND", "no such run")
        if run["left"] > 0:
            run["left"] -= 1
            return httpx2.Response(200, json={**run, "status_code": "running"})
        ended = {
            "status_code": "succeeded", "cost": "0.29", "target_version": "7",
            "output": {"outputs": [{"url": f"{FILES}/out.png?{SIGNATURE}", "type": "image"}], "seed": 5},
        }  # fmt: skip
        return httpx2.Response(200, json={**run, **ended, **self.ending})

    def _list(self, request: httpx2.Request) -> httpx2.Response:
        query = request.url.params
        runs = sorted(self.runs.values(), key=lambda run: run["created_at"], reverse=True)
        if "q" in query:
            runs = [run for run in runs if f"client_ref:{run['client_ref']}" == query["q"]]
        start, limit = int(query.get("pq", "0")), int(query["limit"])
        following = str(start + limit) if start + limit < len(runs) else None
        return httpx2.Response(200, json={"items": runs[start : start + limit], "next": following})


def problem(status: int, code: str, message: str, **more: Any) -> httpx2.Response:
    """Make an error as the API has it."""
    headers = {"date": format_datetime(datetime.now(UTC), usegmt=True)}
    return httpx2.Response(status, json={"code": code, "message": message, "errors": None, **more}, headers=headers)


def on(method: str, start: str, answer: Callable[[httpx2.Request], httpx2.Response], times: int = 10**6) -> Rule:
    """Make a rule for a method and the beginning of a path, so many times."""
    left = itertools.count(times, -1)

    def rule(request: httpx2.Request) -> httpx2.Response | None:
        if request.method != method or not request.url.path.startswith(start) or next(left) <= 0:
            return None
        return answer(request)

    return rule


def raises(error: Callable[[str], Exception]) -> Callable[[httpx2.Request], httpx2.Response]:
    """Fail as a network does."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        raise error("as if the network had failed")

    return answer


@dataclass
class Clock:
    """A clock that goes on only when somebody sleeps."""

    at_s: float = 0.0
    slept: list[float] = field(default_factory=list)

    def now_s(self) -> float:
        return self.at_s

    async def sleep(self, pause_s: float) -> None:
        self.slept.append(pause_s)
        self.at_s += pause_s
        await asyncio.sleep(0)


async def resolve(host: str, port: int) -> tuple[IpAddress, ...]:
    return (ipaddress.ip_address("10.0.0.1" if "private" in host else "93.184.216.34"),)


def connection(**changes: Any) -> Connection:
    usual: dict[str, Any] = {
        "name": "runflow", "base_url": API, "key": SecretStr(KEY), "key_source": "RUNFLOW_API_KEY",
        "requests_per_second": 1000.0, "limits": TimeLimits(answer_s=5.0),
    }  # fmt: skip
    return Connection(**{**usual, **changes})


def use(
    api: Handler, action: Callable[[RunflowProvider], Awaitable[T]], clock: Clock | None = None, **changes: Any
) -> T:
    """Do something with a provider that asks this API."""
    clock = clock or Clock()
    transport = httpx2.MockTransport(api)
    web = Web(resolve=resolve, transport=lambda: httpx2.MockTransport(api), sleep=clock.sleep)
    doors = Doors(transport=transport, web=web, sleep=clock.sleep, now_s=clock.now_s)

    async def with_provider() -> T:
        async with open_runflow(connection(**changes), CARDS, doors) as provider:
            return await action(provider)

    return asyncio.run(with_provider())


def eyes(image: bytes = PNG, **params: Json) -> Request:
    given: Mapping[str, Json] = {"eye_color": "green", "rgb": [1, 2, 3], **params}
    return Request(
        key=ActionKey("a" * 64), model="runflow/eye-color", revision="1",
        images={"image": Picture("in/a.png", image)}, masks={}, params=given,
    )  # fmt: skip


def inpaint(image: bytes = PNG, reference: bytes = JPEG, mask: bytes = PNG) -> Request:
    return Request(
        key=ActionKey("b" * 64), model="runflow/reference-inpaint", revision="1",
        images={"image": Picture("in/a.png", image), "reference": Picture("in/ref.jpg", reference)},
        masks={"mask": mask}, params={},
    )  # fmt: skip
