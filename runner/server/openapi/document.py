"""The whole document, put together of what each resource says."""

from runner import __version__
from runner.core.digest import Json
from runner.server.openapi import assets, batches, callbacks, common, others, runs

_RESOURCES = (runs, batches, assets, callbacks, others)


def openapi_document() -> dict[str, Json]:
    """Give the OpenAPI 3.1 document of the server."""
    paths: dict[str, Json] = {}
    schemas: dict[str, Json] = dict(common.SCHEMAS)
    for resource in _RESOURCES:
        paths |= resource.PATHS
        schemas |= resource.SCHEMAS
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "edit-runner",
            "version": __version__,
            "summary": "Runflow's HTTP API over the engines of this machine.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key of the server's key file. A server without one takes any key, or none.",
                }
            },
        },
    }
