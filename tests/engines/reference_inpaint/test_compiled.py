"""The compiled loops work wherever they are installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = """
import numba.core.caching as caching

class Nowhere:
    @classmethod
    def from_function(cls, function, path):
        return None

caching.CacheImpl._locator_classes = [Nowhere]
from runner.engines.reference_inpaint.compiled import compiled

print(compiled(lambda x: x + 1)(41))
"""


@pytest.mark.slow
def test_without_a_folder_to_write_each_process_compiles_for_itself() -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run([sys.executable, "-c", _SCRIPT], env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == ("42", 0), done.stderr
