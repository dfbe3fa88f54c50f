"""Every hard input is read or refused as its manifest says: with little work, in little memory, with its own error."""

import csv
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from runner.core.errors import ImageError
from runner.images.codec import decode, read_header
from runner.images.mask import read_mask
from runner.images.photo import Photo
from tests.growth import work_s

_PLACE = Path(os.environ.get("EDIT_RUNNER_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data")) / "nasty"
_CODES = {
    "EMPTY_FILE": {"empty-file"},
    "NOT_AN_IMAGE": {"not-an-image"},
    "UNSUPPORTED_FORMAT": {"unsupported-format", "corrupt-image"},
    # A damaged HEIC is a HEIC all the same: its kind is said. A damaged width may be a giant one.
    "CORRUPT_IMAGE": {"corrupt-image", "unsupported-format", "too-large"},
    "TOO_LARGE": {"too-large", "unsupported-format"},
}


class Row(NamedTuple):
    file: str
    expected: str
    code: str


def _rows() -> list[Row]:
    if not (_PLACE / "MANIFEST.csv").is_file():
        return []
    with (_PLACE / "MANIFEST.csv").open(encoding="utf-8") as lines:
        rows = [Row(row["file"], row["expected"], row["suggested_error"]) for row in csv.DictReader(lines)]
    return [row for row in rows if not row.file.endswith(".tar.gz")]


_ROWS = _rows()
_NO_PHOTOS = pytest.mark.skipif(not _ROWS, reason=f"no hard inputs: {_PLACE} is absent (set EDIT_RUNNER_SHARED_DATA)")


def _outcome(content: bytes, name: str) -> Photo | ImageError:
    try:
        return decode(content, name)
    except ImageError as error:
        return error


@_NO_PHOTOS
@pytest.mark.parametrize("row", [row for row in _ROWS if row.expected.startswith("accept")], ids=lambda row: row.file)
def test_a_good_picture_is_read_or_refused_by_name_where_the_manifest_allows_it(row: Row) -> None:
    outcome = _outcome_of(row.file)
    assert isinstance(outcome, Photo) or ("reject" in row.expected and outcome.code in _CODES[row.code])


@_NO_PHOTOS
@pytest.mark.parametrize("row", [row for row in _ROWS if row.expected == "reject"], ids=lambda row: row.file)
def test_a_bad_file_is_refused_with_the_right_code_and_its_name(row: Row) -> None:
    outcome = _outcome_of(row.file)
    assert isinstance(outcome, ImageError)
    assert outcome.code in _CODES[row.code]
    assert f"'{row.file}'" in outcome.message


_LARGEST = "size/face_16MP.jpg"


@pytest.fixture(scope="module")
def honest_s() -> float:
    """The work on the largest honest photo among them."""
    return work_s(_outcome_of, _LARGEST)


@_NO_PHOTOS
@pytest.mark.parametrize("row", [row for row in _ROWS if row.file != _LARGEST], ids=lambda row: row.file)
def test_no_file_is_as_much_work_as_a_photo_of_16_megapixels(row: Row, honest_s: float) -> None:
    assert work_s(_outcome_of, row.file) < honest_s


def _outcome_of(file: str) -> Photo | ImageError:
    return _outcome((_PLACE / file).read_bytes(), file)


@_NO_PHOTOS
@pytest.mark.parametrize("row", [row for row in _ROWS if row.expected.startswith("accept")], ids=lambda row: row.file)
def test_header_and_pixels_agree_on_the_size(row: Row) -> None:
    content = (_PLACE / row.file).read_bytes()
    outcome = _outcome(content, row.file)
    if isinstance(outcome, Photo):
        assert read_header(content, row.file).size == outcome.size


@_NO_PHOTOS
@pytest.mark.parametrize("row", [row for row in _ROWS if row.file.startswith("animated/")], ids=lambda row: row.file)
def test_the_first_of_several_frames_is_used_and_said(row: Row) -> None:
    photo = decode((_PLACE / row.file).read_bytes(), row.file)
    assert any(note.startswith("first of ") for note in photo.notes)


