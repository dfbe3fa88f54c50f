"""docs/server.md, and what its code does when it is run."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

DOCUMENT = (Path(__file__).parents[2] / "docs" / "server.md").read_text(encoding="utf-8")


def block(language: str, containing: str) -> str:
    """Give the one block of code of a language that has a text in it."""
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    (found,) = (code for code in blocks if containing in code)
    return found


def is_genuine_in_python(body: bytes, signature: str, plain_secret: str) -> bool:
    """Judge a callback by the recipe in Python."""
    scope: dict[str, object] = {}
    exec(block("python", "compare_digest"), scope)
    is_genuine = scope["is_genuine"]
    assert callable(is_genuine)
    return bool(is_genuine(body, signature, plain_secret))


def is_genuine_in_node(body: bytes, signature: str, plain_secret: str) -> bool:
    """Judge a callback by the recipe in JavaScript; skips where there is no Node.js."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js")
    code = block("js", "timingSafeEqual").replace("export function", "function")
    code += f"""
        const body = Buffer.from("{body.hex()}", "hex");
        process.exit(isGenuine(body, "{signature}", "{plain_secret}") ? 0 : 3);
    """
    ended = subprocess.run([node, "--input-type=module", "--eval", code], capture_output=True, check=False)
    assert ended.returncode in {0, 3}, ended.stderr.decode()
    return ended.returncode == 0
