"""Both engines give the same bytes in every process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent

EYE_COLOR = """
from hashlib import sha256
from bench.engines.pictures import installed_photo
from runner.engines.eye_color.engine import recolor_irises
params = {"eye_color": "light blue", "rgb": [132, 176, 212], "rgb_given": True}
print(sha256(recolor_irises({"image": installed_photo("astronaut.png")}, params).pixels.tobytes()).hexdigest())
"""

REFERENCE_INPAINT = """
from hashlib import sha256
from bench.engines.generated.build import build
from bench.engines.generated.cases import CASES
from runner.engines.reference_inpaint.engine import inpaint
pair = build(next(case for case in CASES if case.name.startswith("g13")))
images = {"image": pair.photo, "mask": pair.mask, "reference": pair.reference}
print(sha256(inpaint(images, {"prompt": None}).pixels.tobytes()).hexdigest())
"""


def digest(program: str, seed: str, threads: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": threads}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("program", [EYE_COLOR, REFERENCE_INPAINT], ids=["eye-color", "reference-inpaint"])
def test_two_processes_give_the_same_bytes(program: str) -> None:
    first = digest(program, seed="0", threads="1")
    assert (len(first.strip()), first) == (64, digest(program, seed="1", threads="4"))
