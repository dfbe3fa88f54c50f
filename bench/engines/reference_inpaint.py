"""Measure the reference-inpaint engine on pairs of photos with a known truth.

    python bench/engines/reference_inpaint.py PAIRS [--sheets FOLDER] [--only NAME ...] [--wrong]

PAIRS holds a folder per pair with truth.jpg, reference.jpg and mask.png. The hole is painted white before each run.
Scored inside the hole: PSNR and SSIM of the engine, of Telea's filling and of a pasted SIFT homography.
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.metrics import structural_similarity

from runner.engines.base import Mask8, Rgb8
from runner.engines.reference_inpaint.engine import inpaint

_SHEET_MARGIN_PX = 64


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair of photos with a hole in the first."""

    name: str
    truth: Rgb8
    mask: Mask8
    reference: Rgb8

    @property
    def photo(self) -> Rgb8:
        """The photo with its hole painted white."""
        painted = self.truth.copy()
        painted[self.mask > 0] = 255
        return painted


@dataclass(frozen=True, slots=True)
class Score:
    """How near a filling is to the truth inside the hole."""

    psnr: float
    ssim: float

    def __str__(self) -> str:
        return f"{self.psnr:6.2f} {self.ssim:6.3f}"


def score(pair: Pair, pixels: Rgb8) -> Score:
    """Compare a filling with the truth inside the hole."""
    hole = pair.mask > 0
    error = float(((pixels[hole].astype(float) - pair.truth[hole].astype(float)) ** 2).mean())
    _, likeness = structural_similarity(pair.truth, pixels, channel_axis=2, full=True)  # type: ignore[no-untyped-call] # scikit-image has no types
    return Score(10 * np.log10(255.0**2 / max(error, 1e-6)), float(likeness.mean(axis=2)[hole].mean()))


def telea(pair: Pair) -> Rgb8:
    """Fill by marching inwards from the border."""
    return np.asarray(cv2.inpaint(pair.photo, pair.mask, 5, cv2.INPAINT_TELEA), np.uint8)


def paste(pair: Pair) -> Rgb8:
    """Paste the reference by one homography of SIFT matches; where there is none, fill as Telea."""
    matrix = _sift_homography(pair)
    if matrix is None:
        return telea(pair)
    size = pair.truth.shape[1], pair.truth.shape[0]
    warped = cv2.warpPerspective(pair.reference, matrix, size, flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)
    return np.where(pair.mask[..., None] > 0, np.asarray(warped, np.uint8), pair.photo)


def _sift_homography(pair: Pair) -> NDArray[np.float64] | None:
    sift = cv2.SIFT.create(4000)
    outside = np.where(pair.mask > 0, 0, 255).astype(np.uint8)
    here, words = sift.detectAndCompute(pair.photo, outside)
    there, other_words = sift.detectAndCompute(pair.reference, np.full(pair.reference.shape[:2], 255, np.uint8))
    found = cv2.BFMatcher().knnMatch(words, other_words, k=2)
    good = [first for first, second in found if first.distance < 0.75 * second.distance]
    if len(good) < 8:
        return None
    source = np.array([here[match.queryIdx].pt for match in good], np.float32)
    target = np.array([there[match.trainIdx].pt for match in good], np.float32)
    matrix = cv2.findHomography(source, target, cv2.RANSAC, 4.0)[0]
    return None if matrix is None else np.asarray(matrix, np.float64)


def load_pairs(folder: Path) -> list[Pair]:
    """Read every pair of a folder, by name."""
    return [_load(place) for place in sorted(folder.iterdir()) if (place / "mask.png").is_file()]


def _load(place: Path) -> Pair:
    mask = cv2.imread(str(place / "mask.png"), cv2.IMREAD_GRAYSCALE)
    return Pair(place.name, _read(place / "truth.jpg"), np.asarray(mask, np.uint8), _read(place / "reference.jpg"))


def _read(path: Path) -> Rgb8:
    return np.asarray(cv2.cvtColor(np.asarray(cv2.imread(str(path)), np.uint8), cv2.COLOR_BGR2RGB), np.uint8)


def write_sheet(pair: Pair, filled: Rgb8, path: Path) -> None:
    """Write photo, filling and truth around the hole side by side, one pixel to one pixel."""
    rows, columns = np.flatnonzero(pair.mask.any(axis=1)), np.flatnonzero(pair.mask.any(axis=0))
    margin = _SHEET_MARGIN_PX
    spot = (
        slice(max(0, rows[0] - margin), rows[-1] + margin),
        slice(max(0, columns[0] - margin), columns[-1] + margin),
    )
    sheet = np.hstack([picture[spot] for picture in (pair.photo, filled, pair.truth)])
    cv2.imwrite(str(path), cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR))


def main() -> None:
    """Print the table; write the sheets."""
    asked = _arguments()
    pairs = [pair for pair in load_pairs(asked.pairs) if not asked.only or pair.name in asked.only]
    if asked.wrong:
        others = [pairs[(index + 1) % len(pairs)].reference for index in range(len(pairs))]
        pairs = [Pair(pair.name, pair.truth, pair.mask, other) for pair, other in zip(pairs, others, strict=True)]
    print(f"{'pair':28} {'engine':>13} {'telea':>13} {'paste':>13}  s/MP mode")
    table = [_measure(pair, asked.sheets) for pair in pairs]
    middle = np.median(np.array(table), axis=0)
    print(f"{'median':28} {Score(*middle[0:2])} {Score(*middle[2:4])} {Score(*middle[4:6])} {middle[6]:5.1f}")


def _measure(pair: Pair, sheets: Path | None) -> list[float]:
    start = time.perf_counter()
    result = inpaint({"image": pair.photo, "mask": pair.mask, "reference": pair.reference}, {"prompt": None})
    pace = (time.perf_counter() - start) / (pair.mask.size / 1e6)
    scores = [score(pair, result.pixels), score(pair, telea(pair)), score(pair, paste(pair))]
    print(f"{pair.name:28} {' '.join(str(one) for one in scores)} {pace:5.1f} {result.details['mode']}", flush=True)
    if sheets is not None:
        sheets.mkdir(parents=True, exist_ok=True)
        write_sheet(pair, result.pixels, sheets / f"{pair.name}.png")
    return [value for one in scores for value in (one.psnr, one.ssim)] + [pace]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the reference-inpaint engine on pairs of photos.")
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--sheets", type=Path, help="a folder for contact sheets")
    parser.add_argument("--only", nargs="*", default=[], help="names of pairs")
    parser.add_argument("--wrong", action="store_true", help="give each pair the next one's reference")
    return parser.parse_args()


if __name__ == "__main__":
    main()
