"""Edits bought of a provider that takes half a second for each: by asking for them, and by callbacks."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from bench.measure import FLOORS, PYTHON, REPOSITORY, TIMES, Figures, Program, alternate
from bench.results import Claim, Result, Row

_LATENCY_S = 0.5
_CONCURRENCY = 64
_PHOTOS = 10
_SECRET = "whsec_bench"  # noqa: S105 - of a server on the loopback
_BARS = {"polling": 1.12, "callbacks": 1.06}
_CPU_BAR = 3.0
_RUN = ("run", "eyes.yaml", "--yes", "--quiet")
_HOW = (
    "A floor is N · L / C: 64 jobs at one time, of 0.5 s each. The bare script is `bench/floors/hosted.py`: one httpx2 "
    "client that creates a job, asks for it every half second and downloads its result; it writes nothing down before "
    "it buys, and verifies nothing. The provider (`bench/hosted_server.py`) is a process of its own on the same "
    "machine, and its CPU is not counted. Results are JPEGs of 200 KB, no two alike; ten photos are uploaded once each "
    "and edited in many colors."
)
_WHAT = (
    "All is as it is by default: requests that wait go as one batch where jobs are asked for, and each alone where "
    "they are called back; each purchase is on the disk before its request leaves; results are read through, kept, and "
    "written as outputs with their mark. The page of the report and its thumbnails come after the last result: a row "
    "of its own has them, and job 8."
)

_RECIPE = """\
version: 1
name: eyes
inputs:
  portrait: {{ glob: photos/*.jpg }}
matrix:
  rgb: {colors}
steps:
  - id: eyes
    uses: runflow/eye-color
    with: {{ image: "${{{{ item }}}}", eye_color: amber, rgb: "${{{{ matrix.rgb }}}}" }}
outputs:
  - {{ from: eyes, path: "out/${{{{ item.key }}}}/${{{{ matrix.rgb | slug }}}}.jpg" }}
"""
_SETTINGS = """\
provider = "runflow"
[providers.runflow]
base_url = "{url}"
concurrency = {concurrency}
requests_per_second = 1000
"""


def measure(place: Path) -> Result:
    """Measure a thousand actions several times, ten thousand once."""
    result = place / "result.jpg"
    _draw(result, 0)
    with _serving(result) as url:
        small = _thousand(place / "small", url)
        large = _ten_thousand(place / "large", url, small)
    rows = [row for one in (small, large) for row in one.rows]
    claims = [claim for one in (small, large) for claim in one.claims]
    grown_mib = large.peak_mib - small.peak_mib
    growth = f"10,000 take {grown_mib:.0f} MiB more: the plan and its events; pictures are held of what is in flight."
    return Result(rows=rows, claims=claims, notes=(_HOW, _WHAT, growth))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """What was measured of one number of actions.

    Attributes:
        script_s: CPU of the bare script for one action.
    """

    rows: list[Row]
    claims: list[Claim]
    peak_mib: float
    script_s: float


def _thousand(root: Path, url: str) -> _Measured:
    """Measure both ways and the script in alternation, and the command with its report once."""
    actions = 1_000
    _write_project(root, url, actions)
    words = (PYTHON, str(FLOORS / "hosted.py"), url, str(actions), str(_CONCURRENCY), str(root / "bare"))
    bare = Program(name="floors/hosted.py", words=words, folder=root)
    whole = Program(
        name="runner run, by polling", words=(PYTHON, "-m", "runner", *_RUN), folder=root,
        make_ready=partial(_forget, root),
    )  # fmt: skip
    *ways, least = alternate([*(_ours(root, way) for way in _BARS), bare], TIMES, warm_up=False)
    (reported,) = alternate([whole], 1, warm_up=False)
    measured = _both_ways(actions, ways, least.cpu_s / actions)
    more = [
        _row(actions, bare.name, least, "bare script"),
        _row(actions, whole.name, reported, "with the page of the report and its thumbnails"),
    ]
    return replace(measured, rows=[*measured.rows, *more])


def _ten_thousand(root: Path, url: str, small: _Measured) -> _Measured:
    """Measure both ways once; the script's part grows with the number of its actions."""
    actions = 10_000
    _write_project(root, url, actions)
    ways = alternate([_ours(root, way) for way in _BARS], 1, warm_up=False)
    return _both_ways(actions, ways, small.script_s)


def _both_ways(actions: int, ways: Sequence[Figures], script_s: float) -> _Measured:
    rows, claims, work = [], [], f"{actions:,} actions"
    for (way, bar), taken in zip(_BARS.items(), ways, strict=True):
        share = taken.cpu_s / actions / script_s
        program, note = f"runner run without its report, by {way}", f"CPU {share:.1f} × the script's"
        rows.append(_row(actions, program, taken, note))
        claims += [
            Claim(text=f"{work} by {way}: wall over N · L / C", measured=taken.wall_s / _floor_s(actions), bar=bar),
            Claim(text=f"{work} by {way}: CPU over the script's", measured=share, bar=_CPU_BAR),
        ]
    return _Measured(rows=rows, claims=claims, peak_mib=max(taken.peak_mib for taken in ways), script_s=script_s)


def _floor_s(actions: int) -> float:
    return actions * _LATENCY_S / _CONCURRENCY


def _row(actions: int, program: str, taken: Figures, note: str) -> Row:
    each_ms = taken.cpu_s / actions * 1000
    return Row(
        work=f"{actions:,} actions", program=program, figures=taken, ratio=taken.wall_s / _floor_s(actions),
        note=f"{note} · CPU {each_ms:.1f} ms an action",
    )  # fmt: skip


def _ours(root: Path, way: str) -> Program:
    words = [PYTHON, str(REPOSITORY / "bench" / "hosted_run.py"), *_RUN]
    if way == "callbacks":
        port = _free_port()
        words += ["--callback-url", f"http://127.0.0.1:{port}/", "--callback-port", str(port)]
    return Program(name=f"runner run by {way}", words=tuple(words), folder=root, make_ready=partial(_forget, root))


def _write_project(root: Path, url: str, actions: int) -> None:
    for number in range(_PHOTOS):
        _draw(root / "photos" / f"p{number}.jpg", number + 1)
    (root / "runner.toml").write_text(_SETTINGS.format(url=url, concurrency=_CONCURRENCY))
    colors = [f"#{number:06x}" for number in range(actions // _PHOTOS)]
    (root / "eyes.yaml").write_text(_RECIPE.format(colors=json.dumps(colors)))
    os.environ |= {"RUNFLOW_API_KEY": "rf_live_" + 8 * "0123", "RUNFLOW_CALLBACK_SECRET": _SECRET}


def _forget(root: Path) -> None:
    """Remove all that an earlier run left."""
    for name in (".runner", "out", "reports"):
        shutil.rmtree(root / name, ignore_errors=True)
    (root / "eyes.lock").unlink(missing_ok=True)


def _draw(path: Path, seed: int) -> None:
    """Draw a JPEG of some 200 KB."""
    path.parent.mkdir(parents=True, exist_ok=True)
    coarse = np.random.default_rng(seed).integers(0, 256, (96, 128, 3), np.uint8)
    Image.fromarray(coarse).resize((1024, 768), Image.Resampling.BICUBIC).save(path, quality=85)


@contextmanager
def _serving(result: Path) -> Iterator[str]:
    """Run the provider; gives its address."""
    words = (PYTHON, str(REPOSITORY / "bench" / "hosted_server.py"), str(_LATENCY_S), str(result), _SECRET)
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None  # noqa: S101 - it is a pipe
        assert server.stdout is not None  # noqa: S101 - it is a pipe
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        server.stdin.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port
