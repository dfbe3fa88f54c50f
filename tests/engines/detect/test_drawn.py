"""What is found is drawn where geometry says: ovals of faces, visible parts of irises."""

import subprocess
import sys

import numpy as np
import pytest

from runner.core.artifact import Size
from runner.core.errors import EngineError
from runner.engines.base import Mask8
from runner.engines.detect.drawing import fill_irises, fill_ovals
from runner.engines.detect.engine import DETECTORS
from runner.engines.eye_color.face import Face
from runner.engines.eye_color.matte import Matte, build_matte
from runner.engines.eye_color.types import Limbus, Outline, Pupil
from runner.engines.eye_color.visible import VisibleIris, draw_visible
from runner.images.mask import apply_op
from tests.engines.eye_color.drawn import DrawnEye, draw_eye, eye_of

SIZE = Size(200, 160)


def oval(x: float, y: float, half_width: float, half_height: float) -> Face:
    """A face whose points lie on an ellipse and, every third, inside it."""
    turn = np.linspace(0, 2 * np.pi, 468, endpoint=False)
    far = np.where(np.arange(468) % 3 == 0, 0.5, 1.0)
    points = np.stack([x + far * half_width * np.cos(turn), y + far * half_height * np.sin(turn), 0 * turn], axis=1)
    irises = np.full((10, 3), -500.0)
    return Face(np.concatenate([points, irises]).astype(np.float32), {})


def inside(x: float, y: float, half_width: float, half_height: float) -> Mask8:
    rows, columns = np.mgrid[0 : SIZE.height_px, 0 : SIZE.width_px] + 0.5
    return np.where(np.hypot((columns - x) / half_width, (rows - y) / half_height) <= 1, 255, 0).astype(np.uint8)


def overlap(one: Mask8, two: Mask8) -> float:
    """Intersection over union."""
    return np.count_nonzero((one > 0) & (two > 0)) / np.count_nonzero((one > 0) | (two > 0))


def visible_of(drawn: DrawnEye) -> VisibleIris:
    return draw_visible(draw_eye(drawn), eye_of(drawn), outline_of(drawn))


def matte_of(drawn: DrawnEye) -> Matte:
    return build_matte(draw_eye(drawn), eye_of(drawn), outline_of(drawn))


def outline_of(drawn: DrawnEye) -> Outline:
    limbus = Limbus(x=0.0, y=0.0, radius=1.0)
    return Outline(limbus=limbus, lids=eye_of(drawn).lids, pupil=Pupil(drawn.pupil, seen=True))


def mask_of(drawn: DrawnEye) -> Mask8:
    return fill_irises([visible_of(drawn)], Size(drawn.size[1], drawn.size[0]))


def truth_of(drawn: DrawnEye) -> Mask8:
    rows, columns = np.mgrid[0 : drawn.size[0], 0 : drawn.size[1]] + 0.5
    u, v = (columns - drawn.x) / drawn.radius, (rows - drawn.y) / drawn.radius
    half_width, half_height = drawn.opening
    seen = (np.hypot(u, v) <= 1) & (np.abs(v) <= half_height * (1 - (u / half_width) ** 2))
    return np.where(seen, 255, 0).astype(np.uint8)


@pytest.mark.parametrize("place", [(100.0, 80.0, 50.0, 70.0), (20.5, 30.25, 60.0, 55.0), (190.0, 150.0, 31.0, 44.0)])
def test_a_face_is_filled_as_its_oval(place: tuple[float, float, float, float]) -> None:
    assert overlap(fill_ovals([oval(*place)], SIZE), inside(*place)) > 0.99


def test_every_face_is_filled() -> None:
    both = fill_ovals([oval(50, 80, 30, 40), oval(150, 80, 30, 40)], SIZE)
    assert overlap(both, inside(50, 80, 30, 40) | inside(150, 80, 30, 40)) > 0.99


def test_where_faces_overlap_there_is_no_hole() -> None:
    assert fill_ovals([oval(90, 80, 40, 50), oval(110, 80, 40, 50)], SIZE)[80, 100] == 255


def test_a_face_beyond_the_picture_draws_nothing() -> None:
    assert not fill_ovals([oval(-300, 80, 40, 50)], SIZE).any()


@pytest.mark.parametrize("opening", [(2.3, 1.4), (2.3, 0.86), (2.0, 0.5)])
@pytest.mark.parametrize("radius", [8.0, 19.4, 60.0])
def test_an_iris_is_filled_as_far_as_the_lids_are_open(radius: float, opening: tuple[float, float]) -> None:
    size = (round(4 * radius), round(6 * radius))
    drawn = DrawnEye(radius=radius, x=3.03 * radius, y=2.07 * radius, size=size, opening=opening)
    mask, truth, band = mask_of(drawn), truth_of(drawn), f"{1 + 0.05 * radius}px"
    assert not (mask & ~apply_op(truth, "grow", band)).any()
    assert not (apply_op(truth, "shrink", band) & ~mask).any()


def test_pupil_and_catchlight_are_inside() -> None:
    drawn = DrawnEye()
    rows, columns = np.mgrid[0 : drawn.size[0], 0 : drawn.size[1]] + 0.5
    assert mask_of(drawn)[np.hypot(columns - drawn.x, rows - drawn.y) < 0.6 * drawn.radius].min() == 255


def test_nothing_that_recoloring_mostly_changes_is_left_out() -> None:
    drawn = DrawnEye()
    matte, visible = matte_of(drawn), visible_of(drawn)
    assert (matte.box, bool((visible.share >= matte.alpha - 1e-6).all())) == (visible.box, True)


def test_a_mask_has_no_grays() -> None:
    assert set(np.unique(mask_of(DrawnEye())).tolist()) == {0, 255}


@pytest.mark.parametrize("name", DETECTORS)
def test_a_photo_beyond_50_megapixels_is_refused(name: str) -> None:
    photo = np.broadcast_to(np.zeros(3, np.uint8), (8000, 7000, 3))
    with pytest.raises(EngineError, match="7000×8000") as refusal:
        DETECTORS[name](photo)
    assert refusal.value.code == "photo-too-large"


@pytest.mark.parametrize("name", DETECTORS)
def test_a_missing_package_is_named_with_the_extra_to_install(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(EngineError, match="mediapipe") as refusal:
        DETECTORS[name](np.zeros((64, 64, 3), np.uint8))
    assert (refusal.value.code, refusal.value.hint) == ("engine-not-installed", 'pip install "edit-runner[local]"')


def test_the_detectors_are_imported_without_their_packages() -> None:
    code = (
        "import sys\nimport runner.engines.detect.engine, runner.engines.detect.revision\n"
        "raise SystemExit(sum(name in sys.modules for name in ('cv2', 'mediapipe', 'scipy', 'skimage', 'PIL')))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
