"""Outputs stand where they should, whole, and are left alone when they are right."""

import io
import os
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from runner.core.artifact import Artifact
from runner.core.digest import digest_bytes
from runner.core.errors import ExitCode
from runner.core.event import OutputFailed, OutputWritten
from runner.images.codec import decode
from runner.images.xmp import read_mark
from runner.plan.plan import InputImage, Output, Plan
from runner.store.store import open_store
from tests.execute.plans import SIZE, action, after, carry_out, output, photo, plan
from tests.execute.providers import CountingProvider


@pytest.fixture
def provider() -> CountingProvider:
    return CountingProvider()


def one_output(root: Path, path: str = "out/a.png", **changes: object) -> Plan:
    """A plan that writes what it reads."""
    edit = action("edit", {"image": photo(root, "in/a.png", 1)})
    return plan(root, edit, outputs=(replace(output(edit, path), **changes),))  # type: ignore[arg-type]  # fields by name


def hold_back_clock(path: Path) -> int:
    """Make a file old, so that a new one would be seen; give its inode."""
    os.utime(path, ns=(10**18, 10**18))
    return path.stat().st_ino


def test_an_output_stands_at_its_path(tmp_path: Path, provider: CountingProvider) -> None:
    carried = carry_out(one_output(tmp_path, "out/deep/ä b.png"), provider)
    written = tmp_path / "out/deep/ä b.png"
    assert written.read_bytes() == (tmp_path / "in/a.png").read_bytes()
    assert carried.of(OutputWritten) == [
        OutputWritten(
            at=carried.of(OutputWritten)[0].at,
            cell="cell",
            path="out/deep/ä b.png",
            digest=digest_bytes(written.read_bytes()),
            unchanged=False,
        )
    ]


def test_nothing_but_the_output_is_left_in_its_folder(tmp_path: Path, provider: CountingProvider) -> None:
    carry_out(one_output(tmp_path), provider)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.png"]


def test_an_output_that_is_right_is_left_alone(tmp_path: Path, provider: CountingProvider) -> None:
    carry_out(one_output(tmp_path), provider)
    inode = hold_back_clock(tmp_path / "out/a.png")
    carried = carry_out(one_output(tmp_path), provider)
    assert carried.of(OutputWritten)[0].unchanged
    assert (tmp_path / "out/a.png").stat().st_ino == inode
    assert (tmp_path / "out/a.png").stat().st_mtime_ns == 10**18


def test_an_output_that_is_right_by_chance_is_left_alone(tmp_path: Path, provider: CountingProvider) -> None:
    wanted = one_output(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out/a.png").write_bytes((tmp_path / "in/a.png").read_bytes())
    assert carry_out(wanted, provider).of(OutputWritten)[0].unchanged


@pytest.mark.parametrize("damage", [b"", b"something else"])
def test_an_output_that_was_changed_is_written_anew(tmp_path: Path, provider: CountingProvider, damage: bytes) -> None:
    carry_out(one_output(tmp_path), provider)
    (tmp_path / "out/a.png").write_bytes(damage)
    carried = carry_out(one_output(tmp_path), provider)
    assert not carried.of(OutputWritten)[0].unchanged
    assert (tmp_path / "out/a.png").read_bytes() == (tmp_path / "in/a.png").read_bytes()


def test_an_output_that_was_removed_is_written_anew(tmp_path: Path, provider: CountingProvider) -> None:
    carry_out(one_output(tmp_path), provider)
    (tmp_path / "out/a.png").unlink()
    assert not carry_out(one_output(tmp_path), provider).of(OutputWritten)[0].unchanged
    assert (tmp_path / "out/a.png").is_file()
    assert provider.steps == ["edit"]


def test_two_outputs_of_one_action_are_both_written(tmp_path: Path, provider: CountingProvider) -> None:
    edit = action("edit", {"image": photo(tmp_path, "in/a.png", 1)})
    wanted = plan(tmp_path, edit, outputs=(output(edit, "out/a.png"), output(edit, "out/b.png")))
    carry_out(wanted, provider)
    assert (tmp_path / "out/a.png").read_bytes() == (tmp_path / "out/b.png").read_bytes()
    assert provider.steps == ["edit"]


def test_an_output_in_another_format_is_encoded(tmp_path: Path, provider: CountingProvider) -> None:
    carry_out(one_output(tmp_path, "out/a.webp", media_type="image/webp", quality=80), provider)
    with Image.open(tmp_path / "out/a.webp") as picture:
        assert (picture.format, picture.size) == ("WEBP", (SIZE.width_px, SIZE.height_px))


def test_another_quality_is_another_output(tmp_path: Path, provider: CountingProvider) -> None:
    for quality in (95, 30):
        carry_out(one_output(tmp_path, "out/a.jpg", media_type="image/jpeg", quality=quality), provider)
    with Image.open(tmp_path / "out/a.jpg") as picture:
        tables = picture.quantization  # type: ignore[attr-defined]  # of JPEG files only
    assert tables[0][0] > 20


def jpeg(root: Path, name: str, **metadata: object) -> InputImage:
    """A JPEG in the project."""
    written = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").resize((SIZE.width_px, SIZE.height_px)).save(
        written, "JPEG", quality=70, **metadata
    )
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written.getvalue())
    artifact = Artifact(
        digest=digest_bytes(written.getvalue()),
        media_type="image/jpeg",
        size_bytes=len(written.getvalue()),
        width_px=SIZE.width_px,
        height_px=SIZE.height_px,
    )
    return InputImage(path=name, artifact=artifact)


