"""Pictures from files: of a folder, or of an installed package."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image

from runner.engines.base import Mask8, Rgb8


def read_rgb(path: Path) -> Rgb8:
    """Read a photo as it is stored, with its profile and orientation left aside."""
    with Image.open(path) as photo:
        return np.array(photo.convert("RGB"))


def read_mask(path: Path) -> Mask8:
    """Read a mask, 255 where an edit may change the photo."""
    with Image.open(path) as mask:
        return np.array(mask.convert("L"))


def installed_photo(name: str) -> Rgb8:
    """Read a photo that scikit-image carries in its package.

    Raises:
        FileNotFoundError: this version of the package does not carry it.
    """
    spec = find_spec("skimage")
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"scikit-image is not installed, which carries '{name}'")
    return read_rgb(Path(spec.origin).parent / "data" / name)
