"""Measure the reference-inpaint engine on pairs of photos with a known truth, and show what it makes of them.

Usage: python -m bench.engines.reference_inpaint PAIRS [--tuned] [--wrong] [--only NAME ...] [--sheets FOLDER]

PAIRS holds a folder per pair with truth.jpg, reference.jpg and mask.png, or is the word `generated`.
"""

import argparse
from pathlib import Path

from PIL import Image

from bench.engines.generated.build import build
from bench.engines.generated.cases import CASES
from bench.engines.pairs.figures import SAME_SCENE, WRONG_REFERENCE
from bench.engines.pairs.pair import Pair, read_pairs, with_wrong_references
from bench.engines.pairs.report import pair_row, report
from bench.engines.pairs.results import Filled, fill, other_ways
from bench.engines.pairs.sheet import sheet_row
from bench.engines.shared_data import Part, part_of
from bench.engines.sheets import strip, write_page

_GENERATED = Path("generated")


def main() -> None:
    """Print the tables; write a strip of each pair, and a page with all of them, where a folder is given."""
    asked = _arguments()
    filled = []
    for pair in _pairs(asked):
        filled.append(fill(pair, other_ways()))
        print(" ".join(f"{cell:>14}" for cell in pair_row(filled[-1])), flush=True)
    print("\n".join(["", *report(filled, WRONG_REFERENCE if asked.wrong else SAME_SCENE)]))
    if asked.sheets is not None:
        _write_sheets(filled, asked.sheets)


def _pairs(asked: argparse.Namespace) -> list[Pair]:
    def wanted(name: str) -> bool:
        is_chosen = not asked.only or name in asked.only or name.split("_", maxsplit=1)[0] in asked.only
        return is_chosen and not (asked.tuned and part_of(name) is Part.HELD_OUT)

    if asked.pairs == _GENERATED:
        pairs = [build(case) for case in CASES if wanted(case.name)]
    else:
        pairs = read_pairs(asked.pairs, wanted)
    return with_wrong_references(pairs) if asked.wrong else pairs


def _write_sheets(filled: list[Filled], folder: Path) -> None:
    rows = [sheet_row(one) for one in filled]
    write_page(folder / "index.html", "Reference inpaint", rows)
    for row in rows:
        Image.fromarray(strip(row, 1)).save(folder / f"{row.name.replace(' ', '-')}-strip.png")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the reference-inpaint engine on pairs of photos.")
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--tuned", action="store_true", help="leave the held-out third out")
    parser.add_argument("--only", nargs="*", default=[], help="names of pairs, or their numbers")
    parser.add_argument("--wrong", action="store_true", help="give each pair the reference of another scene")
    parser.add_argument("--sheets", type=Path, help="a folder for contact sheets")
    return parser.parse_args()


if __name__ == "__main__":
    main()
