"""Known warps, exposures, sizes and turns of a reference are undone; what is found out is told."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from runner.engines.base import Rgb8
from runner.engines.reference_inpaint.epipolar import Epipolar, find_epipolar, find_scene_planes
from runner.engines.reference_inpaint.features import Matches
from runner.engines.reference_inpaint.labeling import settle
from runner.engines.reference_inpaint.planes import project
from runner.engines.reference_inpaint.tone import match_tone
from tests.engines.reference_inpaint.drawn import Pair, draw_wall, plane_pair, warp


def exposed(image: Rgb8, stops: float) -> Rgb8:
    """Change the light by stops, roughly as a camera with the sRGB curve does."""
    linear = (image / 255.0) ** 2.2 * 2.0**stops
    return np.asarray(np.clip(linear ** (1 / 2.2) * 255.0, 0, 255), np.uint8)


def resized(image: Rgb8, factor: float) -> Rgb8:
    return np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


def gray(image: Rgb8) -> Rgb8:
    return np.repeat(image.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "least_psnr"),
    [
        pytest.param(lambda image: exposed(image, -2.0), 36.0, id="two stops darker"),
        pytest.param(lambda image: exposed(image, 2.0), 21.0, id="two stops lighter, half of it burnt out"),
        pytest.param(lambda image: (image * np.array([1.0, 0.9, 0.7])).astype(np.uint8), 36.0, id="warmer"),
        pytest.param(lambda image: np.rot90(image).copy(), 36.0, id="a quarter turn"),
        pytest.param(lambda image: image[::-1, ::-1].copy(), 36.0, id="upside down"),
        pytest.param(lambda image: resized(image, 0.4), 30.0, id="much smaller"),
        pytest.param(lambda image: resized(image, 3.0), 36.0, id="much larger"),
    ],
)
def test_a_changed_reference_fills_with_its_content(change: Callable[[Rgb8], Rgb8], least_psnr: float) -> None:
    pair = plane_pair()
    pair = pair.with_reference(change(pair.reference))
    result = pair.fill()
    assert result.details["mode"] == "same-scene"
    assert pair.psnr(result.pixels) > least_psnr
    assert pair.untouched(result.pixels)


@pytest.mark.slow
def test_the_photo_itself_as_reference_gives_the_photo() -> None:
    pair = plane_pair()
    assert pair.psnr(pair.with_reference(pair.truth).fill().pixels) > 45.0


@pytest.mark.slow
def test_gray_photos_stay_gray() -> None:
    pair = plane_pair()
    pair = Pair(truth=gray(pair.truth), mask=pair.mask, reference=gray(pair.reference))
    pixels = pair.fill().pixels
    assert pair.psnr(pixels) > 36.0
    assert np.ptp(pixels.astype(int), axis=2).max() <= 1


def corner_pair() -> Pair:
    """Two walls that meet inside the hole, at column 320 of the photo and 325 of the reference."""
    walls = [draw_wall(4), draw_wall(5)]
    seen = [warp(wall, fold(stretch)) for wall, stretch in zip(walls, (1.06, 0.95), strict=True)]
    columns = np.arange(640)[None, :, None]
    return Pair(
        truth=np.where(columns < 320, walls[0], walls[1]),
        mask=plane_pair().mask,
        reference=np.where(columns < 325, seen[0], seen[1]),
    )


def fold(stretch: float) -> NDArray[np.float64]:
    """Map the reference's columns to the photo's so that the edge stays the edge."""
    return np.array([[stretch, 0, 320 - 325 * stretch], [0, 1, 0], [0, 0, 1]])


@pytest.mark.slow
def test_walls_that_meet_are_joined_at_their_edge() -> None:
    pair = corner_pair()
    assert pair.psnr(pair.fill().pixels) > pair.telea_psnr() + 6.0


def test_planes_of_few_matches_are_found_where_the_scene_is_rigid() -> None:
    epipolar, walls = rigid_walls()
    matches = Matches(np.concatenate([w.target for w in walls]), np.concatenate([w.reference for w in walls]))
    found = find_epipolar(matches, epipolar.base)
    assert found is not None
    planes = find_scene_planes(found, matches, 2.0)
    for wall in walls:
        errors = [np.abs(project(plane, wall.target) - wall.reference).max() for plane in planes]
        assert min(errors) < 2.0


def rigid_walls() -> tuple[Epipolar, list[Matches]]:
    """Matches on three walls of one rigid scene; the last is small and has a dozen."""
    rng = np.random.default_rng(3)
    epipolar = Epipolar(np.eye(3), np.array([0.98, 0.198, 1e-4]))
    walls = []
    for slope, count, corners in (
        ((0.0, 0.0, 0.0), 150, ((0, 0), (300, 480))),
        ((0.1, 0.0, -10.0), 80, ((310, 0), (640, 250))),
        ((0.0, -0.12, 60.0), 14, ((400, 300), (460, 360))),
    ):
        here = rng.uniform(*corners, (count, 2)).astype(np.float32)
        walls.append(Matches(here, project(epipolar.plane(np.array(slope)), here)))
    return epipolar, walls


def test_a_tone_of_strong_contrast_is_found() -> None:
    rng = np.random.default_rng(1)
    warped = rng.normal(90, 18, (4000, 3)).astype(np.float32)
    tone = match_tone(warped, 1.6 * warped - 12.0, np.ones(4000, np.float32))
    assert np.abs(tone.gain - 1.6).max() < 0.03
    assert np.abs(tone.offset + 12.0).max() < 3.0


def test_one_known_side_settles_the_whole_grid() -> None:
    costs = np.zeros((2, 40, 60), np.float32)
    costs[1, :, 0] = 5.0
    gaps = np.zeros((2, 2, 40, 60), np.float32)
    gaps[0, 1] = gaps[1, 0] = 0.5
    assert (settle(costs, gaps).argmin(axis=0) == 0).all()
