"""The OpenAPI document of the server, written by hand."""
