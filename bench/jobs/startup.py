"""How long a person waits for the first word: `runner --help`, and `runner check` of a small recipe."""

from pathlib import Path

from bench.measure import PYTHON, Program, alternate
from bench.results import Claim, Result, Row
from runner.samples.project import SAMPLES, project_files

_TIMES = 11
_CASES = (("--help", "import click", 1.6), ("check recipes/eyes.yaml", "import yaml, pydantic, click", 2.0))


def measure(place: Path) -> Result:
    """Measure both, each against the imports that it cannot do without."""
    _write_project(place)
    rows: list[Row] = []
    claims: list[Claim] = []
    for arguments, imports, bar in _CASES:
        ours = Program(name=f"runner {arguments}", words=(PYTHON, "-m", "runner", *arguments.split()), folder=place)
        floor = Program(name=f"python -c '{imports}'", words=(PYTHON, "-c", imports), folder=place)
        taken, least = alternate([ours, floor], _TIMES)
        ratio = taken.wall_s / least.wall_s
        work = arguments.split()[0]
        rows += [
            Row(work=work, program=ours.name, figures=taken, ratio=ratio),
            Row(work=work, program=floor.name, figures=least, note="floor"),
        ]
        claims.append(Claim(text=f"`{ours.name}` over its imports", measured=ratio, bar=bar))
    return Result(rows=rows, claims=claims)


def _write_project(folder: Path) -> None:
    for path, content in project_files(SAMPLES["eyes"]).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
