"""The least for the page of a report: read the journal, pick what a cell shows, embed it as JSON in a fixed page.

Usage: python report_page.py STATE.db PAGE.html
"""

import sqlite3
import sys
from pathlib import Path

import orjson

_PAGE = b"<!doctype html><title>report</title><script type=application/json>%b</script><script>%b</script>"
_SCRIPT = b"JSON.parse(document.scripts[0].textContent)"


def main(state: Path, page: Path) -> None:
    """Write the page."""
    with sqlite3.connect(state) as connection:
        rows = connection.execute("SELECT body FROM events ORDER BY number").fetchall()
        pieces = dict(connection.execute("SELECT digest, body FROM pieces"))
    events = [orjson.loads(row[0]) for row in rows]
    kept = events[0]["plan"]["kept"]
    plan = orjson.loads(pieces[kept["head"]])
    for name, digests in kept["lists"].items():
        plan[name] = [member for digest in digests for member in orjson.loads(pieces[digest])]
    told: dict[str, list[dict[str, object]]] = {}
    for event in events:
        told.setdefault(event.get("key") or event.get("cell") or "", []).append(event)
    actions = {action["key"]: {**action, "told": told.get(action["key"])} for action in plan["actions"]}
    outputs = {output["cell"]: output for output in plan["outputs"]}
    cells = [{**cell, "output": outputs.get(cell["id"]), "told": told.get(cell["id"])} for cell in plan["cells"]]
    text = orjson.dumps({"cells": cells, "actions": actions}).replace(b"<", b"\\u003c")
    page.write_bytes(_PAGE % (text, _SCRIPT))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
