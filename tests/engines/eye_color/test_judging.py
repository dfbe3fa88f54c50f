"""Open eyes are told from covered ones, whatever covers them."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from runner.engines.base import Rgb8
from runner.engines.eye_color.evidence import find_evidence
from runner.engines.eye_color.eye import sample_patch
from runner.engines.eye_color.face import Face
from runner.engines.eye_color.find import Found
from runner.engines.eye_color.judge import judge, points_of
from runner.engines.eye_color.lids import refine_lids
from runner.engines.eye_color.limbus import Guess, find_limbus
from runner.engines.eye_color.types import Outline, Pupil
from tests.engines.eye_color.covers import COVERS, with_lid
from tests.engines.eye_color.drawn import DrawnEye, draw_eye, eye_of

BROWN, GREEN, BLUE, BLACK = (92, 58, 36), (86, 104, 66), (110, 140, 165), (40, 28, 24)


def found_in(picture: Rgb8, drawn: DrawnEye) -> Found:
    eye = eye_of(drawn)
    patch = sample_patch(picture, eye.frame)
    limbus = find_limbus(patch, eye.lids, Guess())
    lids = refine_lids(patch, eye.lids, limbus)
    return Found(
        eye=eye,
        outline=Outline(limbus=limbus, lids=lids, pupil=Pupil(0.36, seen=False)),
        white=None,
        evidence=find_evidence(picture, eye, patch, lids, limbus),
        is_whole=True,
    )


def face_of(radius_px: float, *, bridge: float = 0.5) -> Face:
    """A face of a usual size for its irises, its nose at a share of the way from ear to ear."""
    width = 26 * radius_px
    points = np.zeros((478, 3), np.float32)
    points[454, 0] = width
    points[168, 0] = bridge * width
    points[152, 1] = width
    return Face(points, {})


@pytest.mark.parametrize("iris", [BROWN, GREEN, BLUE, BLACK])
@pytest.mark.parametrize("noise", [1.0, 6.0])
def test_an_open_eye_has_points_for_it(iris: tuple[int, int, int], noise: float) -> None:
    drawn = DrawnEye(iris=iris, noise=noise)
    assert points_of(found_in(draw_eye(drawn), drawn)) > 1


@pytest.mark.parametrize("iris", [BROWN, BLUE])
@pytest.mark.parametrize("cover", COVERS)
def test_a_covered_eye_has_points_against_it(
    cover: Callable[[Rgb8, DrawnEye], Rgb8], iris: tuple[int, int, int]
) -> None:
    drawn = DrawnEye(iris=iris)
    assert points_of(found_in(cover(draw_eye(drawn), drawn), drawn)) < -0.5


@pytest.mark.parametrize("share", [0.15, 0.4])
def test_an_eye_in_the_shade_is_still_one(share: float) -> None:
    drawn = DrawnEye()
    assert points_of(found_in((draw_eye(drawn) * share).astype(np.uint8), drawn)) > 1


def test_an_eye_without_color_is_still_one() -> None:
    drawn = DrawnEye()
    gray = np.repeat(cv2.cvtColor(draw_eye(drawn), cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2).astype(np.uint8)
    assert points_of(found_in(gray, drawn)) > 1


def test_an_eye_out_of_focus_is_still_one() -> None:
    drawn = DrawnEye()
    soft = cv2.GaussianBlur(draw_eye(drawn), (0, 0), 0.2 * drawn.radius).astype(np.uint8)
    assert points_of(found_in(soft, drawn)) > 0


def test_a_clear_eye_is_recolored_beside_a_covered_one() -> None:
    drawn = DrawnEye()
    picture = draw_eye(drawn)
    pair = [found_in(picture, drawn), found_in(with_lid(picture, drawn), drawn)]
    assert [not verdict.reason for verdict in judge(face_of(drawn.radius), pair)] == [True, False]


def test_a_doubtful_eye_is_believed_beside_a_clear_one_only() -> None:
    drawn = DrawnEye()
    clear = found_in(draw_eye(drawn), drawn)
    doubtful = replace(clear, evidence=replace(clear.evidence, disc=0.4, depth=0.2))
    beside_clear, beside_doubtful = judge(face_of(drawn.radius), [doubtful, clear]), [doubtful, doubtful]
    alone = judge(face_of(drawn.radius), beside_doubtful)
    assert (beside_clear[0].reason == "", alone[0].reason == "") == (True, False)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"is_whole": False}, "the edge of the photo cuts the eye off"),
        ({"blink": 0.9}, "the eye is closed or nearly so"),
        ({"clutter": 0.5}, "hair lies over the eye"),
        ({"strangeness": 0.2, "depth": 0.1}, "glasses or a shadow cover the eye"),
        ({"look_down": 0.8, "depth": 0.1, "disc": 0.2}, "the eye looks down or is covered"),
        ({"depth": 0.0, "disc": 0.0}, "no clear border between iris and white of the eye"),
    ],
)
def test_the_reason_says_what_is_wrong(wrong: dict[str, float], reason: str) -> None:
    drawn = DrawnEye()
    found = found_in(draw_eye(drawn), drawn)
    eye = replace(found.eye, blink=wrong.get("blink", 0.0), look_down=wrong.get("look_down", 0.0))
    evidence = replace(found.evidence, **{key: wrong[key] for key in wrong if hasattr(found.evidence, key)})
    spoiled = replace(found, eye=eye, evidence=evidence, is_whole=bool(wrong.get("is_whole", True)))
    assert judge(face_of(drawn.radius), [spoiled, spoiled])[0].reason == reason


def test_a_face_in_profile_is_turned_away() -> None:
    drawn = DrawnEye()
    found = found_in(draw_eye(drawn), drawn)
    assert judge(face_of(drawn.radius, bridge=0.98), [found, found])[0].reason == "the face is turned away"


def test_an_iris_of_four_pixels_is_too_small() -> None:
    drawn = DrawnEye(radius=2.0, x=12, y=8, size=(24, 24))
    found = found_in(draw_eye(drawn), drawn)
    assert judge(face_of(2.0), [found, found])[0].reason == "an iris of 4 px is too small"
