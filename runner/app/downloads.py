"""Pictures named by their address: fetched once, kept beside the cache, pinned in the lock file."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from runner.app.files import UNSEEN, FileFinder
from runner.core.digest import Digest, digest_bytes
from runner.core.errors import UsageError
from runner.plan.gathered import FileProblem
from runner.plan.plan import InputImage

# Most recipes name no picture by its address, and then nothing of a lock file is needed.
if TYPE_CHECKING:
    from runner.catalog.lock_lines import UrlPin

LIMIT_BYTES = 256 * 2**20


class UrlPictures(Protocol):
    """Gives the pictures of addresses."""

    def picture(self, url: str) -> InputImage | FileProblem:
        """Get a picture, or say why there is none."""


class Downloads:
    """Gives the picture of an address: the pinned one where it is there, else fetched and compared with its pin.

    Args:
        root: The project root.
        pinned: What the recipe pins, by ``UrlPin.url``.
        lock_name: Of the lock file, for messages.
        files: Looks at what was fetched.
        fetch: Gets the bytes of an address; raises UsageError.
    """

    def __init__(
        self,
        root: Path,
        pinned: "Mapping[str, UrlPin]",
        lock_name: str,
        files: FileFinder,
        fetch: Callable[[str], bytes] | None = None,
    ) -> None:
        self._get = fetch or _fetch
        self._folder = root / ".runner" / "downloads"
        self._files = files
        self._pins: dict[str, UrlPin] = {}
        self._pinned = pinned
        self._lock_name = lock_name

    @property
    def pins(self) -> "tuple[UrlPin, ...]":
        """What the addresses that were asked for hold, in the order of the asking."""
        return tuple(self._pins.values())

    def picture(self, url: str) -> InputImage | FileProblem:
        """Get a picture; a pinned one without the network where it was fetched before."""
        from runner.catalog.lock_lines import UrlPin, pin_name

        pin = self._pinned.get(pin_name(url))
        try:
            path = self._kept(url, pin.digest) if pin is not None else None
            path = path if path is not None and path.is_file() else self._fetch(url, pin)
        except UsageError as error:
            return FileProblem(error.code, error.message, error.hint)
        found = self._files.picture(str(path), may_be_outside=True)
        if isinstance(found, InputImage) and pin is not None and found.artifact.digest != pin.digest:
            return FileProblem("pin-changed", f"'{found.path}' was changed after it was downloaded", "remove it")
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
        """Give what was fetched before, without the network: with a digest, or else what is pinned."""
        from runner.catalog.lock_lines import pin_name

        pin = self._pins.get(url) or self._pinned.get(pin_name(url))
        known = digest or (pin.digest if pin is not None else None)
        path = self._kept(url, known) if known is not None else None
        found = self._files.picture(str(path), may_be_outside=True) if path is not None and path.is_file() else None
        return found if isinstance(found, InputImage) and found.artifact.digest == known else None

    def _kept(self, url: str, digest: Digest) -> Path:
        name = PurePosixPath(unquote(urlsplit(url).path)).name
        return self._folder / digest[:16] / (_safe(name) or "picture")

    def _fetch(self, url: str, pin: "UrlPin | None") -> Path:
        content = self._get(url)
        digest = digest_bytes(content)
        if pin is not None and digest != pin.digest:
            message = f"'{_shown(url)}' is no longer the picture that '{self._lock_name}' pins"
            raise UsageError("pin-changed", message, hint=f"to accept it, remove its line from {self._lock_name}")
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

    def __init__(self, pins: "Mapping[str, UrlPin]", today: Downloads) -> None:
        self._pins = pins
        self._today = today

    def picture(self, url: str) -> InputImage:
        """Get a picture; one whose bytes are not here has the size of today's."""
        from runner.catalog.lock_lines import pin_name

        pin = self._pins.get(pin_name(url))
        kept = self._today.kept(url, pin.digest if pin is not None else None)
        if kept is not None:
            return kept
        today = self._today.kept(url)
        artifact = UNSEEN if today is None else today.artifact
        if pin is None:
            return InputImage(path=_shown(url), artifact=replace(artifact, digest=digest_bytes(url.encode())))
        facts = replace(artifact, digest=pin.digest, media_type=pin.media_type, size_bytes=pin.size_bytes)
        return InputImage(path=_shown(url), artifact=facts)


def offline(url: str) -> bytes:
    """Fetch nothing: what is not here yet is missing.

    Raises:
        UsageError: always.
    """
    message = f"'{_shown(url)}' is not pinned and downloaded yet, and the network is not asked"
    raise UsageError("frozen-miss", message, hint="a run without --frozen downloads and pins it")


def _shown(url: str) -> str:
    from runner.providers.web_url import shown_url

    return shown_url(url)


def _fetch(url: str) -> bytes:
    from runner.app.fetch import fetch

    return fetch(url, limit_bytes=LIMIT_BYTES)


def _safe(name: str) -> str:
    return "".join(character for character in name if character.isalnum() or character in "-_.").lstrip(".")[:100]
