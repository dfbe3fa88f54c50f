"""Which pictures a report asks for, and how its thumbnails are drawn."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from runner.core.artifact import Artifact, Size
from runner.core.digest import ActionKey, digest_bytes
from runner.core.errors import ImageError
from runner.core.event import Event
from runner.images.icc import is_srgb
from runner.plan.plan import FileSource, MaskImage
from runner.report.darkroom import Darkroom, Print, to_compare
from runner.report.pictures import Drawn, file_names, link_pictures
from runner.report.shown import find_pictures
from runner.report.summary import summarize
from runner.report.wanted import HeatPicture, InputPicture, MaskPicture, ResultPicture, Wanted, Whole
from tests.report.runs import failed, full_journal, mask, photo, plan_of, started, succeeded


@dataclass(frozen=True, slots=True)
class Files:
    """Pictures by their digest, and the sources of masks."""

    pictures: Mapping[str, bytes]
    masks: Mapping[str, bytes] = field(default_factory=dict)

    def picture(self, picture: Whole) -> bytes:
        return self.pictures[picture.id]

    def mask(self, mask: MaskImage) -> Mapping[str, bytes]:
        return {source.ref: self.masks[source.ref] for source in mask.sources}


def draw(wanted: Wanted, *contents: bytes, masks: Mapping[str, bytes] | None = None) -> Print:
    files = Files({digest_bytes(content)[:16]: content for content in contents}, masks or {})
    return Darkroom(files, to_compare([wanted])).draw(wanted)


def kinds(events: list[Event]) -> list[str]:
    return [kind(wanted) for wanted in find_pictures(summarize(events)).wanted]


def kind(wanted: Wanted) -> str:
    return wanted.drawn if isinstance(wanted, MaskPicture) else type(wanted).__name__.removesuffix("Picture").lower()


def drawn(width_px: int, height_px: int, mode: str = "RGB", media: str = "JPEG") -> bytes:
    ramp = np.linspace(0, 255, width_px * height_px, dtype=np.uint8).reshape(height_px, width_px)
    written = io.BytesIO()
    Image.fromarray(ramp).convert(mode).save(written, media)
    return written.getvalue()


def input_picture(content: bytes, width_px: int, height_px: int, media_type: str = "image/jpeg") -> InputPicture:
    artifact = Artifact(
        digest=digest_bytes(content),
        media_type=media_type,
        size_bytes=len(content),
        width_px=width_px,
        height_px=height_px,
    )
    return InputPicture("photos/a.jpg", artifact)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_a_cell_needs_its_photo_its_mask_and_each_result() -> None:
    first, second = ["input", "result", "heat"], ["tinted", "outline", "result", "heat"]
    assert kinds(full_journal()[:6]) == [*first, *second, "heat", "input", "input"]


def test_a_chain_of_one_edit_is_compared_once() -> None:
    plan = plan_of("a")
    cells = tuple(replace(cell, actions={"tone": cell.actions["tone"]}) for cell in plan.cells)
    one = replace(plan, cells=cells, actions=plan.actions[:1], outputs=())
    assert kinds([started(one), succeeded("tone", "a", 1)]) == ["input", "result", "heat"]


def test_pictures_of_two_sizes_are_not_compared() -> None:
    assert "heat" not in kinds([started(plan_of("a")), succeeded("tone", "a", 1, rows=240)])


def test_a_mask_over_a_picture_that_was_never_made_is_not_asked_for() -> None:
    assert kinds([started(plan_of("a")), failed("tone", "a", 1)]) == ["input"]


def test_cells_of_one_photo_ask_for_it_once() -> None:
    plan = plan_of("a", "b")
    same = tuple(replace(cell, photo=photo("a")) for cell in plan.cells)
    actions = tuple(replace(action, params={"image": photo("a")}, paste_back=None) for action in plan.actions)
    assert kinds([started(replace(plan, cells=same, actions=actions))]) == ["input"]


def test_pictures_have_different_ids_where_they_show_different_things() -> None:
    ids = [wanted.id for wanted in find_pictures(summarize(full_journal())).wanted]
    assert len(ids) == len(set(ids))


def test_links_lead_to_the_input_and_the_written_output_only() -> None:
    summary = summarize(full_journal())
    by_id = link_pictures(summary, {}, "../..").by_id
    full = {by_id[wanted.id].full for wanted in find_pictures(summary).wanted if isinstance(wanted, ResultPicture)}
    assert full == {None, "../../out/a.jpg"}
    photos = {by_id[wanted.id].full for wanted in find_pictures(summary).wanted if isinstance(wanted, InputPicture)}
    assert photos == {"../../photos/a.jpg", "../../photos/b.jpg", "../../photos/c.jpg"}


@pytest.mark.parametrize(
    ("size", "expected"), [((1920, 1080), [(480, 270), (960, 540)]), ((300, 200), [(300, 200), (300, 200)])]
)
def test_thumbnails_keep_their_shape_and_never_grow(size: tuple[int, int], expected: list[tuple[int, int]]) -> None:
    content = drawn(*size)
    thumbs = draw(input_picture(content, *size), content)
    assert [opened(thumbs.small).size, opened(thumbs.large).size] == expected
    assert (thumbs.drawn, opened(thumbs.small).format) == (Drawn(".jpg"), "JPEG")


@pytest.mark.parametrize(("size", "expected"), [((8000, 2), (480, 1)), ((1, 5000), (1, 480)), ((1, 1), (1, 1))])
def test_a_picture_of_an_odd_shape_has_a_thumbnail(size: tuple[int, int], expected: tuple[int, int]) -> None:
    content = drawn(*size)
    assert opened(draw(input_picture(content, *size), content).small).size == expected


def test_a_picture_with_transparency_keeps_it() -> None:
    content = drawn(64, 48, mode="LA", media="PNG")
    thumbs = draw(input_picture(content, 64, 48), content)
    assert (thumbs.drawn, opened(thumbs.small).format) == (Drawn(".png"), "PNG")


def test_a_wide_photo_keeps_its_profile(shared_data: Path) -> None:
    content = (shared_data / "nasty/icc/face_display_p3.jpg").read_bytes()
    thumbs = draw(input_picture(content, *opened(content).size), content)
    assert [opened(one).info.get("icc_profile") for one in thumbs.contents] == [opened(content).info["icc_profile"]] * 2


def test_an_ordinary_photo_has_no_profile(shared_data: Path) -> None:
    content = (shared_data / "nasty/icc/face_srgb.jpg").read_bytes()
    assert is_srgb(opened(content).info["icc_profile"])
    assert "icc_profile" not in opened(draw(input_picture(content, *opened(content).size), content).small).info


def test_sixteen_bits_are_shown_as_eight() -> None:
    ramp = np.linspace(0, 65535, 64 * 48).astype(np.uint16).reshape(48, 64)
    written = io.BytesIO()
    Image.fromarray(ramp).save(written, "PNG")
    thumbs = draw(input_picture(written.getvalue(), 64, 48, "image/png"), written.getvalue())
    shown = np.asarray(opened(thumbs.large).convert("L")).astype(int)
    assert np.abs(shown - ramp / 257).max() < 12


def test_a_mask_tints_what_is_edited_and_nothing_else() -> None:
    content = drawn(640, 480)
    under = input_picture(content, 640, 480)
    before = np.asarray(opened(draw(under, content).large)).astype(int)
    after = np.asarray(opened(draw(MaskPicture(_left_half(), under), content).large)).astype(int)
    assert np.abs(after - before)[:, 340:].max() <= 12
    assert np.abs(after - before)[:, :300].max(axis=2).min() > 12


def test_the_outline_of_a_mask_is_a_line_on_nothing() -> None:
    content = drawn(640, 480)
    thumbs = draw(MaskPicture(_left_half(), input_picture(content, 640, 480), "outline"), content)
    alpha = np.asarray(opened(thumbs.large).convert("RGBA"))[:, :, 3]
    assert thumbs.drawn == Drawn(".png", "large")
    assert alpha.shape == (720, 960)
    assert {int(column) for column in np.nonzero(alpha)[1]} == {479, 480}


def painted(size: tuple[int, int], media: str) -> tuple[bytes, bytes]:
    """A noisy photo as JPEG, and the same with its left half painted over, in a format."""
    noise = np.random.default_rng(3).integers(60, 200, (size[1], size[0], 3)).astype(np.uint8)
    before, after = io.BytesIO(), io.BytesIO()
    Image.fromarray(noise).save(before, "JPEG", quality=95)
    decoded = np.array(opened(before.getvalue()))
    decoded[:, : size[0] // 2] = (250, 30, 30)
    Image.fromarray(decoded).save(after, media, **({"quality": 95} if media == "JPEG" else {}))
    return before.getvalue(), after.getvalue()


@pytest.mark.parametrize(("media", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_change_is_told_inside_and_outside_the_mask(media: str, media_type: str) -> None:
    """A large photo: what was not painted over must not look changed because one format is decoded otherwise."""
    before, after = painted((4000, 600), media)
    pair = (input_picture(before, 4000, 600), input_picture(after, 4000, 600, media_type))
    whole = replace(_left_half(), size=Size(4000, 600))
    change = draw(HeatPicture(*pair, whole), before, after).change
    assert change is not None
    assert (change.columns, change.rows) == (640, 96)
    assert change.inside == pytest.approx(1, abs=0.01)
    assert change.outside == pytest.approx(0, abs=0.02)


def test_bytes_that_the_run_did_not_see_are_refused() -> None:
    picture = input_picture(drawn(64, 48), 64, 48)
    edited = Files({picture.id: b"edited"})
    with pytest.raises(ImageError, match=r"photos/a\.jpg is no longer what the run saw"):
        Darkroom(edited, ()).draw(picture)


def test_a_mask_file_that_was_changed_is_refused() -> None:
    content = drawn(64, 48)
    ref = digest_bytes(b"another mask")
    filed = replace(mask("a"), path="masks/a.png", sources=(FileSource(ref=ref, path="masks/a.png"),))
    with pytest.raises(ImageError, match="mask 'sofa' is no longer what the run saw"):
        draw(MaskPicture(filed, input_picture(content, 64, 48)), content, masks={ref: b"a mask"})


def test_a_thumbnail_is_named_by_what_it_shows() -> None:
    picture = ResultPicture(ActionKey(digest_bytes(b"key")), input_picture(b"content", 1, 1).artifact)
    name = digest_bytes(b"content")[:16]
    assert file_names(picture.id, Drawn(".jpg")) == (f"thumbs/{name}.jpg", f"thumbs/{name}-2x.jpg")


def _left_half() -> MaskImage:
    return replace(
        mask("a"),
        size=Size(640, 480),
        spec={"shape": "rect", "values": ["0", "0", "50%", "100%"], "black_edits": False, "ops": []},
    )
