"""Pictures that the image tests share."""

from importlib.util import find_spec
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def astronaut() -> bytes:
    """A real photo of 512×512 px from an installed package: PNG, RGB, without a profile."""
    spec = find_spec("skimage")
    if spec is None or spec.origin is None:
        pytest.skip("no photo: scikit-image is not installed")
    return (Path(spec.origin).parent / "data" / "astronaut.png").read_bytes()