def exif(**tags: str) -> Image.Exif:
    content = Image.Exif()
    content[0x013B] = tags["artist"]
    content[0x010F] = tags["maker"]
    return content


def test_metadata_travels_as_the_output_says(tmp_path: Path, provider: CountingProvider) -> None:
    given = jpeg(tmp_path, "in/a.jpg", exif=exif(artist="A. Photographer", maker="Camera"))
    edit = action("edit", {"image": given})
    outputs: tuple[Output, ...] = (
        output(edit, "out/default.png", given),
        replace(output(edit, "out/all.png", given), keep=("icc", "exif")),
        replace(output(edit, "out/none.png", given), keep=()),
    )
    carry_out(plan(tmp_path, edit, outputs=outputs), provider)
    found = {}
    for name in ("default", "all", "none"):
        with Image.open(tmp_path / f"out/{name}.png") as picture:
            found[name] = {picture.getexif().get(0x013B), picture.getexif().get(0x010F)} - {None}
    assert found == {"default": {"A. Photographer"}, "all": {"A. Photographer", "Camera"}, "none": set()}


def test_metadata_comes_from_the_source_where_the_result_has_none(tmp_path: Path, provider: CountingProvider) -> None:
    edit = action("edit", {"image": photo(tmp_path, "in/bare.png", 1)})
    source = jpeg(tmp_path, "in/a.jpg", exif=exif(artist="A. Photographer", maker="Camera"))
    carry_out(plan(tmp_path, edit, outputs=(output(edit, "out/a.png", source),)), provider)
    with Image.open(tmp_path / "out/a.png") as picture:
        assert picture.getexif().get(0x013B) == "A. Photographer"


def test_an_edited_output_is_marked(tmp_path: Path, provider: CountingProvider) -> None:
    edit = action("edit", {"image": photo(tmp_path, "in/a.png", 1)}, provider="local")
    wanted = plan(tmp_path, edit, outputs=(replace(output(edit, "out/a.png"), mark=True),))
    carry_out(wanted, provider)
    content = (tmp_path / "out/a.png").read_bytes()
    assert read_mark(decode(content, "a").xmp) == "algorithmicallyEnhanced"


def test_an_output_through_a_link_out_of_the_project_fails(tmp_path: Path, provider: CountingProvider) -> None:
    root, outside = tmp_path / "project", tmp_path / "outside"
    outside.mkdir()
    root.mkdir()
    (root / "out").symlink_to(outside)
    carried = carry_out(one_output(root), provider)
    assert carried.of(OutputFailed)[0].code == "outside-root"
    assert list(outside.iterdir()) == []
    assert carried.code == ExitCode.FAILED