@_NO_PHOTOS
@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the most memory of a process is read from /proc")
@pytest.mark.parametrize("row", [row for row in _ROWS if row.file.startswith("size/")], ids=lambda row: row.file)
def test_no_giant_takes_a_gigabyte(row: Row) -> None:
    # Not getrusage: what it gives as the most memory includes that of the process that was forked.
    program = (
        "import sys\n"
        "from runner.core.errors import ImageError\n"
        "from runner.images.codec import decode\n"
        "try:\n"
        "    decode(open(sys.argv[1], 'rb').read(), 'giant')\n"
        "except ImageError:\n"
        "    pass\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
    )
    command = [sys.executable, "-c", program, str(_PLACE / row.file)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    assert int(done.stdout) < 1024 * 1024  # KiB


@_NO_PHOTOS
def test_any_file_name_is_read_and_can_be_shown() -> None:
    shown = []
    with tarfile.open(_PLACE / "names" / "odd_names.tar.gz") as archive:
        for member in archive.getmembers():
            file = archive.extractfile(member)
            assert file is not None
            decode(file.read(), member.name)
            shown.append(str(_outcome(b"", member.name)))
    assert len(shown) == 49
    assert all(text.encode("utf-8").decode().isprintable() for text in shown)


@_NO_PHOTOS
@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("encodings/face.heic", "HEIC"),
        ("type/lfs_pointer.jpg", "Git LFS"),
        ("type/html_page.jpg", "HTML"),
        ("type/xxe.svg", "SVG"),
        ("type/svg_named.png", "SVG"),
        ("type/pdf_named.jpg", "PDF"),
        ("encodings/jp2_16bit.jp2", "JPEG 2000"),
        ("size/jpeg_header_says_65500.jpg", "65500×65500"),
    ],
)
def test_a_refusal_says_what_the_file_is(file: str, words: str) -> None:
    outcome = _outcome((_PLACE / file).read_bytes(), file)
    assert isinstance(outcome, ImageError)
    assert words in outcome.message


@_NO_PHOTOS
@pytest.mark.parametrize(
    ("file", "note"),
    [
        ("modes/face_16bit_rgb.png", "16 bits per sample: reduced to 8"),
        ("modes/face_16bit_rgb.tif", "16 bits per sample: reduced to 8"),
        ("modes/cmyk_no_profile.jpg", "CMYK without a usable profile: colors are an estimate"),
        ("icc/face_broken_profile.jpg", "color profile is damaged or of another kind: taken as sRGB"),
        ("icc/truncated_profile.jpg", "color profile is damaged or of another kind: taken as sRGB"),
        ("size/ztxt_bomb_60MB.png", "giant text or color profile in the file: left out"),
        ("size/iccp_bomb_60MB.png", "giant text or color profile in the file: left out"),
    ],
)
def test_what_decoding_changed_is_said(file: str, note: str) -> None:
    assert note in decode((_PLACE / file).read_bytes(), file).notes


@_NO_PHOTOS
@pytest.mark.parametrize("number", range(2, 9))
def test_all_orientations_of_a_face_come_out_upright(number: int) -> None:
    upright = decode((_PLACE / "orientation/face_exif_1.jpg").read_bytes(), "1").pixels.astype(int)
    turned = decode((_PLACE / f"orientation/face_exif_{number}.jpg").read_bytes(), "n").pixels
    assert np.abs(turned - upright).mean() < 1.5  # JPEG noise; mirrored it would be far above 10


@_NO_PHOTOS
@pytest.mark.parametrize("file", ["face_png_exif_6.png", "face_webp_exif_6.webp"])
def test_orientation_is_read_from_png_and_webp(file: str) -> None:
    upright = decode((_PLACE / "orientation/face_exif_1.jpg").read_bytes(), "1").pixels.astype(int)
    turned = decode((_PLACE / "orientation" / file).read_bytes(), "n").pixels
    assert np.abs(turned - upright).mean() < 2.5


@_NO_PHOTOS
@pytest.mark.parametrize("number", range(1, 9))
def test_real_camera_orientations_come_out_as_one_landscape(number: int) -> None:
    # Each carries its own painted number, and they are different JPEGs: alike, not equal.
    one = decode((_PLACE / "orientation/landscape_1.jpg").read_bytes(), "1").pixels.astype(float)
    other = decode((_PLACE / f"orientation/landscape_{number}.jpg").read_bytes(), "n").pixels.astype(float)
    assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.9


@_NO_PHOTOS
@pytest.mark.parametrize("file", ["modes/face_gray.jpg", "modes/face_cmyk.jpg", "modes/face_palette.png"])
def test_other_color_modes_look_like_the_face(file: str) -> None:
    plain = decode((_PLACE / "orientation/face_exif_1.jpg").read_bytes(), "1").pixels.mean(axis=2)
    other = decode((_PLACE / file).read_bytes(), file).pixels.mean(axis=2)
    assert np.abs(plain - other).mean() < 4


@_NO_PHOTOS
def test_sixteen_bit_gray_is_neither_white_nor_clipped() -> None:
    color = decode((_PLACE / "modes/face_16bit_rgb.png").read_bytes(), "rgb").pixels.mean(axis=2)
    gray = decode((_PLACE / "modes/face_16bit_gray.png").read_bytes(), "gray").pixels[:, :, 0]
    assert np.corrcoef(color.ravel(), gray.ravel())[0, 1] > 0.98


@_NO_PHOTOS
def test_a_mask_file_keeps_its_levels() -> None:
    mask = read_mask((_PLACE / "modes/bilevel.png").read_bytes(), "mask")
    assert set(np.unique(mask)) == {0, 255}


def test_a_polyglot_is_told_by_its_first_bytes() -> None:
    with pytest.raises(ImageError, match="'x' is a ZIP archive") as caught:
        decode(io.BytesIO(b"PK\x03\x04" + bytes(40)).getvalue(), "x")
    assert caught.value.code == "not-an-image"
