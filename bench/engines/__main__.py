"""Measure the local engines, write bench/ENGINES.md and contact sheets: `make engines`.

Usage: python -m bench.engines [--tuned] [--sections NAME,…]
"""

import argparse
from pathlib import Path

from bench.engines.sections import SECTIONS, Asked
from bench.engines.shared_data import Part, development_photos, part_of
from bench.page import with_section

_BENCH = Path(__file__).parent.parent
_PAGE = _BENCH / "ENGINES.md"
_BEGIN = "# The local engines\n"


def main() -> None:
    """Measure section by section; each is written as soon as it is known."""
    arguments = _arguments()

    def wanted(name: str) -> bool:
        return not (arguments.tuned and part_of(name) is Part.HELD_OUT)

    asked = Asked(photos=development_photos(), wanted=wanted, sheets=_BENCH / "sheets")
    headings = [section.heading for section in SECTIONS.values()]
    for name in arguments.sections:
        section = SECTIONS[name]
        lines = [*section.measure(asked)]
        page = _PAGE.read_text(encoding="utf-8") if _PAGE.exists() else ""
        _PAGE.write_text(with_section(page, headings, section.heading, lines, begin=_BEGIN), encoding="utf-8")
        print("\n".join([f"## {section.heading}", "", *lines, ""]), flush=True)
    print(f"contact sheets: {asked.sheets}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the local engines.")
    parser.add_argument("--tuned", action="store_true", help="leave the held-out third of the photos out")
    parser.add_argument("--sections", nargs="+", choices=SECTIONS, default=[*SECTIONS], help="only these")
    return parser.parse_args()


if __name__ == "__main__":
    main()
