"""Contact sheets: pictures side by side at 100 %, for a person to look at."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
from PIL import Image

from runner.engines.base import Rgb8

_GAP_PX = 4
_STYLE = """
body { font: 14px/1.5 system-ui, sans-serif; margin: 1.5rem; background: #777; color: #fff }
section > div { display: flex; flex-wrap: wrap; gap: 4px }
figure { margin: 0 } figcaption { font-size: 12px }
img { display: block; image-rendering: pixelated }
body:has(#enlarge:checked) img { zoom: 3 }
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a row and what it shows."""

    caption: str
    pixels: Rgb8


@dataclass(frozen=True, slots=True)
class Row:
    """One case: its name, what there is to say of it, and its pictures from left to right."""

    name: str
    note: str
    pictures: Sequence[Picture]


def write_page(path: Path, title: str, rows: Sequence[Row]) -> None:
    """Write a page with one section a row, and its pictures as files beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sections = "\n".join(_section(path.parent, row) for row in rows)
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    switch = '<label><input type="checkbox" id="enlarge"> three times as large</label>'
    page = f"<!doctype html>\n{head}\n<h1>{escape(title)}</h1>\n{switch}\n{sections}\n"
    path.write_text(page, encoding="utf-8")


def strip(row: Row, zoom: int) -> Rgb8:
    """Lay the pictures of a row side by side, each pixel ``zoom`` pixels wide and high."""
    rows = max(picture.pixels.shape[0] for picture in row.pictures)
    padded = [
        np.pad(picture.pixels, ((0, rows - picture.pixels.shape[0]), (0, _GAP_PX), (0, 0))) for picture in row.pictures
    ]
    side_by_side: Rgb8 = np.hstack(padded).repeat(zoom, axis=0).repeat(zoom, axis=1)
    return side_by_side


def _section(folder: Path, row: Row) -> str:
    figures = "".join(_figure(folder, row, index) for index in range(len(row.pictures)))
    return f"<section><h2>{escape(row.name)}</h2><p>{escape(row.note)}</p><div>{figures}</div></section>"


def _figure(folder: Path, row: Row, index: int) -> str:
    file_name = f"{re.sub(r'[^a-z0-9]+', '-', row.name.lower())}-{index}.png"
    picture = row.pictures[index]
    Image.fromarray(picture.pixels).save(folder / file_name)
    caption = escape(picture.caption)
    return f'<figure><img src="{file_name}" alt="{caption}"><figcaption>{caption}</figcaption></figure>'