def test_a_link_at_the_path_itself_is_replaced_and_not_followed(tmp_path: Path, provider: CountingProvider) -> None:
    root, outside = tmp_path / "project", tmp_path / "outside.png"
    outside.write_bytes(b"precious")
    (root / "out").mkdir(parents=True)
    (root / "out/a.png").symlink_to(outside)
    carry_out(one_output(root), provider)
    assert outside.read_bytes() == b"precious"
    assert not (root / "out/a.png").is_symlink()


@pytest.mark.parametrize("path", ["in/a.png", "link/a.png", "recipe.yaml"])
def test_nothing_that_the_plan_reads_is_written_over(tmp_path: Path, provider: CountingProvider, path: str) -> None:
    wanted = one_output(tmp_path, path)
    (tmp_path / "link").symlink_to(tmp_path / "in")
    (tmp_path / "recipe.yaml").write_text("version: 1\n")
    before = (tmp_path / path).read_bytes()
    assert carry_out(wanted, provider).of(OutputFailed)[0].code == "over-input"
    assert (tmp_path / path).read_bytes() == before


def test_a_link_that_the_plan_reads_through_is_not_replaced(tmp_path: Path, provider: CountingProvider) -> None:
    real = photo(tmp_path, "real/a.png", 1)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.png").symlink_to(tmp_path / "real/a.png")
    edit = action("edit", {"image": replace(real, path="in/a.png")})
    wanted = plan(tmp_path, edit, outputs=(output(edit, "in/a.png"), output(edit, "real/a.png")))
    assert [event.code for event in carry_out(wanted, provider).of(OutputFailed)] == ["over-input", "over-input"]
    assert (tmp_path / "in/a.png").is_symlink()


def test_paths_that_differ_in_case_are_two_files_where_the_file_system_says_so(
    tmp_path: Path, provider: CountingProvider
) -> None:
    wanted = one_output(tmp_path, "in/A.PNG")
    (tmp_path / "probe").touch()
    if (tmp_path / "PROBE").exists():
        assert carry_out(wanted, provider).of(OutputFailed)[0].code == "over-input"
    else:
        assert (tmp_path / carry_out(wanted, provider).of(OutputWritten)[0].path).is_file()


def test_a_long_name_leaves_room_for_the_temp_file(tmp_path: Path, provider: CountingProvider) -> None:
    name = "n" * 251 + ".png"
    carry_out(one_output(tmp_path, f"out/{name}"), provider)
    assert (tmp_path / "out" / name).is_file()


def test_a_folder_at_the_path_is_said_in_words(tmp_path: Path, provider: CountingProvider) -> None:
    (tmp_path / "out/a.png").mkdir(parents=True)
    failed = carry_out(one_output(tmp_path), provider).of(OutputFailed)[0]
    assert (failed.code, failed.message) == ("not-a-file", "'out/a.png' is a folder")


def test_a_folder_that_cannot_be_made_fails_the_output_and_keeps_the_result(
    tmp_path: Path, provider: CountingProvider
) -> None:
    wanted = one_output(tmp_path)
    (tmp_path / "out").write_text("a file where the folder should be")
    carried = carry_out(wanted, provider)
    assert carried.of(OutputFailed)[0].code == "cannot-write"
    assert carried.code == ExitCode.FAILED
    with open_store(tmp_path) as store:
        assert len(store.lookup([wanted.actions[0].key])) == 1


def test_a_format_that_cannot_hold_the_result_fails_the_output(tmp_path: Path, provider: CountingProvider) -> None:
    failed = carry_out(one_output(tmp_path, "out/a.gif", media_type="image/gif"), provider).of(OutputFailed)[0]
    assert failed.code == "unsupported-format"


def test_an_output_of_a_middle_step_is_written(tmp_path: Path, provider: CountingProvider) -> None:
    first = action("first", {"image": photo(tmp_path, "in/a.png", 1)})
    second = action("second", {"image": after(first)}, uses="test/fails")
    carry_out(plan(tmp_path, first, second, outputs=(output(first, "out/first.png"),)), provider)
    assert (tmp_path / "out/first.png").is_file()
