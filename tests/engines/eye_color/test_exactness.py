"""Outside the matte no pixel changes, and the same photo always gives the same bytes."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from runner.core.digest import Json
from runner.engines.base import Rgb8
from runner.engines.eye_color.matte import build_matte
from runner.engines.eye_color.oklab import linear_from_srgb, oklab_from_linear
from runner.engines.eye_color.recoloring import paint_iris, recolor_faces, recolor_photo
from runner.engines.eye_color.seeing import SeenFace, has_usable_eye, see_faces
from runner.engines.eye_color.tint import Tint
from runner.engines.eye_color.types import Flags, Limbus, Outline, Pupil
from tests.engines.eye_color.drawn import DrawnEye, draw_eye, eye_of

TARGETS = {"light blue": (132, 176, 212), "emerald": (48, 128, 92), "amber": (176, 116, 44), "dark brown": (66, 42, 28)}

channel = st.integers(0, 255)
color = st.tuples(channel, channel, channel)


@st.composite
def drawn_eyes(draw: st.DrawFn) -> DrawnEye:
    radius = draw(st.floats(3, 20))
    return DrawnEye(
        radius=radius,
        x=3 * radius + draw(st.floats(-1, 1)) * radius,
        y=2 * radius + draw(st.floats(-1, 1)) * radius,
        size=(round(4 * radius), round(6 * radius)),
        pupil=draw(st.floats(0.2, 0.55)),
        opening=(draw(st.floats(1.2, 2.6)), draw(st.floats(0.2, 1.2))),
        iris=draw(color),
        noise=draw(st.floats(0, 12)),
    )


def params_of(rgb: tuple[int, int, int]) -> dict[str, Json]:
    return {"eye_color": "a color", "rgb": list(rgb), "rgb_given": True}


@settings(max_examples=60, deadline=None)
@given(drawn=drawn_eyes(), rgb=color, exposure=st.floats(0.35, 1.05), is_seen=st.booleans(), blur=st.floats(0.02, 0.15))
def test_a_pixel_that_the_matte_leaves_out_keeps_its_value(
    drawn: DrawnEye, rgb: tuple[int, int, int], exposure: float, is_seen: bool, blur: float
) -> None:
    before, eye = draw_eye(drawn), eye_of(drawn)
    limbus = Limbus(x=0.0, y=0.0, radius=1.0, blur=blur)
    matte = build_matte(before, eye, Outline(limbus=limbus, lids=eye.lids, pupil=Pupil(drawn.pupil, is_seen)))
    lab = oklab_from_linear(linear_from_srgb(np.array(rgb, np.uint8)))
    after = before.copy()
    paint_iris(
        after, before, matte, Tint(lab=lab, exposure=exposure, cast=np.zeros(2, np.float32), lightness_only=False)
    )
    kept = np.ones(drawn.size, np.bool_)
    kept[matte.box.top : matte.box.bottom, matte.box.left : matte.box.right] = ~matte.changes
    assert np.array_equal(before[kept], after[kept])


@pytest.mark.slow
def test_no_pixel_of_a_portrait_changes_outside_the_mattes(shared_data: Path) -> None:
    wrong = [
        f"{path.stem} {name}"
        for path in sorted((shared_data / "dev/portraits").glob("*.*"))
        if not path.stem.endswith("_irismask")
        for name in wrong_targets(np.array(Image.open(path).convert("RGB")))
    ]
    assert wrong == []


def wrong_targets(photo: Rgb8) -> list[str]:
    """Name the targets with which a pixel outside the mattes changes."""
    faces = see_faces(photo)
    if not has_usable_eye(faces):
        return []
    kept = ~mattes_of(photo, faces)
    after = {name: recolor_faces(photo, faces, params_of(rgb)).pixels for name, rgb in TARGETS.items()}
    return [name for name, pixels in after.items() if not np.array_equal(photo[kept], pixels[kept])]


def mattes_of(photo: Rgb8, faces: list[SeenFace]) -> Flags:
    changes = np.zeros(photo.shape[:2], np.bool_)
    for seen in (seen for face in faces for seen in face.eyes if seen.is_usable):
        matte = build_matte(photo, seen.found.eye, seen.found.outline)
        changes[matte.box.top : matte.box.bottom, matte.box.left : matte.box.right] |= matte.changes
    return changes


@pytest.mark.slow
def test_threads_give_the_same_bytes_and_details() -> None:
    import skimage

    photo = np.array(Image.open(Path(skimage.__file__).parent / "data" / "astronaut.png").convert("RGB"))

    def digest(_: int) -> str:
        result = recolor_photo(photo, params_of(TARGETS["amber"]))
        return hashlib.sha256(result.pixels.tobytes() + json.dumps(dict(result.details)).encode()).hexdigest()

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(digest, range(3)))) == 1
