"""What docs/server.md, the container file and the service unit say, tried."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click import Context

from runner.cli.main import cli
from runner.providers.runflow.signature import signature_of
from runner.providers.web import MAX_REDIRECTS
from runner.server import body
from runner.server.assets.announced import MAX_BYTES
from runner.server.batches.create import MAX_ITEMS
from runner.server.listing.page import MAX_LIMIT
from runner.server.media.limits import MediaLimits
from runner.server.media.media import FETCH_S
from runner.server.runs import envelope
from tests.server.document import DOCUMENT, is_genuine_in_node, is_genuine_in_python

_ROOT = Path(__file__).parents[2]
SECRET, BODY = "whsec_0123456789", '{"event":"run.completed","größe":1}'.encode()


@pytest.mark.parametrize("is_genuine", [is_genuine_in_python, is_genuine_in_node], ids=["python", "node"])
def test_the_recipe_knows_a_genuine_callback(is_genuine: Callable[[bytes, str, str], bool]) -> None:
    signature = signature_of(SECRET, BODY)
    forged = [signature[:-1] + ("0" if signature[-1] != "0" else "1"), signature[:-1], "", signature.upper()]
    assert is_genuine(BODY, signature, SECRET)
    assert [is_genuine(BODY, other, SECRET) for other in forged] == [False] * 4
    assert not is_genuine(BODY + b" ", signature, SECRET)


def test_commands_of_the_documents_have_only_options_that_there_are() -> None:
    serve = cli.get_command(Context(cli), "serve")
    assert serve is not None
    options = {option for parameter in serve.params for option in parameter.opts}
    texts = [DOCUMENT, *((_ROOT / name).read_text() for name in ("Dockerfile", "packaging/edit-runner.service"))]
    lines = [line for text in texts for line in text.splitlines() if re.search(r"runner serve|\"serve\"", line)]
    used = {word for line in lines for word in re.findall(r"--[a-z-]+", line)}
    assert len(lines) >= 6
    assert used - options == set()


MIB = 2**20
LIMITS = MediaLimits()


@pytest.mark.parametrize(
    "row",
    [
        f"| body of a request with an input | {envelope.LIMIT_BYTES // MIB} MiB |",
        f"| any other JSON body | {body.LIMIT_BYTES // MIB} MiB |",
        f"| JSON | {body.MAX_DEPTH} levels, {body.MAX_PARTS:,} parts |",
        f"| picture, archive or upload | {LIMITS.file_bytes // MIB} MiB |",
        f"| picture, archive or upload | {MAX_BYTES // MIB} MiB |",
        f"| pixels of a picture | {LIMITS.pixels // 10**6} megapixels |",
        f"| files in an archive | {LIMITS.members:,} |",
        f"| a file in an archive, unpacked | {LIMITS.member_bytes // MIB} MiB, and {LIMITS.ratio} times its packed",
        f"| redirects of a download | {MAX_REDIRECTS} |",
        f"| time for one download | {FETCH_S:g} s, three times |",
        f"| items of a batch | {MAX_ITEMS} |",
        f"| page of a list | {MAX_LIMIT} |",
    ],
)
def test_the_limits_are_those_of_the_code(row: str) -> None:
    assert row in DOCUMENT


def test_the_image_is_run_by_a_user_without_rights() -> None:
    lines = (_ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    instructions = [shlex.split(line) for line in lines if line and not line.startswith(("#", "HEALTHCHECK"))]
    last = instructions[max(at for at, words in enumerate(instructions) if words[0] == "FROM") :]
    assert ["USER", "runner"] in last
    assert {"libegl1", "libgles2", "libgl1", "libglib2.0-0"} <= {word for words in last for word in words}
