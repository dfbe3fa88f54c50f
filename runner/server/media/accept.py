"""The media of a new run: every address looked at, inline files kept; nothing is downloaded."""

import asyncio
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from runner.core.digest import Json
from runner.server.answers import FieldError, invalid
from runner.server.assets.row import usable_assets
from runner.server.database.database import Database
from runner.server.media.contents import check_fits, media_type_of_content
from runner.server.media.kept import keep_inline
from runner.server.media.limits import MediaLimits
from runner.server.media.problem import MediaProblem
from runner.server.media.read import Link, ReadInput
from runner.server.media.references import (
    AssetAddress,
    Inline,
    asset_reference,
    decode_inline,
    no_such_asset,
    parse_reference,
)
from runner.store.blobs import BlobStore


@dataclass(frozen=True, slots=True)
class _File:
    """An inline file, decoded."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptor:
    """What accepting needs.

    Attributes:
        open_hosts: Hosts from which ``http:`` will do.
    """

    database: Database
    blobs: BlobStore
    limits: MediaLimits
    open_hosts: AbstractSet[str]

    async def accept(self, org_id: str, read: ReadInput, where: str) -> dict[str, Json]:
        """Check the addresses of an input.

        Args:
            org_id: Whose assets count.
            read: The input.
            where: The input's own path, for errors.

        Returns:
            What replaces fields of the input: references to what was inline.

        Raises:
            Refusal: 422, with an error for each address that is wrong; then nothing was kept.
        """
        errors: list[FieldError] = []
        inline: dict[str, _File] = {}
        for field, link in read.links.items():
            try:
                file = await self._check(org_id, link, archive=read.is_archive(link))
            except MediaProblem as problem:
                errors.append(FieldError(f"{where}.{field}", problem.message))
            else:
                inline |= {} if file is None else {field: file}
        if errors:
            raise invalid(*errors)
        return {field: await self._keep(org_id, file) for field, file in inline.items()}

    async def _check(self, org_id: str, link: Link, *, archive: bool) -> _File | None:
        """Look at one address; gives the file that it holds, if it does.

        Raises:
            MediaProblem: it is of no use.
        """
        reference = parse_reference(link.address, self.open_hosts)
        if isinstance(reference, AssetAddress):
            self._check_asset(org_id, reference.asset_id, archive=archive)
        if not isinstance(reference, Inline):
            return None
        file = await asyncio.to_thread(_decoded, reference, self.limits)
        check_fits(file.media_type, archive=archive)
        return file

    def _check_asset(self, org_id: str, asset_id: str, *, archive: bool) -> None:
        assets = self.database.read_at_once(lambda connection: usable_assets(connection, org_id, [asset_id]))
        if asset_id not in assets:
            raise no_such_asset(asset_reference(asset_id))
        check_fits(assets[asset_id].mime_type, archive=archive)

    async def _keep(self, org_id: str, file: _File) -> str:
        asset = await keep_inline(self.database, self.blobs, org_id, file.content, file.media_type)
        return asset_reference(asset.id)


def _decoded(inline: Inline, limits: MediaLimits) -> _File:
    content = decode_inline(inline, limits.file_bytes)
    return _File(content, media_type_of_content(content, "the data", limits))
