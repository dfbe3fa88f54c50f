"""Inputs, uploaded once per content: announced, put to a signed address, confirmed."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias
from weakref import WeakValueDictionary

import orjson

from runner.core.digest import Digest, digest_bytes
from runner.core.errors import ProviderError, UsageError
from runner.providers.base import Uploads
from runner.providers.exchange import TryLater
from runner.providers.runflow.asking import ATTEMPTS, Asker, pause_s, refused
from runner.providers.runflow.client import Ask
from runner.providers.runflow.refusal import About
from runner.providers.runflow.transfer import Transfers
from runner.providers.runflow.wire import Media

MAX_BYTES = 50 * 2**20
PREFIX = "runflow://assets/"

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_ANNOUNCEMENTS = 3
_Stored: TypeAlias = Literal["stored", "expired"]


@dataclass(frozen=True, slots=True)
class _Announced:
    """A place for a file; ``url`` is signed."""

    asset_id: str
    url: str


class Uploader:
    """Hands files over to the provider, each content once.

    Args:
        asker: Asks the API.
        transfers: Puts the files.
        sleep: Waits, in seconds.
    """

    def __init__(self, asker: Asker, transfers: Transfers, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._asker = asker
        self._transfers = transfers
        self._sleep = sleep
        self._good: set[str] = set()
        self._known: dict[Digest, str] = {}
        self._locks: WeakValueDictionary[Digest, asyncio.Lock] = WeakValueDictionary()

    async def reference(self, media: Media, uploads: Uploads) -> str:
        """Give the reference of a file, which is uploaded where the provider does not have it.

        A reference of an earlier process is looked at once, because what was uploaded may have expired.

        Raises:
            ProviderError: it is over 50 MiB, of a type that the provider does not take, or could not be uploaded.
        """
        _refuse_large(media)
        taken = media.digest
        digest = await asyncio.to_thread(digest_bytes, media.content) if taken is None else taken
        known = self._known.get(digest)
        if known is not None and known in self._good:
            return known
        async with self._locks.setdefault(digest, asyncio.Lock()):
            reference = await uploads.find(digest)
            if reference is None or not await self._is_good(reference, media):
                reference = await self._upload(media, digest)
                await uploads.keep(digest, reference)
            self._good.add(reference)
            self._known[digest] = reference
            return reference

    def forget(self, text: str) -> bool:
        """Look again at the assets that a message of the provider names; say whether there are any."""
        named = {found for found in self._good if found in text}
        self._good -= named
        return bool(named) or PREFIX in text

    async def _is_good(self, reference: str, media: Media) -> bool:
        if reference in self._good:
            return True
        asset_id = reference.removeprefix(PREFIX)
        if asset_id == reference or not _ID.fullmatch(asset_id):
            return False
        answer = await self._asker.get(f"/v1/assets/{asset_id}", About(what=media.name))
        # Whoever may not read assets (403) may use them; then the job's own answer has to tell.
        return answer.status == 403 or (answer.status < 300 and answer.members.get("deleted_at") is None)

    async def _upload(self, media: Media, digest: Digest) -> str:
        for _ in range(_ANNOUNCEMENTS):
            announced = await self._announce(media, digest)
            if await self._put(announced.url, media) == "stored":
                return PREFIX + await self._confirm(announced.asset_id, media)
        message = f"{media.name}: the upload's address expired {_ANNOUNCEMENTS} times before the file was there"
        raise ProviderError("upload-failed", message, hint="is the machine's clock right?", retryable=True)

    async def _announce(self, media: Media, digest: Digest) -> _Announced:
        content = orjson.dumps(
            {
                "filename": f"{digest[:16]}.{media.ending}",  # names of files stay with who owns them
                "mime_type": media.media_type,
                "size_bytes": len(media.content),
            }
        )
        about = About(what=f"{media.name} ({media.media_type}, {len(media.content):,} bytes)")
        answer = await self._asker.demand(Ask(method="POST", path="/v1/asset-uploads", content=content), about)
        asset_id, url = answer.members.get("asset_id"), answer.members.get("upload_url")
        if isinstance(asset_id, str) and _ID.fullmatch(asset_id) and isinstance(url, str):
            return _Announced(asset_id, url)
        raise ProviderError("garbled-answer", f"{media.name}: the upload was announced, but got no id or address")

    async def _put(self, url: str, media: Media) -> _Stored:
        trouble = ""
        for attempt in range(1, ATTEMPTS + 1):
            outcome = await self._put_once(url, media)
            if not isinstance(outcome, TryLater):
                return outcome
            trouble = outcome.message
            if attempt < ATTEMPTS:
                await self._sleep(pause_s(attempt))
        raise _not_uploaded(media, trouble, retryable=True)

    async def _put_once(self, url: str, media: Media) -> _Stored | TryLater:
        try:
            status = await self._transfers.put(url, media.content, media.media_type)
        except UsageError as error:
            raise _not_uploaded(media, error.message, retryable=False) from error
        match status:
            case TryLater():
                return status
            case 403 | 404 | 410:
                return "expired"
            case 408 | 425 | 429:
                return TryLater(f"the upload was answered {status}")
            case _ if status >= 500:
                return TryLater(f"the upload was answered {status}")
            case _ if status >= 300:
                raise _not_uploaded(media, f"the upload was answered {status}", retryable=False)
            case _:
                return "stored"

    async def _confirm(self, asset_id: str, media: Media) -> str:
        """Confirm an upload; a confirmation whose answer was lost is known by the asset that it made."""
        about = About(what=media.name)
        answer = await self._asker.post(f"/v1/asset-uploads/{asset_id}/confirmations", about, b"{}")
        if answer.status in {404, 409}:
            made = await self._asker.get(f"/v1/assets/{asset_id}", about)
            answer = made if made.status < 300 else answer
        if answer.status >= 300:
            raise refused(answer, about, self._asker.client)
        found = answer.members.get("id")
        return found if isinstance(found, str) and _ID.fullmatch(found) else asset_id


def _not_uploaded(media: Media, why: str, *, retryable: bool) -> ProviderError:
    hint = "try again later: runner resume" if retryable else ""
    return ProviderError("upload-failed", f"{media.name}: not uploaded: {why}", hint=hint, retryable=retryable)


def _refuse_large(media: Media) -> None:
    if len(media.content) > MAX_BYTES:
        size = f"{len(media.content) / 2**20:.1f} MiB"
        message = f"{media.name}: {size} as {media.media_type}; the provider takes at most {MAX_BYTES // 2**20} MiB"
        hint = "put a step before it that makes it smaller: image/resize, or image/convert to jpeg"
        raise ProviderError("input-too-large", message, hint=hint)
