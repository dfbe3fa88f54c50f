"""Subjects are cut out of their references and laid into holes."""

import cv2
import numpy as np
import pytest

from runner.engines.base import Rgb8
from runner.engines.reference_inpaint.offer import Offer
from runner.engines.reference_inpaint.pose import find_pose
from tests.engines.reference_inpaint.drawn import box_mask, draw_wall

LEAST_CONTRAST = 2.0


def draw_ball(shadow: bool = False) -> Rgb8:
    """A red ball on gray paper with something blue at the edge of the picture."""
    rng = np.random.default_rng(8)
    paper = np.full((300, 280, 3), 200.0)
    cv2.rectangle(paper, (0, 0), (279, 40), (60, 80, 160), -1)
    if shadow:
        cv2.ellipse(paper, (140, 235), (95, 22), 0, 0, 360, (105, 105, 105), -1, cv2.LINE_AA)
    cv2.circle(paper, (140, 160), 80, (190, 40, 35), -1, cv2.LINE_AA)
    return np.clip(paper + rng.normal(0, 3, paper.shape), 0, 255).astype(np.uint8)


def truth() -> np.ndarray:
    ball = np.zeros((300, 280), np.uint8)
    cv2.circle(ball, (140, 160), 80, 1, -1)
    return ball > 0


@pytest.mark.parametrize("shadow", [False, True])
def test_a_subject_is_cut_out_without_its_background(shadow: bool) -> None:
    subject = Offer(draw_ball(shadow)).subject(LEAST_CONTRAST)
    assert subject is not None
    assert abs(subject.matte.sum() / truth().sum() - 1) < 0.06


def test_a_subject_at_the_edge_of_its_picture_is_kept_whole() -> None:
    subject = Offer(draw_ball()[82:]).subject(LEAST_CONTRAST)
    assert subject is not None
    assert subject.matte.shape[0] >= 155


def test_no_subject_is_seen_in_a_scene() -> None:
    assert Offer(draw_wall(2)).subject(LEAST_CONTRAST) is None


def draw_bottle(height: int = 160, width: int = 50) -> np.ndarray:
    """A matte that is higher than wide, with its weight below left."""
    matte = np.zeros((height, width), np.float32)
    cv2.ellipse(matte, (width // 2, height // 2), (width // 2 - 2, height // 2 - 2), 0, 0, 360, 1, -1)
    matte[: height // 2, : width // 3] = 0
    return matte


def test_a_subject_stands_upright_in_a_box() -> None:
    pose = find_pose(box_mask(50, 60, 200, 190, (300, 300)) > 0, draw_bottle())
    assert (pose.turn, pose.mirrored) == (0.0, False)


def test_a_subject_stands_on_the_lower_edge() -> None:
    matte = draw_bottle()
    pose = find_pose(box_mask(50, 60, 200, 190, (300, 300)) > 0, matte)
    foot = pose.y + pose.size * matte.shape[0] / 2
    assert 230 < foot <= 250


def test_a_long_subject_turns_to_the_axis_of_a_long_hole() -> None:
    hole = np.zeros((300, 300), np.uint8)
    cv2.ellipse(hole, (150, 150), (140, 45), -30, 0, 360, 1, -1)
    pose = find_pose(hole > 0, draw_bottle())
    assert abs(abs(pose.turn) - 60) < 12


def test_a_subject_is_mirrored_into_a_mirrored_hole() -> None:
    matte = np.zeros((120, 120), np.float32)
    cv2.fillPoly(matte, [np.array([[5, 5], [5, 115], [115, 115]])], 1)
    hole = np.zeros((300, 300), np.uint8)
    cv2.fillPoly(hole, [np.array([[280, 20], [280, 280], [20, 280]])], 1)
    assert find_pose(hole > 0, matte).mirrored
