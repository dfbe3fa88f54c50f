"""An S3 server on the loopback, in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

_SERVE = """\
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print("http://%s:%d" % server.get_host_and_port(), flush=True)
sys.stdin.read()
"""

SECRET = "loopback+secret/of0the1object2store3only"


@dataclass(frozen=True, slots=True)
class S3:
    """A running S3 server.

    Attributes:
        environment: What a client needs to talk to it.
    """

    url: str
    environment: dict[str, str]

    def make_bucket(self, name: str) -> None:
        """Make an empty bucket."""
        import botocore.session

        client = botocore.session.Session().create_client(
            "s3",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="AKIDLOOPBACK",
            aws_secret_access_key=SECRET,
        )
        client.create_bucket(Bucket=name)
        client.close()


@contextmanager
def serving_s3() -> Iterator[S3]:
    """Serve S3 while the context is open."""
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "AWS_ACCESS_KEY_ID": "server", "AWS_SECRET_ACCESS_KEY": "server"},
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:"), url
        yield S3(url, environment_for(url))
    finally:
        process.stdin.close()
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()


def environment_for(url: str) -> dict[str, str]:
    """Say what a client of an S3 server on the loopback needs, and nothing of this machine's own."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "AKIDLOOPBACK",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def use(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    """Let the clients of this process talk to a server."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
