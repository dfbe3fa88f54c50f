"""What was written from what, and whether it is still so."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runner.core.digest import digest_bytes
from runner.store.store import Store, open_store

OLD, NEW = digest_bytes(b"old"), digest_bytes(b"new")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def files(tmp_path: Path, store: Store) -> list[Path]:
    """A file and a folder, noted as made from something."""
    file, folder = tmp_path / "page.html", tmp_path / "thumbs"
    file.write_text("page")
    folder.mkdir()
    store.products.note([file, folder], OLD)
    return [file, folder]


def test_what_was_written_from_the_same_is_right(store: Store, files: list[Path]) -> None:
    assert store.products.are_right(files, OLD)
    assert not store.products.are_right(files, NEW)


@pytest.mark.parametrize(
    "touch",
    [
        lambda file, _: file.unlink(),
        lambda file, _: file.write_text("another page"),
        lambda file, _: file.with_name("copy").write_text("page") and file.with_name("copy").replace(file),
        lambda _, folder: (folder / "a.jpg").write_text("picture"),
    ],
    ids=["gone", "changed", "replaced", "a file more in the folder"],
)
def test_what_somebody_touched_is_not_right(
    store: Store, files: list[Path], touch: Callable[[Path, Path], object]
) -> None:
    touch(*files)
    assert not store.products.are_right(files, OLD)


def test_what_was_never_noted_is_not_right(store: Store, tmp_path: Path) -> None:
    (tmp_path / "other").write_text("x")
    assert not store.products.are_right([tmp_path / "other"], OLD)
