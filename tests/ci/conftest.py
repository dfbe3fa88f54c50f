"""A checkout as a build has it, the command ``runner`` on the path, and a place that plays GitHub's comments."""

import json
import os
import re
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import draw_photo
from tests.cli.repositories import commit_all, git, write_project

ROOT = Path(__file__).parents[2]
AUTHOR = "github-actions[bot]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A shallow clone of a branch, which has another photo ``b``, and the commit that it began at."""

    folder: Path
    base: str


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Clone as a build does: the tip of the branch and nothing of its history."""
    origin = write_project(tmp_path / "origin")
    base = commit_all(origin)
    git(origin, "checkout", "-q", "-b", "work")
    draw_photo(origin / "photos" / "b.png", seed=70)
    commit_all(origin)
    git(origin, "config", "uploadpack.allowAnySHA1InWant", "true")
    folder = tmp_path / "checkout"
    git(tmp_path, "clone", "-q", "--depth", "1", "--branch", "work", f"file://{origin}", folder)
    return Checkout(folder=folder, base=base)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What programs of a build see: ``runner`` on the path, and no settings of this machine."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "runner").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m runner "$@"\n')
    (programs / "runner").chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_", "RUNFLOW_"))}
    return kept | {
        "PATH": f"{programs}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "CI": "true",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }


@dataclass(slots=True)
class Forge:
    """Plays the comments of pull request 7.

    Attributes:
        comments: By their ids.
        asked: What was requested, in order.
        refusal: The status that writing is answered with; 0 lets it through.
        elsewhere: Where every request is sent on to; empty to answer it.
    """

    url: str = ""
    comments: dict[int, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    refusal: int = 0
    elsewhere: str = ""

    def bodies(self, login: str = AUTHOR) -> list[str]:
        """What a user wrote."""
        return [comment["body"] for comment in self.comments.values() if comment["user"]["login"] == login]

    def write(self, body: str, login: str) -> dict[str, Any]:
        """Add a comment."""
        number = len(self.comments) + 1
        self.comments[number] = {"id": number, "body": body, "user": {"login": login}}
        return self.comments[number]

    def answer(self, method: str, path: str, body: str) -> tuple[int, Any]:
        """Answer a request as GitHub does."""
        page = re.fullmatch(r"/repos/shop/sofas/issues/7/comments\?per_page=100&page=([0-9]+)", path)
        comment = re.fullmatch(r"/repos/shop/sofas/issues/comments/([0-9]+)", path)
        if method == "GET" and page:
            first = (int(page[1]) - 1) * 100
            return 200, list(self.comments.values())[first : first + 100]
        if self.refusal:
            return self.refusal, {"message": "Resource not accessible by integration"}
        if method == "POST" and path == "/repos/shop/sofas/issues/7/comments":
            return 201, self.write(body, AUTHOR)
        if method == "PATCH" and comment:
            self.comments[int(comment[1])]["body"] = body
            return 200, self.comments[int(comment[1])]
        return 404, {"message": "Not Found"}


@pytest.fixture
def forge() -> Iterator[Forge]:
    """Serve a forge on the loopback."""
    played = Forge()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            played.asked.append(f"{self.command} {self.path.partition('?')[0]}")
            played.tokens.add(self.headers.get("Authorization", ""))
            content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            if played.elsewhere and not self.path.startswith("/elsewhere"):
                self.send_response(302)
                self.send_header("Location", played.elsewhere)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            status, said = played.answer(self.command, self.path, json.loads(content)["body"] if content else "")
            written = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - the names that the base class looks for

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    played.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield played
    server.shutdown()
    thread.join()
    server.server_close()
