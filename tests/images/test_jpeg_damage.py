"""JPEG data that decodes and is not what was written."""

import io

import numpy as np
from PIL import Image

from runner.images.codec import decode


def jpeg() -> bytes:
    pixels = np.random.default_rng(1).integers(0, 256, (64, 96, 3), np.uint8)
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "JPEG", quality=90)
    return written.getvalue()


def test_sound_data_is_not_complained_about() -> None:
    assert decode(jpeg(), "a.jpg").notes == ()


def test_damaged_data_is_accepted_and_told() -> None:
    content = jpeg()
    damaged = content[:-2] + bytes(range(1, 9)) + content[-2:]
    (note,) = decode(damaged, "a.jpg").notes
    assert note.startswith("damaged JPEG data, parts of the picture may be wrong: ")
