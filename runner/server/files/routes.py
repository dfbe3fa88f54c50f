"""``/files/{digest}/{name}``: a blob, for whoever has its signed address."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from runner.core.digest import Digest, parse_digest
from runner.server.answers import Refusal
from runner.server.media.types import media_type_of

if TYPE_CHECKING:
    from runner.server.service import Service

_HEADERS = {
    "Cache-Control": "private, max-age=3600, immutable",  # a blob never changes
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}


def file_path(digest: Digest, name: str) -> str:
    """Give the path of a blob; it is good only with a signature.

    Args:
        digest: Of the blob.
        name: How it is called when it is saved; its ending says what it is.
    """
    return f"/files/{digest}/{name}"


def routes(service: "Service") -> list[Route]:
    """Give the path of files; ``HEAD`` goes with ``GET``."""

    async def show(request: Request) -> Response:
        query = request.query_params
        service.signer.verify(_path(request), query.get("expires"), query.get("signature"), datetime.now(UTC))
        name = request.path_params["name"]
        path = service.blobs.path(_digest(request.path_params["digest"]))
        if not path.is_file():
            raise Refusal(404, "FILE_NOT_FOUND", "this file is not kept any more")
        return FileResponse(
            path, headers=_HEADERS, media_type=media_type_of(name), filename=name, content_disposition_type="inline"
        )

    return [Route("/files/{digest}/{name}", show, methods=["GET"])]


def _path(request: Request) -> str:
    """Give the path that is answered; that of ``request.url`` is put together with the Host header, which may lie."""
    path: str = request.scope["path"]
    return path


def _digest(text: str) -> Digest:
    try:
        return parse_digest(text)
    except ValueError as error:
        raise Refusal(404, "FILE_NOT_FOUND", "there is no such file") from error
