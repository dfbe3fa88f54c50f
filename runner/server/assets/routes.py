"""``/v1/assets`` and ``/v1/asset-uploads``: announced, uploaded to a signed address, confirmed, read."""

import asyncio
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.core.digest import Json
from runner.server.answers import Refusal, invalid_field, json_answer
from runner.server.assets.announced import MAX_BYTES, parse_announcement
from runner.server.assets.document import asset_document, asset_type
from runner.server.assets.row import AssetRow, confirm, find_asset, forget_expired, insert_asset, note_received
from runner.server.assets.upload import Uploads
from runner.server.clock import later, now
from runner.server.ids import new_id
from runner.server.media.contents import media_type_of_content
from runner.server.media.limits import MediaLimits
from runner.server.media.problem import MediaProblem
from runner.server.media.types import ENDINGS
from runner.server.orgs.caller import base_url, caller_of

if TYPE_CHECKING:
    from runner.server.service import Service

UPLOAD_S = 3600.0
"""How long an upload address is good, and an upload may wait for its confirmation."""


def routes(service: "Service") -> list[Route]:
    """Give the paths of assets."""
    uploads = Uploads(service.blobs, service.options.data / "tmp")

    async def announce(request: Request) -> Response:
        return await _announce(service, request)

    async def upload(request: Request) -> Response:
        return await _upload(service, uploads, request)

    async def confirm_upload(request: Request) -> Response:
        return await _confirm(service, request)

    async def show(request: Request) -> Response:
        asset = await _own(service, request)
        if asset.state != "confirmed":
            raise _not_found()
        return json_answer(asset_document(asset, service.signer, base_url(request)))

    async def show_types(_request: Request) -> Response:
        types: list[Json] = [
            {"mime_type": mime_type, "asset_type": asset_type(mime_type), "max_size_bytes": MAX_BYTES}
            for mime_type in ENDINGS
        ]
        return json_answer({"items": types})

    return [
        Route("/v1/asset-uploads", announce, methods=["POST"]),
        Route("/uploads/{asset_id}", upload, methods=["PUT"]),
        Route("/v1/asset-uploads/{asset_id}/confirmations", confirm_upload, methods=["POST"]),
        Route("/v1/assets/types", show_types, methods=["GET"]),
        Route("/v1/assets/{asset_id}", show, methods=["GET"]),
    ]


async def _announce(service: "Service", request: Request) -> Response:
    """Note what will come, and give out the address to send it to."""
    org_id, at = caller_of(request).org_id, now()
    announced = parse_announcement(await service.bodies.json(request))
    asset = AssetRow(
        id=new_id(),
        org_id=org_id,
        name=announced.filename,
        mime_type=announced.mime_type,
        size_bytes=announced.size_bytes,
        source_type="upload",
        state="announced",
        digest=None,
        expires_at=later(at, UPLOAD_S),
        created_at=at,
        updated_at=at,
    )

    def write(connection: sqlite3.Connection) -> None:
        forget_expired(connection, at)
        insert_asset(connection, asset)

    await service.database.write(write)
    url = service.signer.url(base_url(request), _upload_path(asset.id), UPLOAD_S, datetime.now(UTC))
    return json_answer({"asset_id": asset.id, "upload_url": url}, 201)


async def _upload(service: "Service", uploads: Uploads, request: Request) -> Response:
    """Take the bytes of an announced asset from whoever has its address."""
    asset_id, query = request.path_params["asset_id"], request.query_params
    service.signer.verify(_upload_path(asset_id), query.get("expires"), query.get("signature"), datetime.now(UTC))
    asset = await service.database.read(lambda connection: find_asset(connection, asset_id))
    if asset is None or asset.has_expired(now()):
        raise Refusal(403, "SIGNATURE_EXPIRED", "this upload has expired; announce it again")
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != asset.mime_type:
        raise Refusal(415, "UNSUPPORTED_MEDIA_TYPE", f"the Content-Type must be {asset.mime_type}, as announced")
    if asset.state == "confirmed":
        raise _already_confirmed()
    digest = await uploads.receive(request, asset.size_bytes)
    if not await service.database.write(lambda connection: note_received(connection, asset.id, digest, now())):
        raise _already_confirmed()
    return Response(status_code=200, headers={"ETag": f'"{digest}"'})


async def _confirm(service: "Service", request: Request) -> Response:
    """Look at what came, and make it an asset; a second confirmation gives the same asset."""
    body = await service.bodies.optional_json(request)
    if body.get("folder_id") is not None:
        raise invalid_field("folder_id", "must be null: this server has no folders")
    asset = await _own(service, request)
    if asset.state != "confirmed":
        asset = await _confirmed(service, asset)
    return json_answer(asset_document(asset, service.signer, base_url(request)), 201)


async def _confirmed(service: "Service", asset: AssetRow) -> AssetRow:
    digest = asset.digest
    if digest is None:
        raise Refusal(409, "UPLOAD_MISSING", "nothing was uploaded yet: PUT the file to its upload_url first")
    found = await asyncio.to_thread(lambda: _media_type(service.blobs.read(digest), asset.name))
    if found != asset.mime_type:
        raise invalid_field("mime_type", f"{asset.mime_type} was announced, {found} was uploaded")
    at = now()
    if not await service.database.write(lambda connection: confirm(connection, asset.id, digest, at)):
        raise Refusal(409, "CONFLICT", "the file was uploaded again meanwhile; confirm it again")
    return replace(asset, state="confirmed", expires_at=None, updated_at=at)


def _media_type(content: bytes, name: str) -> str:
    try:
        return media_type_of_content(content, name, MediaLimits())
    except MediaProblem as problem:
        raise invalid_field("mime_type", problem.message) from problem


async def _own(service: "Service", request: Request) -> AssetRow:
    """Find the caller's asset, in any state.

    Raises:
        Refusal: 404, there is none, it has expired, or it is another organization's.
    """
    org_id, asset_id = caller_of(request).org_id, request.path_params["asset_id"]
    asset = await service.database.read(lambda connection: find_asset(connection, asset_id))
    if asset is None or asset.org_id != org_id or asset.has_expired(now()):
        raise _not_found()
    return asset


def _upload_path(asset_id: str) -> str:
    return f"/uploads/{asset_id}"


def _not_found() -> Refusal:
    return Refusal(404, "ASSET_NOT_FOUND", "there is no such asset")


def _already_confirmed() -> Refusal:
    return Refusal(409, "CONFLICT", "this upload is confirmed; announce another one")
