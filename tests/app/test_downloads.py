"""Pictures named by their address: pinned, kept, and refused when they changed."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from runner.app.downloads import Downloads
from runner.app.files import FileFinder
from runner.core.errors import UsageError
from runner.plan.gathered import FileProblem
from runner.plan.plan import InputImage
from runner.store.store import open_store_for_planning

URL = "https://pictures.example/brand/logo.png?signature=secret"


def png(seed: int) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (8, 9, 3), np.uint8)
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "PNG")
    return written.getvalue()


class Web:
    """What an address gives, and how often it was asked."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.asked = 0

    def get(self, url: str) -> bytes:
        self.asked += 1
        if not self.content:
            raise UsageError("download-failed", f"cannot reach {url.partition('?')[0]}")
        return self.content


def get(root: Path, web: Web, *, pin: bool = True) -> object:
    with open_store_for_planning(root) as store:
        downloads = Downloads(root, root / "r.yaml", FileFinder(root, root, store.files), web.get)
        found = downloads.picture(URL)
        if pin:
            downloads.write_pins()
    return found


def test_a_picture_is_fetched_once_and_pinned(tmp_path: Path) -> None:
    web = Web(png(1))
    first, again = get(tmp_path, web), get(tmp_path, web)
    assert isinstance(first, InputImage)
    assert first == again
    assert first.path.endswith("/logo.png")
    assert web.asked == 1
    assert "secret" not in (tmp_path / "r.lock").read_text()


def test_a_dry_run_pins_nothing(tmp_path: Path) -> None:
    get(tmp_path, Web(png(1)), pin=False)
    assert not (tmp_path / "r.lock").exists()


def test_a_picture_that_changed_since_it_was_pinned_is_refused(tmp_path: Path) -> None:
    found = get(tmp_path, Web(png(1)))
    assert isinstance(found, InputImage)
    (tmp_path / found.path).unlink()
    changed = get(tmp_path, Web(png(2)))
    assert isinstance(changed, FileProblem)
    assert changed.code == "pin-changed"
    assert "secret" not in changed.message


def test_what_cannot_be_fetched_is_a_problem_of_its_input(tmp_path: Path) -> None:
    failed = get(tmp_path, Web(b""))
    assert isinstance(failed, FileProblem)
    assert failed.code == "download-failed"


@pytest.mark.parametrize("line", ["<<<<<<< ours", "url nonsense"])
def test_a_damaged_lock_file_is_told_with_its_place(tmp_path: Path, line: str) -> None:
    (tmp_path / "r.lock").write_text(f"# runner-lock/1\n{line}\n")
    found = get(tmp_path, Web(png(1)), pin=False)
    assert getattr(found, "span", None) is not None
