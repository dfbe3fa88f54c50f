"""The media of a run that begins: downloaded or read from assets, taken out of archives, looked at."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from runner.catalog.card import ModelCard
from runner.core.artifact import Size
from runner.core.digest import Json
from runner.core.errors import ImageError, ProviderError, StoreError, UsageError
from runner.providers.base import Picture
from runner.providers.download import download
from runner.providers.exchange import Web
from runner.providers.pool import WorkerPool
from runner.server.assets.row import usable_assets
from runner.server.database.database import Database
from runner.server.media.archive import read_members
from runner.server.media.contents import check_picture
from runner.server.media.limits import MediaLimits
from runner.server.media.masks import prepare_mask
from runner.server.media.names import shown_name
from runner.server.media.problem import MediaProblem
from runner.server.media.read import FileOf, Link, ReadInput
from runner.server.media.references import (
    AssetAddress,
    Inline,
    asset_reference,
    decode_inline,
    no_such_asset,
    parse_reference,
)
from runner.server.runs.failure import RunFailure
from runner.store.blobs import BlobStore

_ACCEPT = "image/*, application/zip, application/octet-stream;q=0.9"
_TRIES = 3
"""Of a mask whose worker process dies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedInput:
    """What a request to an engine is made of.

    Attributes:
        images: By parameter, in the card's order; their headers are within the limits.
        masks: By parameter: gray PNGs of the size of the image they belong to.
        params: The other parameters.
    """

    images: dict[str, Picture]
    masks: dict[str, bytes]
    params: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """What fetching needs; ``web`` has the hosts that were opened."""

    database: Database
    blobs: BlobStore
    pool: WorkerPool
    web: Web
    limits: MediaLimits

    async def fetch(self, org_id: str, card: ModelCard, read: ReadInput) -> FetchedInput:
        """Get all the pictures of an input.

        Raises:
            RunFailure: an address gives no file, or the file is not what is needed.
        """
        try:
            pictures = await self._pictures(org_id, card, read)
            sizes = {name: await self._size(picture) for name, picture in pictures.items()}
        except MediaProblem as problem:
            raise RunFailure("INPUT_VALIDATION_FAILED", problem.message) from problem
        kinds = {parameter.name: parameter.kind for parameter in card.parameters}
        images = {name: picture for name, picture in pictures.items() if kinds[name] == "image"}
        base = sizes.get("image") or next((sizes[name] for name in images), None)
        masks = {name: await self._mask(picture, base) for name, picture in pictures.items() if kinds[name] == "mask"}
        return FetchedInput(images=images, masks=masks, params=dict(read.params))

    async def _pictures(self, org_id: str, card: ModelCard, read: ReadInput) -> dict[str, Picture]:
        """Give the pictures by parameter, in the card's order.

        Raises:
            MediaProblem: a file is not there, or no archive.
            RunFailure: a download failed.
        """
        contents = {field: await self._file(org_id, link) for field, link in read.links.items()}
        packed = {field: await self._unpacked(contents[field], names) for field, names in _wanted(read).items()}
        order = [parameter.name for parameter in card.parameters if parameter.name in read.pictures]
        return {name: _picture(read.pictures[name], contents, packed) for name in order}

    async def _unpacked(self, content: bytes, names: list[str]) -> dict[str, bytes]:
        return await asyncio.to_thread(read_members, content, names, self.limits)

    async def _file(self, org_id: str, link: Link) -> bytes:
        reference = parse_reference(link.address, self.web.open_hosts)
        match reference:
            case AssetAddress():
                return await self._asset(org_id, reference.asset_id)
            case Inline():
                return await asyncio.to_thread(decode_inline, reference, self.limits.file_bytes)
            case _:
                return await self._downloaded(reference.url)

    async def _asset(self, org_id: str, asset_id: str) -> bytes:
        assets = await self.database.read(lambda connection: usable_assets(connection, org_id, [asset_id]))
        digest = assets[asset_id].digest if asset_id in assets else None
        if digest is None:
            raise no_such_asset(asset_reference(asset_id))
        try:
            return await asyncio.to_thread(self.blobs.read, digest)
        except StoreError as error:
            raise RunFailure("INPUT_FETCH_FAILED", f"the bytes of {asset_reference(asset_id)} are lost") from error

    async def _downloaded(self, url: str) -> bytes:
        try:
            return await download(url, limit_bytes=self.limits.file_bytes, web=self.web, accept=_ACCEPT)
        except UsageError as error:
            raise RunFailure("INPUT_FETCH_FAILED", error.message) from error

    async def _size(self, picture: Picture) -> Size:
        header = await asyncio.to_thread(check_picture, picture.content, picture.name, self.limits)
        return header.size

    async def _mask(self, picture: Picture, size: Size | None) -> bytes:
        for tries_left in reversed(range(_TRIES)):
            try:
                return await self.pool.run(prepare_mask, picture.content, picture.name, size)
            except ImageError as error:
                raise RunFailure("INPUT_VALIDATION_FAILED", error.message) from error
            except ProviderError as error:
                if not tries_left:
                    message = f"the process that read the mask '{picture.name}' died each time"
                    raise RunFailure("WORKER_DIED", message) from error
        raise AssertionError("the last try returns or raises")


def _wanted(read: ReadInput) -> dict[str, list[str]]:
    """List what is needed from each archive, by the archive's field."""
    wanted: dict[str, list[str]] = {}
    for source in read.pictures.values():
        if isinstance(source, FileOf):
            wanted.setdefault(source.archive.field, []).append(source.member)
    return wanted


def _picture(
    source: Link | FileOf, contents: Mapping[str, bytes], packed: Mapping[str, Mapping[str, bytes]]
) -> Picture:
    if isinstance(source, FileOf):
        return Picture(source.member, packed[source.archive.field][source.member])
    return Picture(shown_name(source), contents[source.field])
