"""What every test may ask for."""

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real photos that are not part of the repository; tests that need them skip where they are absent."""
    place = Path(os.environ.get("EDIT_RUNNER_SHARED_DATA", _ROOT.parent / "shared" / "data"))
    if not (place / "README.md").is_file():
        pytest.skip(f"no real photos: {place} is absent (set EDIT_RUNNER_SHARED_DATA)")
    return place
