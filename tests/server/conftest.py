"""Servers that several tests share."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.server.process import Server, serving

KEYS = ("rf_test_alpha_0123456789", "rf_test_beta_0123456789", "rf_test_gamma_0123456789")
"""Keys of the shared server: the first two are of one organization, the third of another."""


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with three keys; its objects are whose key made them, so that tests do not meet."""
    folder = tmp_path_factory.mktemp("server")
    key_file = folder / "three-keys"
    key_file.write_text(f"# two of one organization\n{KEYS[0]} studio\n\n{KEYS[1]} studio\n{KEYS[2]}\n")
    key_file.chmod(0o600)
    with serving(folder, "--workers", "2", "--api-key-file", str(key_file)) as server:
        server.key = KEYS[0]
        yield server


@pytest.fixture
def client(shared_server: Server) -> Iterator[httpx2.Client]:
    """A client of the first organization."""
    with shared_server.client() as client:
        yield client


@pytest.fixture
def stranger(shared_server: Server) -> Iterator[httpx2.Client]:
    """A client of another organization."""
    with shared_server.client(KEYS[2]) as client:
        yield client
