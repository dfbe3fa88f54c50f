"""Inline files, kept as assets."""

import asyncio

from runner.core.digest import Digest
from runner.server.assets.row import AssetRow, insert_asset
from runner.server.clock import now
from runner.server.database.database import Database
from runner.server.ids import new_id
from runner.server.media.types import ENDINGS
from runner.store.blobs import BlobStore


async def keep_inline(database: Database, blobs: BlobStore, org_id: str, content: bytes, media_type: str) -> AssetRow:
    """Keep a file that stood in an input; it is an asset like an uploaded one from then on.

    Raises:
        StoreError: it cannot be written.
    """
    digest = await asyncio.to_thread(blobs.put, content)
    asset = _asset(org_id, digest, len(content), media_type)
    await database.write(lambda connection: insert_asset(connection, asset))
    return asset


def _asset(org_id: str, digest: Digest, size_bytes: int, media_type: str) -> AssetRow:
    created_at = now()
    return AssetRow(
        id=new_id(),
        org_id=org_id,
        name=f"inline.{ENDINGS[media_type]}",
        mime_type=media_type,
        size_bytes=size_bytes,
        source_type="inline",
        state="confirmed",
        digest=digest,
        expires_at=None,
        created_at=created_at,
        updated_at=created_at,
    )
