"""Many photos edited here on all cores: what planning, keeping, writing and reporting cost beside the engine."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from bench.batch_photos import MEGAPIXELS, write_batch
from bench.measure import FLOORS, PYTHON, REPOSITORY, Figures, Program, alternate
from bench.results import Claim, Result, Row

_PHOTOS = (20, 200)
_FLOOR_PHOTOS = 24
_PEER_PHOTOS = 10
_PEER = Path(__file__).parent.parent / "peers" / "one_photo.py"


def measure(place: Path) -> Result:
    """Measure a few photos and many, each once, and the floor before and after them: more would take too long."""
    photos = write_batch(place, _PHOTOS[-1])
    few, many = (_ours(place, photos[:count]) for count in _PHOTOS)
    floor = _floor(photos[:_FLOOR_PHOTOS])
    before, taken_few, taken_many, after = (_once(program) for program in (floor, few, many, floor))
    least = _mean(before, after)
    peer, note = _peer(place, photos[:_PEER_PHOTOS])
    each_s = least.wall_s / _FLOOR_PHOTOS
    rows = [
        *(
            Row(
                work=_work(count),
                program="runner run",
                figures=taken,
                ratio=taken.wall_s / count / each_s,
                note=_each(taken, count),
            )
            for count, taken in zip(_PHOTOS, (taken_few, taken_many), strict=True)
        ),
        Row(
            work=_work(_FLOOR_PHOTOS),
            program="floors/batch.py",
            figures=least,
            note=f"floor · {_each(least, _FLOOR_PHOTOS)}",
        ),
        Row(
            work=_work(_PEER_PHOTOS),
            program="GNU parallel, peers/one_photo.py",
            figures=peer,
            ratio=None if peer is None else peer.wall_s / _PEER_PHOTOS / each_s,
            note=note,
        ),
    ]
    note_of_all = (
        f"The × is the time for a photo over the floor's, on {_cores()} cores. The floor decodes, edits and encodes "
        "without loss, and lets the results go. No two of the photos are the same file."
    )
    return Result(
        rows=rows,
        claims=[
            Claim(
                text=f"{_PHOTOS[-1]} photos a second over those of the engine alone on all cores",
                measured=_PHOTOS[-1] * each_s / taken_many.wall_s,
                bar=0.9,
                at_least=True,
            ),
            Claim(
                text=f"peak memory of a process, {_PHOTOS[-1]} photos over {_PHOTOS[0]}",
                measured=taken_many.peak_mib / taken_few.peak_mib,
                bar=1.1,
            ),
        ],
        notes=[note_of_all],
    )


def _ours(place: Path, photos: Sequence[Path]) -> Program:
    root = place / f"ours-{len(photos)}"

    def make_ready() -> None:
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(place / "recipes", root / "recipes")
        shutil.copy(place / "runner.toml", root)
        (root / "photos").mkdir()
        for photo in photos:
            (root / "photos" / photo.name).hardlink_to(photo)

    return Program(
        name="runner run",
        words=(PYTHON, "-m", "runner", "run", str(root / "recipes" / "batch.yaml"), "--yes"),
        folder=REPOSITORY,
        make_ready=make_ready,
    )


def _floor(photos: Sequence[Path]) -> Program:
    words = ("env", f"PYTHONPATH={REPOSITORY}", PYTHON, str(FLOORS / "batch.py"), *map(str, photos))
    return Program(name="floors/batch.py", words=words, folder=REPOSITORY)


def _peer(place: Path, photos: Sequence[Path]) -> tuple[Figures | None, str]:
    """Measure GNU parallel where it is installed: a process for each photo, as many at once as there are cores."""
    if shutil.which("parallel") is None:
        return None, "not measured: `parallel` is not installed"
    (place / "peer").mkdir()
    command = ("parallel", "--will-cite", "-j", str(_cores()), PYTHON, str(_PEER), "{}", f"{place}/peer/{{/}}", ":::")
    words = ("env", f"PYTHONPATH={REPOSITORY}", *command, *map(str, photos))
    program = Program(name="GNU parallel", words=words, folder=REPOSITORY)
    taken = _once(program)
    return taken, _each(taken, len(photos))


def _once(program: Program) -> Figures:
    (taken,) = alternate([program], times=1, warm_up=False)
    return taken


def _mean(one: Figures, other: Figures) -> Figures:
    peak_mib = max(one.peak_mib, other.peak_mib)
    return Figures((one.wall_s + other.wall_s) / 2, (one.cpu_s + other.cpu_s) / 2, peak_mib, one.times + other.times)


def _each(taken: Figures, photos: int) -> str:
    return f"{taken.wall_s / photos:.2f} s a photo"


def _work(photos: int) -> str:
    return f"{photos} photos of {MEGAPIXELS} MP"


def _cores() -> int:
    return len(os.sched_getaffinity(0))
