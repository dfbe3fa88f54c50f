"""Recipes of the documents, run by the command line in this process."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from runner.cli.main import run_command


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code, its JSON document, and what it said besides."""

    code: int
    document: dict[str, Any]
    err: str


Command = Callable[..., Ended]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, and the working directory in it."""
    (tmp_path / "runner.toml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command that writes JSON."""

    def run(*arguments: str) -> Ended:
        capsys.readouterr()
        code = run_command([*arguments, "--format", "json"])
        captured = capsys.readouterr()
        return Ended(code, json.loads(captured.out or "{}"), captured.err)

    return run
