"""On real pairs of photos the engine does clearly better than filling inwards and than pasting."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from runner.engines.base import Mask8, Rgb8
from tests.engines.reference_inpaint.drawn import Pair

pytestmark = pytest.mark.slow


def read_rgb(path: Path) -> Rgb8:
    return np.asarray(cv2.cvtColor(np.asarray(cv2.imread(str(path)), np.uint8), cv2.COLOR_BGR2RGB), np.uint8)


def read_mask(path: Path) -> Mask8:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), np.uint8)


def read_pairs(shared_data: Path) -> list[Pair]:
    places = sorted(place.parent for place in (shared_data / "dev" / "pairs").glob("*/mask.png"))
    return [
        Pair(
            truth=read_rgb(place / "truth.jpg"),
            mask=read_mask(place / "mask.png"),
            reference=read_rgb(place / "reference.jpg"),
        )
        for place in places
    ]


def test_pairs_gain_over_filling_inwards(shared_data: Path) -> None:
    gains = [pair.psnr(pair.fill().pixels) - pair.telea_psnr() for pair in read_pairs(shared_data)]
    assert np.median(gains) >= 3.5
    assert np.mean(np.array(gains) > 0) >= 0.85


def test_references_of_other_scenes_do_no_harm(shared_data: Path) -> None:
    pairs = read_pairs(shared_data)
    swapped = [pair.with_reference(pairs[index - 1].reference) for index, pair in enumerate(pairs)]
    losses = [pair.telea_psnr() - pair.psnr(pair.fill().pixels) for pair in swapped]
    assert np.median(losses) <= 1.0


def test_objects_and_textures_are_told_apart(shared_data: Path) -> None:
    modes = [fill_mode(shared_data / "dev" / "objects" / name) for name in ("od02_gravel_on_grass", "od04_cap_swap")]
    assert modes == ["texture", "object"]


def fill_mode(place: Path) -> str:
    pair = Pair(
        truth=read_rgb(place / "target.jpg"),
        mask=read_mask(place / "mask.png"),
        reference=read_rgb(place / "reference.jpg"),
    )
    return str(pair.fill().details["mode"])
