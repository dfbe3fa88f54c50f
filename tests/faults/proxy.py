"""The proxy between runner and server: forwards every request, unless the dice say otherwise."""

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import Callable, Coroutine

import orjson

from tests.faults.faults import Dice, Endpoint, Fault
from tests.faults.messages import Message, answer, read_message
from tests.faults.variants import Variant
from tests.faults.world import Address, Server

CALLBACKS = "/callbacks"
_UPSTREAM_S = 30.0
_BACKLOG = 512


class Away(Exception):
    """The other side took no connection, or broke off."""


class Proxy:
    """A proxy of one campaign, in the event loop of the driver.

    Args:
        variant: What the provider is made to look like.
        dice: Say what goes wrong.
        server: Where requests go.
        receiver: Where callbacks go; None where nobody receives them.
        kill: Ends the runner as a power cut would.

    Attributes:
        signatures: Of all signed addresses that were used.
        away: How many requests found the other side gone.
    """

    def __init__(
        self, variant: Variant, dice: Dice, server: Server, receiver: Address | None, kill: Callable[[], None]
    ) -> None:
        self.signatures: set[str] = set()
        self.away = 0
        self.port = 0
        self._variant = variant
        self._dice = dice
        self._server = server
        self._receiver = receiver
        self._kill = kill
        self._way = random.Random(f"{dice.seed} filter").choice(("refuse", "ignore", "nothing"))
        self._listening: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._late: set[asyncio.Task[None]] = set()
        self._runs: list[tuple[str, bytes]] = []
        self._told: list[Message] = []
        self._outage = asyncio.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen; on the same port as before, if it did."""
        self._listening = await asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=_BACKLOG, limit=2**20)
        self.port = self._listening.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Listen no more, and drop all connections."""
        ours = (*self._tasks, *self._late)
        for task in ours:
            task.cancel()
        await asyncio.gather(*ours, return_exceptions=True)
        if self._listening is not None:
            self._listening.close()

    async def settle(self) -> None:
        """Wait until nothing is on its way any more that was held up."""
        while self._late:
            await asyncio.wait(self._late)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while (request := await read_message(reader)) is not None:
                if not await self._treat(request, writer):
                    break
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the client is gone: it was killed, or waited long enough
        except asyncio.CancelledError:
            pass  # the campaign is over; Python 3.11 would report a handler that ends so
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _treat(self, request: Message, writer: asyncio.StreamWriter) -> bool:
        """Answer a request, well or badly; say whether the connection may go on."""
        if "signature" in request.query:
            self.signatures.add(request.query["signature"])
        endpoint = endpoint_of(request)
        fault = self._dice.throw(endpoint)
        if fault.how == "refuse":
            self._spawn(self._refuse_for(fault.seconds))
        elif fault.how == "kill" and not fault.delivered:
            self._kill()
        try:
            said = await self._said(request, endpoint, fault)
        except Away:
            self.away += 1
            reset(writer)
            return False
        return await self._give(said, fault, writer)

    async def _said(self, request: Message, endpoint: Endpoint, fault: Fault) -> Message | None:
        """Get the answer to a request; None where there will be none."""
        if fault.how in {"overdue", "late"}:
            self._spawn(self._hand_over_late(request, endpoint, fault.seconds))
        elif fault.how in {"twice", "forge", "replay"}:
            self._spawn(self._deliver_besides(request, fault))
        said = await self._forward(request, endpoint) if fault.delivered else None
        if fault.status and (said is None or fault.how == "answer"):
            return answer(fault.status, fault.body, fault.media_type, fault.headers)
        return said if said is None else self._changed(said, fault)

    def _changed(self, said: Message, fault: Fault) -> Message:
        if said.status < 300 and fault.how == "other":
            return said.with_body(fault.body or self._another_run(said), fault.media_type)
        if said.status < 300 and fault.how == "cut":
            return said.with_body(said.body[: len(said.body) // 2])
        if fault.how == "kill":
            self._kill()
        return said

    async def _give(self, said: Message | None, fault: Fault, writer: asyncio.StreamWriter) -> bool:
        if fault.how == "hold":
            await asyncio.sleep(fault.seconds)
        if said is None or fault.how in {"reset", "hold", "kill"}:
            reset(writer)
            return False
        content = said.whole()
        if fault.how == "truncate":
            writer.write(content[: len(content) - max(1, len(said.body) // 2)])
            await writer.drain()
            reset(writer)
            return False
        for part in _parts(content, 8 if fault.how == "trickle" else 1):
            writer.write(part)
            await writer.drain()
            if fault.how == "trickle":
                await asyncio.sleep(fault.seconds / 8)
        return True

    async def _forward(self, request: Message, endpoint: Endpoint) -> Message:
        """Hand a request over, as the variant's provider would see it.

        Raises:
            Away: nobody took it, or nobody answered.
        """
        if endpoint == "callback":
            if self._receiver is None:
                raise Away
            said = await exchange(request, self._receiver)
            self._told.append(request)
            return said
        if endpoint == "list" and not self._variant.filters and "q" in request.query:
            if self._way == "refuse":
                return answer(
                    422, b'{"code":"INVALID","message":"no such parameter","errors":null}', "application/json"
                )
            if self._way == "nothing":
                return answer(200, b'{"items":[],"first":null,"next":null,"previous":null}', "application/json")
            request = request.to("/v1/runs?limit=100")
        if not self._variant.honors_keys:
            request = request.without("idempotency-key")
        if endpoint == "create":
            self._server.note_create()
        said = await exchange(request, self._server.address)
        if endpoint in {"create", "poll"} and said.status < 300:
            self._runs.append((orjson.loads(said.body)["id"], said.body))
        if endpoint == "list" and not self._variant.shows_references and said.status < 300:
            return said.with_body(without_references(said.body))
        return said

    def _another_run(self, said: Message) -> bytes:
        """Give what was once said of another run; a page where there was none yet."""
        own = orjson.loads(said.body)["id"]
        return next((body for run_id, body in reversed(self._runs) if run_id != own), b"<html></html>")

    async def _refuse_for(self, seconds: float) -> None:
        """Take no connection for a while; one while after the other, not two at once."""
        async with self._outage:
            if self._listening is not None:
                self._listening.close()
                await asyncio.sleep(seconds)
                await self.start()

    async def _hand_over_late(self, request: Message, endpoint: Endpoint, seconds: float) -> None:
        await asyncio.sleep(random.uniform(0.1, seconds))
        with contextlib.suppress(Away):
            await self._forward(request, endpoint)

    async def _deliver_besides(self, request: Message, fault: Fault) -> None:
        await asyncio.sleep(0.05)
        if fault.how == "twice":
            await self._tell(request)
        elif fault.how == "forge":
            body = orjson.dumps({**orjson.loads(request.body), "status": "failed", "event": "run.failed"})
            forged = request.without("runflow-signature")
            signed = Message(forged.first, (*forged.headers, ("runflow-signature", "ab" * 32)), body)
            await self._tell(signed)
        elif self._told:
            await self._tell(self._told[0])

    async def _tell(self, request: Message) -> None:
        with contextlib.suppress(Away):
            await self._forward(request, "callback")

    def _spawn(self, what: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(what)
        self._late.add(task)
        task.add_done_callback(self._late.discard)


def endpoint_of(request: Message) -> Endpoint:
    """Say what a request asks for."""
    path, is_post = request.path, request.method == "POST"
    if path.startswith(CALLBACKS):
        return "callback"
    if path.startswith("/v1/runs"):
        return "list" if path == "/v1/runs" else "poll"
    if is_post and path.startswith("/v1/models/"):
        return "create"
    if path.startswith("/files/"):
        return "download"
    if path.startswith("/uploads/"):
        return "put"
    return "upload" if path.startswith("/v1/asset") else "account"


async def exchange(request: Message, address: Address) -> Message:
    """Send a request to its end and read the answer, on a connection of its own.

    Raises:
        Away: nobody took it, or nobody answered.
    """
    writer = None
    try:
        async with asyncio.timeout(_UPSTREAM_S):
            reader, writer = await asyncio.open_connection(*address, limit=2**20)
            writer.write(request.without("connection").with_header("connection", "close").whole())
            said = await read_message(reader)
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        raise Away from error
    finally:
        if writer is not None:
            writer.close()
    if said is None:
        raise Away
    return said.without("connection", "keep-alive")


def without_references(body: bytes) -> bytes:
    """Leave out of a list what could tell whose runs these are."""
    page = orjson.loads(body)
    for run in page["items"]:
        run.pop("client_ref", None)
        run.pop("metadata", None)
    return orjson.dumps(page)


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with a reset, after what was written."""
    made = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _parts(content: bytes, number: int) -> list[bytes]:
    size = -(-len(content) // number)
    return [content[start : start + size] for start in range(0, len(content), size)]
