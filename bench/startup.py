"""How long a person waits for the first word: `runner --help`, and `runner check` of a small recipe."""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.alternate import Ratio, time_in_alternation
from runner.samples.project import SAMPLES, project_files


def ratios() -> Iterator[Ratio]:
    """Measure both, each against the imports that it cannot do without."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        _write_project(folder)
        yield _ratio(folder, job="help", arguments="--help", floor="import click", to_reach="1.6")
        yield _ratio(
            folder, job="check", arguments="check recipes/eyes.yaml", floor="import yaml, pydantic, click", to_reach="2"
        )


def _ratio(folder: Path, *, job: str, arguments: str, floor: str, to_reach: str) -> Ratio:
    ours = [sys.executable, "-m", "runner", *arguments.split()]
    median_ms, floor_ms = time_in_alternation(ours, [sys.executable, "-c", floor], folder)
    return Ratio(
        job=job,
        command=f"runner {arguments}",
        median_ms=median_ms,
        floor=f"python -c '{floor}'",
        floor_ms=floor_ms,
        to_reach=to_reach,
    )


def _write_project(folder: Path) -> None:
    for path, content in project_files(SAMPLES["eyes"]).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
