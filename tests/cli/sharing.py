"""Two projects of the same photos and recipe, in folders of their own, that share a cache remote."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import RECIPE, Ended, Runner, draw_photo


@dataclass(frozen=True, slots=True)
class Team:
    """Two colleagues.

    Attributes:
        share: The folder of the cache remote; made with the first result.
    """

    ann: Path
    bob: Path
    share: Path
    runner: Runner
    monkeypatch: pytest.MonkeyPatch

    def at(self, root: Path, *arguments: str) -> Ended:
        """Run a command in one of the projects."""
        self.monkeypatch.chdir(root)
        return self.runner(*arguments)

    def objects(self, kind: str) -> list[Path]:
        """List what lies in the remote, ``results`` or ``blobs``."""
        return sorted(path for path in (self.share / kind).rglob("*") if path.is_file())


def outputs(root: Path) -> dict[str, bytes]:
    """Read what a project wrote."""
    return {path.name: path.read_bytes() for path in (root / "out").iterdir()}


def open_team(folder: Path, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> Team:
    """Let the projects ``ann`` and ``bob`` of a folder share another one in it."""
    team = Team(folder / "ann", folder / "bob", folder / "share", runner, monkeypatch)
    for root in (team.ann, team.bob):
        (root / "runner.toml").write_text(f'[cache]\nremote = "file://{team.share}"\n')
    return team


def make_projects(folder: Path, photos: str = "abc") -> None:
    """Make the same project twice, ``ann`` and ``bob``; of each photo come two results."""
    for name in ("ann", "bob"):
        (folder / name / "photos").mkdir(parents=True)
        (folder / name / "cards.yaml").write_text(RECIPE)
        for number, photo in enumerate(photos):
            draw_photo(folder / name / "photos" / f"{photo}.png", seed=number)
