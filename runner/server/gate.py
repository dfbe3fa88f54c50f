"""The gate in front of all paths: who asks, may they, and what was answered."""

import base64
import binascii
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runner.server.answers import Refusal, problem_answer
from runner.server.ids import new_id
from runner.server.metrics import Metrics
from runner.server.orgs.caller import caller_in, request_id_of, set_caller, set_request_id
from runner.server.orgs.keys import Keys

_OPEN_PATHS = frozenset({"/v1/health", "/v1/readiness", "/openapi.json"})
_SIGNED_PLACES = ("/files/", "/uploads/")
"""Paths whose addresses carry a signature instead of a key."""

_BROWSER_PLACES = ("/thumbnails/",)
_BROWSER_PATHS = frozenset({"/", "/metrics"})
"""Paths that take the key as the password of HTTP's basic authentication too: browsers can send that."""

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Lets in who has a key, gives each request an id, and logs and counts its answer.

    Attributes:
        app: What answers.
        patterns: Of its paths, by endpoint; for measurements, which must not name every run.
        hosts: Names under which a server without keys may be addressed; a web page whose name leads to this machine
            (DNS rebinding) has another one.
    """

    app: ASGIApp
    patterns: Mapping[object, str]
    keys: Keys
    metrics: Metrics
    log: logging.Logger
    hosts: frozenset[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        set_request_id(scope, new_id())
        answer = _Answer(scope, send)
        try:
            await self._enter(scope, receive, answer.send)
        finally:
            self._tell(scope, answer)

    async def _enter(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self._admit(scope)
        except Refusal as refusal:
            await problem_answer(refusal)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _admit(self, scope: Scope) -> None:
        """Note whose request it is.

        Raises:
            Refusal: 401 without a good key, 403 for another organization, or from a foreign web page.
        """
        path, headers = scope["path"], Headers(scope=scope)
        if not self.keys.are_needed:
            self._refuse_foreign_pages(headers)
        if path in _OPEN_PATHS or path.startswith(_SIGNED_PLACES):
            return
        in_browser = path in _BROWSER_PATHS or path.startswith(_BROWSER_PLACES)
        org_id = self.keys.org_id(_key_in(headers.get("authorization", ""), in_browser=in_browser))
        if org_id is None:
            scheme = 'Basic realm="edit-runner: any name, the key as password"' if in_browser else "Bearer"
            message = "a valid key is needed: Authorization: Bearer KEY"
            raise Refusal(401, "UNAUTHORIZED", message, headers={"WWW-Authenticate": scheme})
        if headers.get("x-organization-id", org_id) != org_id:
            raise Refusal(403, "PERMISSION_DENIED", "the key is not one of this organization")
        set_caller(scope, org_id)

    def _refuse_foreign_pages(self, headers: Headers) -> None:
        """Refuse what a web page elsewhere makes a browser send here: there is no key that it would lack."""
        for name, place in (("Host", f"//{headers.get('host', '')}"), ("Origin", headers.get("origin", "//localhost"))):
            if _host(place) not in self.hosts:
                message = f"this server has no keys, and answers only to its own {name}"
                raise Refusal(403, "PERMISSION_DENIED", message)

    def _tell(self, scope: Scope, answer: "_Answer") -> None:
        seconds, route = time.monotonic() - answer.began_s, self.patterns.get(scope.get("endpoint"), "other")
        self.metrics.request_answered(_method(scope), route, answer.status, seconds)
        caller = caller_in(scope)
        self.log.info(
            "request",
            extra={
                "request_id": request_id_of(scope),
                "method": scope["method"],
                "path": scope["path"][:300],
                "status": answer.status,
                "duration_ms": round(seconds * 1000),
                "org_id": caller.org_id if caller is not None else None,
            },
        )


class _Answer:
    """Watches an answer on its way out, and adds the headers that all answers have."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.began_s = time.monotonic()
        self.status = 0
        self._request_id = request_id_of(scope)
        self._send = send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["Runflow-Request-Id"] = self._request_id
            headers["X-Content-Type-Options"] = "nosniff"
            headers.setdefault("Cache-Control", "no-store")
        await self._send(message)


def _key_in(authorization: str, *, in_browser: bool) -> str | None:
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if scheme.lower() != "basic" or not in_browser:
        return None
    try:
        return base64.b64decode(given, validate=True).decode("utf-8").partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return None


def _host(place: str) -> str | None:
    try:
        return urlsplit(place).hostname
    except ValueError:
        return None


def _method(scope: Scope) -> str:
    method: str = scope["method"]
    return method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"
