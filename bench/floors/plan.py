"""The least for a plan: read the recipe, find the photos, know their digests, key and price two steps of each.

Usage: python plan.py RECIPE STATE.db
"""

import hashlib
import os
import sqlite3
import sys
from decimal import Decimal
from pathlib import Path

import orjson
import yaml

_PRICES = (Decimal("0.29"), Decimal(0))


def main(recipe: Path, state: Path) -> None:
    """Say how much there is to do, and what it costs."""
    document = yaml.load(recipe.read_text(), yaml.CSafeLoader)
    folder = (recipe.parent / document["inputs"]["photo"]["glob"]).parent.resolve()
    with sqlite3.connect(state) as connection:
        rows = connection.execute("SELECT path, file_size, mtime_ns, inode, digest FROM files")
        known = {row[0]: row[1:] for row in rows}
    total, keys = Decimal(0), set[str]()
    for digest in _digests(folder, known):
        key: dict[str, str] = {"picture": digest}
        for step, price in zip(document["steps"], _PRICES, strict=True):
            params = {**step["with"], "image": key}
            identity = ["action/1", {"model": step["uses"], "revision": "1", "params": params}]
            key = {"action": hashlib.sha256(orjson.dumps(identity, option=orjson.OPT_SORT_KEYS)).hexdigest()}
            keys.add(key["action"])
            total += price
    print(f"{len(keys):,} actions, ${total}")


def _digests(folder: Path, known: dict[str, tuple[int, int, int, str]]) -> list[str]:
    found: list[str] = []
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.endswith(".png"):
                status = entry.stat()
                *stamp, digest = known[entry.path]
                if stamp != [status.st_size, status.st_mtime_ns, status.st_ino]:
                    raise SystemExit(f"{entry.path} changed")
                found.append(digest)
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
