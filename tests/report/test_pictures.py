"""Which pictures a report asks for, and how its thumbnails are drawn."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from runner.core.artifact import Artifact, Size
from runner.core.digest import ActionKey, digest_bytes
from runner.core.errors import ImageError
from runner.core.event import Event
from runner.plan.plan import FileSource, MaskImage
from runner.report.pictures import InputPicture, MaskPicture, ResultPicture, link_pictures, thumb_name, wanted_pictures
from runner.report.summary import summarize
from runner.report.thumbs import draw_thumbs
from tests.report.runs import failed, full_journal, mask, photo, plan_of, started


def kinds(events: list[Event]) -> list[str]:
    return [type(wanted).__name__ for wanted in wanted_pictures(summarize(events))]


def drawn(width_px: int, height_px: int, mode: str = "RGB", media: str = "JPEG") -> bytes:
    ramp = np.linspace(0, 255, width_px * height_px, dtype=np.uint8).reshape(height_px, width_px)
    written = io.BytesIO()
    Image.fromarray(ramp).convert(mode).save(written, media)
    return written.getvalue()


def input_picture(content: bytes, width_px: int, height_px: int) -> InputPicture:
    artifact = Artifact(
        digest=digest_bytes(content),
        media_type="image/jpeg",
        size_bytes=len(content),
        width_px=width_px,
        height_px=height_px,
    )
    return InputPicture("photos/a.jpg", artifact)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_a_cell_needs_its_photo_its_mask_and_each_result() -> None:
    cell_a = ["InputPicture", "ResultPicture", "MaskPicture", "ResultPicture"]
    assert kinds(full_journal()[:6]) == [*cell_a, "InputPicture", "InputPicture"]


def test_a_mask_over_a_picture_that_was_never_made_is_not_asked_for() -> None:
    assert kinds([started(plan_of("a")), failed("tone", "a", 1)]) == ["InputPicture"]


def test_cells_of_one_photo_ask_for_it_once() -> None:
    plan = plan_of("a", "b")
    same = tuple(replace(cell, photo=photo("a")) for cell in plan.cells)
    actions = tuple(replace(action, params={"image": photo("a")}, paste_back=None) for action in plan.actions)
    assert kinds([started(replace(plan, cells=same, actions=actions))]) == ["InputPicture"]


def test_pictures_have_different_ids_where_they_show_different_things() -> None:
    ids = [wanted.id for wanted in wanted_pictures(summarize(full_journal()))]
    assert len(ids) == len(set(ids))


def test_links_lead_to_the_input_and_the_written_output_only() -> None:
    summary = summarize(full_journal())
    by_id = link_pictures(summary, {}, "../..").by_id
    full = {by_id[wanted.id].full for wanted in wanted_pictures(summary) if isinstance(wanted, ResultPicture)}
    assert full == {None, "../../out/a.jpg"}
    photos = {by_id[wanted.id].full for wanted in wanted_pictures(summary) if isinstance(wanted, InputPicture)}
    assert photos == {"../../photos/a.jpg", "../../photos/b.jpg", "../../photos/c.jpg"}


@pytest.mark.parametrize(
    ("size", "expected"), [((1920, 1080), [(480, 270), (960, 540)]), ((300, 200), [(300, 200), (300, 200)])]
)
def test_thumbnails_keep_their_shape_and_never_grow(size: tuple[int, int], expected: list[tuple[int, int]]) -> None:
    content = drawn(*size)
    thumbs = draw_thumbs(input_picture(content, *size), content)
    assert [opened(thumbs.content("small")).size, opened(thumbs.content("large")).size] == expected
    assert (thumbs.suffix, opened(thumbs.small).format) == (".jpg", "JPEG")


def test_a_picture_with_transparency_keeps_it() -> None:
    content = drawn(64, 48, mode="LA", media="PNG")
    thumbs = draw_thumbs(input_picture(content, 64, 48), content)
    assert (thumbs.suffix, opened(thumbs.small).format) == (".png", "PNG")


def test_a_mask_tints_what_is_edited_and_nothing_else() -> None:
    content = drawn(640, 480)
    under = input_picture(content, 640, 480)
    thumbs = draw_thumbs(MaskPicture(_left_half(), under), content)
    before = np.asarray(opened(draw_thumbs(under, content).large)).astype(int)
    after = np.asarray(opened(thumbs.large)).astype(int)
    assert np.abs(after - before)[:, 340:].max() <= 12
    assert np.abs(after - before)[:, :300].max(axis=2).min() > 12


def test_bytes_that_the_run_did_not_see_are_refused() -> None:
    content = drawn(64, 48)
    with pytest.raises(ImageError, match=r"photos/a\.jpg is no longer what the run saw"):
        draw_thumbs(input_picture(content, 64, 48), content + b"edited")


def test_a_mask_file_that_was_changed_is_refused() -> None:
    content = drawn(64, 48)
    ref = digest_bytes(b"another mask")
    filed = replace(mask("a"), path="masks/a.png", sources=(FileSource(ref=ref, path="masks/a.png"),))
    with pytest.raises(ImageError, match="mask 'sofa' is no longer what the run saw"):
        draw_thumbs(MaskPicture(filed, input_picture(content, 64, 48)), content, {ref: b"a mask"})


def test_a_thumbnail_is_named_by_what_it_shows() -> None:
    picture = ResultPicture(ActionKey(digest_bytes(b"key")), input_picture(b"content", 1, 1).artifact)
    names = [thumb_name(picture.id, ".jpg", "small"), thumb_name(picture.id, ".jpg", "large")]
    assert names == [f"thumbs/{digest_bytes(b'content')[:16]}.jpg", f"thumbs/{digest_bytes(b'content')[:16]}-2x.jpg"]


def _left_half() -> MaskImage:
    return replace(
        mask("a"),
        size=Size(640, 480),
        spec={"shape": "rect", "values": ["0", "0", "50%", "100%"], "black_edits": False, "ops": []},
    )
