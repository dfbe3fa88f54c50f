"""The photos for development: where they lie, and which third of them is kept unseen while tuning."""

import os
import re
from enum import StrEnum
from pathlib import Path

_ROOT = Path(__file__).parent.parent.parent


class Part(StrEnum):
    """A part of a set of photos."""

    TUNED = "tuned"
    HELD_OUT = "held out"


def development_photos() -> Path | None:
    """Find the folder of photos, or nothing where this machine has none.

    It is ``dev`` in the folder that ``EDIT_RUNNER_SHARED_DATA`` names, or in ``shared/data`` beside the repository.
    """
    folder = Path(os.environ.get("EDIT_RUNNER_SHARED_DATA", _ROOT.parent / "shared" / "data")) / "dev"
    return folder if folder.is_dir() else None


def part_of(name: str) -> Part:
    """Say to which part a photo belongs: every third, by the number in its name, is held out."""
    number = re.match(r"[a-z]+(\d+)", name)
    return Part.HELD_OUT if number is not None and int(number[1]) % 3 == 0 else Part.TUNED
