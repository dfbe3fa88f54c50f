"""A project that buys from a server on the loopback, and the command line in a process of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.server.process import Server
from tests.walls import write_walls

PRICE = Decimal("0.55")
_SIZE_PX = (64, 96)


@dataclass(frozen=True, slots=True)
class Customer:
    """A project, and the key that it buys with.

    Attributes:
        key: None where there is none.
        callback_secret: What the server signs callbacks with; empty where there is none.
    """

    root: Path
    key: str | None
    callback_secret: str = ""

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command."""
        command = [sys.executable, "-m", "runner", *arguments]
        return subprocess.Popen(
            command, cwd=self.root, env=self._environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=240)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def _environment(self) -> Mapping[str, str]:
        others = {name: value for name, value in os.environ.items() if not name.startswith("RUNFLOW_")}
        secrets = {"RUNFLOW_API_KEY": self.key or "", "RUNFLOW_CALLBACK_SECRET": self.callback_secret}
        return others | {"NO_COLOR": "1"} | {name: value for name, value in secrets.items() if value}


def open_project(
    root: Path, server: Server, key: str | None, *, photos: int = 10, seed: int = 0, callback_secret: str = ""
) -> Customer:
    """Make a project of small photos that buys two jobs for each."""
    (root / "photos").mkdir(parents=True)
    (root / "runner.toml").write_text(
        f'provider = "runflow"\n[providers.runflow]\nbase_url = "{server.url}"\nrequests_per_second = 100\n'
    )
    write_walls(root, photos, seed, _SIZE_PX)
    return Customer(root, key, callback_secret)


def make_callback_secret(server: Server, key: str) -> str:
    """Make what the server signs the callbacks to a key's organization with."""
    with server.client(key) as client:
        secret: str = client.post("/v1/callback-secrets", json={}).raise_for_status().json()["plain_secret"]
    return secret


def free_port() -> int:
    """Find a port of the loopback that nobody listens on."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port: int = place.getsockname()[1]
    return port


def jobs_at(server: Server, key: str) -> list[dict[str, Any]]:
    """Give all jobs that the server made for a key."""
    with server.client(key) as client:
        listed: list[dict[str, Any]] = client.get("/v1/runs", params={"limit": 500}).raise_for_status().json()["items"]
    return listed


def balance_at(server: Server, key: str) -> Decimal:
    """Give what a key has left to spend."""
    with server.client(key) as client:
        return Decimal(client.get("/v1/billing/balance").raise_for_status().json()["balance"])


def files_with(root: Path, secret: str) -> list[str]:
    """Name the files of a project that hold a text."""
    return [str(path) for path in root.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
