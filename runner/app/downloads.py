"""Pictures named by their address: fetched once, kept beside the cache, pinned in the lock file."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import unquote, urlsplit

from runner.app.files import UNSEEN, FileFinder
from runner.catalog.lock import EMPTY_LOCK, Lock, UrlPin, pin_name, read_lock, with_urls, write_lock
from runner.core.diagnostic import Diagnostic
from runner.core.digest import Digest, digest_bytes
from runner.core.errors import UsageError
from runner.plan.gathered import FileProblem
from runner.plan.plan import InputImage

LIMIT_BYTES = 256 * 2**20


class UrlPictures(Protocol):
    """Gives the pictures of addresses."""

    def picture(self, url: str) -> InputImage | FileProblem | Diagnostic:
        """Get a picture, or say why there is none."""


class Downloads:
    """Gives the picture of an address: the pinned one where it is there, else fetched and compared with its pin.

    Args:
        root: The project root.
        recipe: The recipe's file; its lock file stands beside it.
        files: Looks at what was fetched.
        fetch: Gets the bytes of an address; raises UsageError.
    """

    def __init__(
        self, root: Path, recipe: Path, files: FileFinder, fetch: Callable[[str], bytes] | None = None
    ) -> None:
        self._get = fetch or _fetch
        self._folder = root / ".runner" / "downloads"
        self._files = files
        self._pins: dict[str, UrlPin] = {}
        self._lock_path = recipe.with_suffix(".lock")
        self._lock: Lock | None = None

    def picture(self, url: str) -> InputImage | FileProblem | Diagnostic:
        """Get a picture; a pinned one without the network where it was fetched before."""
        lock = self._read_lock()
        if isinstance(lock, Diagnostic):
            return lock
        pin = lock.urls.get(pin_name(url))
        try:
            path = self._kept(url, pin.digest) if pin is not None else None
            path = path if path is not None and path.is_file() else self._fetch(url, pin)
        except UsageError as error:
            return FileProblem(error.code, error.message, error.hint)
        found = self._files.picture(str(path), may_be_outside=True)
        if isinstance(found, InputImage):
            artifact = found.artifact
            self._pins[url] = UrlPin(
                url=pin_name(url),
                digest=artifact.digest,
                media_type=artifact.media_type,
                size_bytes=artifact.size_bytes,
            )
        return found

    def kept(self, url: str, digest: Digest | None = None) -> InputImage | None:
        """Give what was fetched before, without the network: with a digest, or else what the lock file pins."""
        lock = self._read_lock()
        pin = lock.urls.get(pin_name(url)) if isinstance(lock, Lock) else None
        known = digest or (self._pins[url].digest if url in self._pins else pin.digest if pin is not None else None)
        path = self._kept(url, known) if known is not None else None
        found = self._files.picture(str(path), may_be_outside=True) if path is not None and path.is_file() else None
        return found if isinstance(found, InputImage) else None

    def write_pins(self) -> None:
        """Write the lock file where pins are new; what else stands in it stays.

        Raises:
            UsageError: it cannot be written.
        """
        lock = self._read_lock()
        if not self._pins or isinstance(lock, Diagnostic):
            return
        text = write_lock(with_urls(lock, self._pins.values()))
        if text == write_lock(lock):
            return
        try:
            self._lock_path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError("not-writable", f"cannot write '{self._lock_path}': {error.strerror}") from error

    def _read_lock(self) -> Lock | Diagnostic:
        if self._lock is None:
            try:
                text = self._lock_path.read_text(encoding="utf-8")
            except FileNotFoundError:
                text = None
            except (OSError, UnicodeDecodeError) as error:
                raise UsageError("unreadable-file", f"cannot read '{self._lock_path}'") from error
            lock = EMPTY_LOCK if text is None else read_lock(text, str(self._lock_path))
            if isinstance(lock, list):
                return lock[0]
            self._lock = lock
        return self._lock

    def _kept(self, url: str, digest: Digest) -> Path:
        name = PurePosixPath(unquote(urlsplit(url).path)).name
        return self._folder / digest[:16] / (_safe(name) or "picture")

    def _fetch(self, url: str, pin: UrlPin | None) -> Path:
        from runner.providers.web_url import shown_url

        content = self._get(url)
        digest = digest_bytes(content)
        if pin is not None and digest != pin.digest:
            message = f"'{shown_url(url)}' is no longer the picture that '{self._lock_path.name}' pins"
            raise UsageError("pin-changed", message, hint=f"to accept it, remove its line from {self._lock_path.name}")
        path = self._kept(url, digest)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_name(f".{path.name}.part")
            temporary.write_bytes(content)
            temporary.replace(path)
        except OSError as error:
            raise UsageError("not-writable", f"cannot write '{path}': {error.strerror}") from error
        return path


class PinnedPictures:
    """Gives the pictures of addresses as an earlier lock file pins them; nothing is fetched.

    Args:
        pins: Of the lock file, by ``UrlPin.url``.
        today: Has what was fetched.
    """

    def __init__(self, pins: Mapping[str, UrlPin], today: Downloads) -> None:
        self._pins = pins
        self._today = today

    def picture(self, url: str) -> InputImage:
        """Get a picture; one whose bytes are not here has the size of today's."""
        from runner.providers.web_url import shown_url

        pin = self._pins.get(pin_name(url))
        kept = self._today.kept(url, pin.digest if pin is not None else None)
        if kept is not None:
            return kept
        today = self._today.kept(url)
        artifact = UNSEEN if today is None else today.artifact
        if pin is None:
            return InputImage(path=shown_url(url), artifact=replace(artifact, digest=digest_bytes(url.encode())))
        facts = replace(artifact, digest=pin.digest, media_type=pin.media_type, size_bytes=pin.size_bytes)
        return InputImage(path=shown_url(url), artifact=facts)


def _fetch(url: str) -> bytes:
    from runner.app.fetch import fetch

    return fetch(url, limit_bytes=LIMIT_BYTES)


def _safe(name: str) -> str:
    return "".join(character for character in name if character.isalnum() or character in "-_.").lstrip(".")[:100]
