"""Paths as pathlib has them, without making a Path of each."""

from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from runner.plan.outputs import media_type_of, normal_path
from runner.plan.scope import Picture
from tests.plan.plans import photo

PATHS = st.text("ab./ \n", max_size=12)


@given(PATHS)
def test_an_output_lies_where_pathlib_says(text: str) -> None:
    assert normal_path(text) == str(PurePosixPath(text))


@given(PATHS.map(normal_path).filter(lambda text: PurePosixPath(text).name not in {"", ".."} and text[:2] != "//"))
def test_the_parts_of_a_picture_are_those_of_pathlib(text: str) -> None:
    path, picture = PurePosixPath(text), Picture(photo(text), "")
    folder = "" if str(path.parent) == "." else str(path.parent)
    assert (picture.name, picture.stem, picture.suffix, picture.dir) == (path.name, path.stem, path.suffix, folder)


@given(PATHS, st.sampled_from([".png", ".JPG", ".webp", ""]))
def test_the_ending_says_the_format(stem: str, ending: str) -> None:
    path = normal_path(f"{stem}a{ending}")
    expected = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}
    assert media_type_of(None, path) == expected.get(PurePosixPath(path).suffix.lower(), "")
