"""The media types that this server takes, and their file endings."""

ARCHIVE = "application/zip"

ENDINGS: dict[str, str] = {
    "image/avif": "avif",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
    "image/webp": "webp",
    ARCHIVE: "zip",
}
"""By media type: what an asset, an inline picture and a file may be, and how its file name ends."""


def media_type_of(name: str) -> str:
    """Give the media type of one of our own file names."""
    ending = name.rpartition(".")[2]
    return next((media_type for media_type, own in ENDINGS.items() if own == ending), "application/octet-stream")
