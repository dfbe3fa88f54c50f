"""A PatchMatch library from the registry, in an environment of its own, as the one to beat at textures."""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from bench.engines.pairs.pair import Pair
from bench.engines.pictures import read_rgb
from bench.measure import Program
from runner.engines.base import Rgb8

_BENCH = Path(__file__).parent.parent.parent
_PYTHON = _BENCH / ".venv" / "bin" / "python"
_SCRIPT = _BENCH / "peers" / "fill.py"


def has_patchmatch() -> bool:
    """Say whether the library is installed: `make peers` does that."""
    return (_BENCH / ".venv" / "installed.stamp").exists()


def patchmatch_program(photo: Path, mask: Path, filled: Path) -> Program:
    """Give the program that fills the hole of a photo from its surroundings."""
    words = (str(_PYTHON), str(_SCRIPT), str(photo), str(mask), str(filled))
    return Program(name="PyPatchMatch", words=words, folder=photo.parent)


def patchmatch(pair: Pair) -> Rgb8:
    """Fill from the surroundings by patches.

    Raises:
        CalledProcessError: the library failed.

    References:
        Barnes et al., "PatchMatch: A Randomized Correspondence Algorithm for Structural Image Editing", 2009.
    """
    with TemporaryDirectory() as place:
        photo, mask, filled = (Path(place) / name for name in ("photo.png", "mask.png", "filled.png"))
        Image.fromarray(pair.photo).save(photo)
        Image.fromarray(pair.mask).save(mask)
        program = patchmatch_program(photo, mask, filled)
        subprocess.run(program.words, check=True, capture_output=True)
        return read_rgb(filled)
