"""An asset as answers show it."""

from datetime import UTC, datetime

from runner.core.digest import Json
from runner.server.assets.row import AssetRow
from runner.server.files.routes import file_path
from runner.server.media.types import ARCHIVE, ENDINGS
from runner.server.signing import Signer

LIFETIME_S = 7 * 24 * 3600.0
"""How long the address of an asset is good."""


def asset_document(asset: AssetRow, signer: Signer, base_url: str) -> dict[str, Json]:
    """Write a confirmed asset with every field of the contract; its address is signed anew.

    Args:
        asset: Confirmed.
        signer: Of the server.
        base_url: This server's address as the reader knows it.
    """
    return {
        "id": asset.id,
        "org_id": asset.org_id,
        "folder_id": None,
        "name": asset.name,
        "r2_key": None,
        "url": _url(asset, signer, base_url),
        "thumbnail_url": None,
        "mime_type": asset.mime_type,
        "size_bytes": asset.size_bytes,
        "asset_type": asset_type(asset.mime_type),
        "source_type": asset.source_type,
        "source_id": None,
        "created_by": None,
        "created_at": asset.created_at,
        "updated_at": asset.updated_at,
        "deleted_at": None,
        "deleted_by": None,
    }


def asset_type(mime_type: str) -> str:
    """Say in a word what a media type is."""
    return "archive" if mime_type == ARCHIVE else "image"


def _url(asset: AssetRow, signer: Signer, base_url: str) -> Json:
    if asset.digest is None:
        return None
    path = file_path(asset.digest, f"{asset.id}.{ENDINGS[asset.mime_type]}")
    return signer.url(base_url, path, LIFETIME_S, datetime.now(UTC))
