"""Measure the eye-color engine on marked portraits, and show what it makes of them.

Usage: python -m bench.engines.eye_color FOLDER [--tuned] [--only d01,d02] [--each] [--sheets FOLDER [--zoom N]]

FOLDER holds iris_ground_truth.json and the photos that it names, or is the word `drawn`.
"""

import argparse
from pathlib import Path

from PIL import Image

from bench.engines.eyes.drawn import draw_portraits
from bench.engines.eyes.figures import cases_of
from bench.engines.eyes.report import each_eye, report
from bench.engines.eyes.results import Recolored, recolor
from bench.engines.eyes.sheet import sheet_rows
from bench.engines.eyes.truth import read_portraits
from bench.engines.shared_data import Part, part_of
from bench.engines.sheets import strip, write_page

_DRAWN = Path("drawn")


def main() -> None:
    """Print the tables; write a strip of each eye, and a page with all of them, where a folder is given."""
    asked = _arguments()
    short_names = {name for name in asked.only.split(",") if name}

    def wanted(name: str) -> bool:
        is_chosen = not short_names or name.split("_", maxsplit=1)[0] in short_names
        return is_chosen and not (asked.tuned and part_of(name) is Part.HELD_OUT)

    recolored = []
    portraits = draw_portraits(wanted) if asked.folder == _DRAWN else read_portraits(asked.folder, wanted)
    for portrait in portraits:
        recolored.append(recolor(portrait))
        print(_said(recolored[-1]), flush=True)
    print("\n".join([*(each_eye(cases_of(recolored)) if asked.each else []), "", *report(recolored)]))
    if asked.sheets is not None:
        _write_sheets(recolored, asked.sheets, asked.zoom)


def _said(one: Recolored) -> str:
    eyes = ", ".join(f"{eye['side']} {eye['confidence']:.2f} {eye['reason']}".strip() for eye in one.eyes)
    return f"{one.portrait.name:24} {one.cpu_s:.2f} s; {one.refusal or eyes}"


def _write_sheets(recolored: list[Recolored], folder: Path, zoom: int) -> None:
    rows = [row for one in recolored for row in sheet_rows(one)]
    write_page(folder / "index.html", "Eye color", rows)
    for row in rows:
        Image.fromarray(strip(row, zoom)).save(folder / f"{row.name.replace(' ', '-')}-strip.png")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the eye-color engine on marked portraits.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tuned", action="store_true", help="leave the held-out third out")
    parser.add_argument("--only", default="", help="numbers of photos, as d01,d02")
    parser.add_argument("--each", action="store_true", help="also print every eye")
    parser.add_argument("--sheets", type=Path, help="a folder for contact sheets")
    parser.add_argument("--zoom", type=int, default=3, help="how much to enlarge the strips")
    return parser.parse_args()


if __name__ == "__main__":
    main()
