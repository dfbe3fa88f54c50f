"""The least for opening a report: an empty page with so many bytes of plain JSON, a record for each cell.

Usage: python report_opened.py BYTES PAGE.html
"""

import sys
from pathlib import Path

import orjson

_HEAD = b"<!doctype html><title>report</title><p>report</p><script type=application/json>"
_TAIL = b"</script><script>globalThis.report = JSON.parse(document.scripts[0].textContent)</script>"


def main(size: int, page: Path) -> None:
    """Write the page."""
    cell = {
        "key": "ITEM-00000", "state": "succeeded", "charged": "0.10", "seconds": 8.4, "attempts": 1,
        "before": "thumbs/0123456789abcdef.jpg", "after": "thumbs/fedcba9876543210.jpg",
        "params": {"prompt": "linen, cream, soft light", "strength": "0.40", "seed": 7},
        "checks": [{"type": "outside_mask_unchanged", "value": "0.11%", "demanded": "at most 3%", "passed": True}],
    }  # fmt: skip
    many = size // len(orjson.dumps(cell)) + 1
    page.write_bytes(_HEAD + orjson.dumps([{**cell, "key": f"ITEM-{number:05}"} for number in range(many)]) + _TAIL)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
