"""Serve Runflow's HTTP API over the local engines."""

import asyncio
import ipaddress
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from runner.app.project import Problems, open_project
from runner.core.errors import Refused, UsageError
from runner.core.money import Money, parse_money
from runner.server.logs import open_log
from runner.server.models.offer import build_offer
from runner.server.options import PLAY_MONEY, ServerOptions
from runner.server.orgs.keys import ApiKey, parse_keys
from runner.server.running import Start, run_server

_OTHERS_MAY = 0o007
"""The bits of a file's mode that let everybody read, write or execute it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeRequest:
    """What was asked for on the command line.

    Attributes:
        keep_days: How long to keep what has ended; None for ever.
        place: Where to look for a project, whose own model cards are served too.
        prices: As typed: ``MODEL=USD``.
        balance: As typed; None for play money.
    """

    host: str
    port: int
    data: Path
    workers: int
    api_key_file: Path | None
    callback_allow: tuple[str, ...]
    fetch_allow: tuple[str, ...]
    prices: tuple[str, ...]
    balance: str | None
    keep_days: int | None
    place: Path


def serve_api(request: ServeRequest, tell: Callable[[str], None]) -> Problems | None:
    """Serve until SIGINT or SIGTERM.

    Args:
        request: What was asked for.
        tell: Called with the server's URL once it accepts connections.

    Returns:
        Problems of the project's files, where there are any; then nothing was served.

    Raises:
        UsageError: an option cannot be used, or the address or folder is in use.
        Refused: the address can be reached from elsewhere, and there is no key file.
        StoreError: the data cannot be opened.
    """
    keys = _read_keys(request)
    project = open_project(request.place)
    if isinstance(project, Problems):
        return project
    options = ServerOptions(
        data=request.data,
        workers=request.workers,
        callback_allow=frozenset(map(_parse_host, request.callback_allow)),
        fetch_allow=frozenset(map(_parse_host, request.fetch_allow)),
        prices=_parse_prices(request.prices, build_offer(project.catalog, {}).cards),
        balance=PLAY_MONEY if request.balance is None else _parse_amount("--balance", request.balance),
        keep_days=request.keep_days,
    )
    with _bound(request.host, request.port) as bound:
        start = Start(options=options, catalog=project.catalog, keys=keys, log=open_log())
        asyncio.run(run_server(start, bound, tell))
    return None


def _read_keys(request: ServeRequest) -> tuple[ApiKey, ...]:
    path = request.api_key_file
    if path is None:
        if not _is_loopback(request.host):
            message = f"'{request.host}' can be reached from other machines, and there is no key file"
            raise Refused("key-file-needed", message, hint="write keys into a file, and name it with --api-key-file")
        return ()
    try:
        if os.name == "posix" and path.stat().st_mode & _OTHERS_MAY:
            raise UsageError("open-key-file", f"everybody on this machine can use '{path}'", hint=f"chmod 600 '{path}'")
        return parse_keys(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError("unreadable-file", f"cannot read '{path}': {error.strerror}") from error
    except ValueError as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise UsageError(
            "bad-key-file", f"'{path}': {reason}", hint="a key a line, such as: openssl rand -hex 32"
        ) from error


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _parse_host(text: str) -> str:
    """Prove that a text is a host alone, not a URL: a name, or an address without brackets."""
    host = text.strip().lower().removeprefix("[").removesuffix("]")
    if not host or any(mark in host for mark in "/@?#* ") or (":" in host and not _is_address(host)):
        raise UsageError("bad-host", f"'{text}' is no host", hint="a name or an address, such as localhost or 10.0.0.7")
    return host


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _parse_prices(texts: tuple[str, ...], models: Mapping[str, object]) -> dict[str, Money]:
    prices: dict[str, Money] = {}
    for text in texts:
        model, _, amount = text.partition("=")
        if model not in models:
            raise UsageError(
                "unknown-model", f"there is no model '{model}' to price", hint=f"there are: {', '.join(models)}"
            )
        prices[model] = _parse_amount("--price", amount)
    return prices


def _parse_amount(option: str, text: str) -> Money:
    try:
        return parse_money(text)
    except ValueError as error:
        raise UsageError("bad-amount", f"{option}: '{text}' is not {error}", hint="such as 0.55") from error


def _bound(host: str, port: int) -> socket.socket:
    """Bind an address; the system's choice of port is taken for 0."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise UsageError("bad-address", f"'{host}' is no address of this machine: {error.strerror}") from error
    try:
        if os.name == "posix":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise UsageError(
            "address-in-use", f"cannot listen on {host}:{port}: {error.strerror}", hint="--port 0"
        ) from error
    return bound
