"""Assets: announced, uploaded, confirmed, read; and the files behind signed addresses."""

from runner.server.assets.announced import MAX_BYTES, MAX_NAME
from runner.server.media.types import ENDINGS
from runner.server.openapi.parts import (
    COUNT,
    ID,
    NOTHING,
    TEXT,
    TIME,
    Schema,
    answer,
    asked,
    closed,
    enum,
    json_body,
    list_of,
    operation,
    path_id,
    query,
    ref,
)

_NOT_HERE = ("folder_id", "r2_key", "thumbnail_url", "source_id", "created_by", "deleted_at", "deleted_by")
_KIND = enum("image", "archive")
_MEDIA_TYPE = enum(*ENDINGS)
_BYTES: Schema = {"schema": {"type": "string", "format": "binary"}}

SCHEMAS: dict[str, Schema] = {
    "Asset": closed(
        {
            "id": ID,
            "org_id": ID,
            "name": TEXT,
            "url": {"type": "string", "format": "uri", "description": "Signed, good for seven days."},
            "mime_type": _MEDIA_TYPE,
            "size_bytes": COUNT,
            "asset_type": _KIND,
            "source_type": enum("upload", "inline"),
            "created_at": TIME,
            "updated_at": TIME,
            **dict.fromkeys(_NOT_HERE, NOTHING),
        },
        "A file that runs may use as `runflow://assets/{id}`.",
    ),
    "AssetType": closed({"mime_type": _MEDIA_TYPE, "asset_type": _KIND, "max_size_bytes": COUNT}),
    "NewUpload": asked(
        {
            "filename": {"type": "string", "minLength": 1, "maxLength": MAX_NAME},
            "mime_type": _MEDIA_TYPE,
            "size_bytes": {"type": "integer", "minimum": 1, "maximum": MAX_BYTES},
        },
        ["filename", "mime_type", "size_bytes"],
    ),
    "Upload": closed(
        {"asset_id": ID, "upload_url": {"type": "string", "format": "uri", "description": "Good for an hour."}}
    ),
}

_ASSET_ID = path_id("asset_id", "Of an asset.")
_SIGNATURE = (query("expires", TEXT, "Out of the signed address."), query("signature", TEXT, "Out of it too."))
_FILE: Schema = {"description": "The file.", "content": {"*/*": _BYTES}}

PATHS: dict[str, Schema] = {
    "/v1/asset-uploads": {
        "post": operation(
            "announceUpload",
            "Announce a file, and get the address to send it to",
            {201: answer("Where to send it.", ref("Upload"))},
            problems=[408, 413, 415, 422],
            body=json_body(ref("NewUpload")),
        )
    },
    "/uploads/{asset_id}": {
        "put": operation(
            "uploadFile",
            "Send an announced file; its signed address is all that is needed",
            {200: {"description": "It is here; confirm it."}},
            problems=[408, 409, 413, 415, 422],
            parameters=[_ASSET_ID, *_SIGNATURE],
            body={"required": True, "content": dict.fromkeys(ENDINGS, _BYTES)},
            open_to_all=True,
        )
    },
    "/v1/asset-uploads/{asset_id}/confirmations": {
        "post": operation(
            "confirmUpload",
            "Make an asset of an upload",
            {201: answer("The asset.", ref("Asset"))},
            problems=[404, 408, 409, 413, 415, 422],
            parameters=[_ASSET_ID],
            body=json_body(asked({"folder_id": NOTHING}), required=False),
        )
    },
    "/v1/assets/types": {
        "get": operation(
            "listAssetTypes",
            "List what may be uploaded",
            {200: answer("All.", closed({"items": list_of(ref("AssetType"))}))},
        )
    },
    "/v1/assets/{asset_id}": {
        "get": operation(
            "getAsset",
            "Read an asset",
            {200: answer("The asset.", ref("Asset"))},
            problems=[404],
            parameters=[_ASSET_ID],
        )
    },
    "/files/{digest}/{name}": {
        "get": operation(
            "getFile",
            "Download a file; its signed address is all that is needed",
            {200: _FILE},
            problems=[404],
            parameters=[path_id("digest", "Of its content."), path_id("name", "Its name."), *_SIGNATURE],
            open_to_all=True,
        )
    },
}
