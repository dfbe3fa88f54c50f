"""Pictures named by their address: pinned, kept, and refused when they changed."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from runner.app.downloads import Downloads, PinnedPictures
from runner.app.files import FileFinder
from runner.app.lock_file import read_lock_file, write_lock_file
from runner.catalog.lock import EMPTY_LOCK, Lock, read_lock, with_urls
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


def locked(root: Path) -> Lock:
    lock = read_lock_file(root / "r.lock") or EMPTY_LOCK
    assert isinstance(lock, Lock)
    return lock


def get(root: Path, web: Web) -> object:
    lock = locked(root)
    with open_store_for_planning(root) as store:
        downloads = Downloads(root, lock.urls, "r.lock", FileFinder(root, root, store.files), web.get)
        found = downloads.picture(URL)
        write_lock_file(root / "r.lock", with_urls(lock, downloads.pins))
    return found


def test_a_picture_is_fetched_once_and_pinned(tmp_path: Path) -> None:
    web = Web(png(1))
    first, again = get(tmp_path, web), get(tmp_path, web)
    assert isinstance(first, InputImage)
    assert first == again
    assert first.path.endswith("/logo.png")
    assert web.asked == 1
    assert "secret" not in (tmp_path / "r.lock").read_text()


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


def test_a_picture_that_was_changed_where_it_is_kept_is_refused(tmp_path: Path) -> None:
    found = get(tmp_path, Web(png(1)))
    assert isinstance(found, InputImage)
    (tmp_path / found.path).write_bytes(png(2))
    changed = get(tmp_path, Web(png(1)))
    assert isinstance(changed, FileProblem)
    assert changed.code == "pin-changed"


def earlier(root: Path, web: Web, lock_text: str) -> InputImage:
    """The picture that an earlier lock file pins, after today's has been looked at."""
    lock = read_lock(lock_text, "r.lock")
    assert isinstance(lock, Lock)
    with open_store_for_planning(root) as store:
        downloads = Downloads(root, locked(root).urls, "r.lock", FileFinder(root, root, store.files), web.get)
        downloads.picture(URL)
        return PinnedPictures(lock.urls, downloads).picture(URL)


def test_an_earlier_pin_says_what_the_address_held_then_without_asking(tmp_path: Path) -> None:
    web = Web(png(1))
    first = get(tmp_path, web)
    pinned = (tmp_path / "r.lock").read_text()
    assert earlier(tmp_path, web, pinned) == first
    (tmp_path / "r.lock").unlink()
    web.content = png(2)
    then = earlier(tmp_path, web, pinned)
    assert isinstance(first, InputImage)
    assert then.artifact == first.artifact
    assert web.asked == 2


def test_an_earlier_picture_that_is_not_here_is_known_by_its_pin(tmp_path: Path) -> None:
    web = Web(png(1))
    first = get(tmp_path, web)
    assert isinstance(first, InputImage)
    pinned = (tmp_path / "r.lock").read_text()
    (tmp_path / "r.lock").unlink()
    (tmp_path / first.path).unlink()
    web.content = png(2)
    then = earlier(tmp_path, web, pinned)
    assert then.artifact == first.artifact
    assert "secret" not in then.path


def test_an_address_that_was_not_pinned_is_todays_picture(tmp_path: Path) -> None:
    web = Web(png(1))
    assert earlier(tmp_path, web, "# runner-lock/1\n") == get(tmp_path, web)
