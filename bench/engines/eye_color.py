"""Measure the eye-color engine on annotated photos, and draw what it makes of them.

Usage: python -m bench.engines.eye_color FOLDER_OF_PHOTOS_AND_TRUTH [--sheets FOLDER] [--only d01,d02] [--each]
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage.color import rgb2lab

from runner.core.errors import EngineError
from runner.engines.base import EngineResult, Rgb8
from runner.engines.eye_color.engine import recolor_irises

TARGETS = {"light blue": (132, 176, 212), "emerald": (48, 128, 92), "dark brown": (66, 42, 28)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One eye of one photo with one target."""

    photo: str
    target: str
    confidence: str
    found: float
    leak: float
    ring: float
    hue: float
    ab: float
    light: float
    pupil: float
    catchlight: float


def measure(before: Rgb8, after: Rgb8, eye: dict[str, Any], target: tuple[int, int, int]) -> dict[str, float]:
    """Compute the figures of one eye; not a number where there is nothing to measure."""
    rows, columns = before.shape[:2]
    inside = np.zeros((rows, columns), np.uint8)
    polygon = np.array(eye["visible_polygon"], np.float64)
    cv2.fillPoly(inside, [np.rint((polygon - 0.5) * 16).astype(np.int32)], 255, shift=4)
    near = cv2.dilate(inside, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))) > 0
    y, x = np.mgrid[0:rows, 0:columns] + 0.5
    rho = np.hypot(x - eye["center"][0], y - eye["center"][1]) / eye["radius"]
    changed = (before != after).any(axis=2)
    visible = inside > 0
    lab, new = rgb2lab(before), rgb2lab(after)
    ring = visible & (rho > 0.5) & (rho < 0.85)
    pupil = visible & (rho < 0.2)
    level = float(np.median(lab[ring][:, 0]))
    lights = visible & (lab[..., 0] > max(level + 35, 65))
    return {
        "found": float(changed[ring].mean() > 0.5),
        "leak": float((changed & ~near & (rho < 3)).sum() / visible.sum()),
        "ring": float(changed[ring & ~lights].mean()),
        **_color(new[ring & ~lights], target),
        "light": float(np.corrcoef(lab[ring][:, 0], new[ring][:, 0])[0, 1]),
        "pupil": float(np.abs(lab[pupil][:, 0] - new[pupil][:, 0]).mean()) if pupil.any() else float("nan"),
        "catchlight": float(np.linalg.norm(lab[lights] - new[lights], axis=1).mean()) if lights.any() else float("nan"),
    }


def _color(new: NDArray[np.float64], target: tuple[int, int, int]) -> dict[str, float]:
    goal = rgb2lab(np.array([[target]], np.uint8))[0, 0, 1:]
    mean = new[:, 1:].mean(axis=0)
    angle = np.degrees(np.arctan2(mean[1], mean[0]) - np.arctan2(goal[1], goal[0]))
    return {"hue": float(abs((angle + 180) % 360 - 180)), "ab": float(np.hypot(*(mean - goal)))}


def run(photo: Rgb8, name: str, rgb: tuple[int, int, int]) -> EngineResult:
    """Recolor one photo with a color that is given."""
    return recolor_irises({"image": photo}, {"eye_color": name, "rgb": list(rgb), "rgb_given": True})


def sheet(photo: Rgb8, results: dict[str, EngineResult], zoom: int) -> Rgb8:
    """Lay the eyes of a photo side by side: as they are, then one row per target, enlarged without smoothing."""
    eyes: Any = next(iter(results.values())).details["eyes"]
    pictures = [photo, *(result.pixels for result in results.values())]
    return np.vstack([np.hstack([_crop(pixels, eye, zoom) for eye in eyes]) for pixels in pictures])


def _crop(pixels: Rgb8, eye: dict[str, Any], zoom: int) -> Rgb8:
    x, y = (round(value) for value in eye["center_px"])
    half_x, half_y = 60, 36
    padded = np.pad(pixels, ((half_y, half_y), (half_x, half_x), (0, 0)))
    return padded[y : y + 2 * half_y, x : x + 2 * half_x].repeat(zoom, axis=0).repeat(zoom, axis=1)


def main() -> int:
    """Print the table; write the sheets where a folder for them is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--sheets", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--zoom", type=int, default=3)
    parser.add_argument("--each", action="store_true", help="also print every eye")
    options = parser.parse_args()
    figures = list(_all_figures(options))
    _print_table(figures, options.each)
    return 0


def _all_figures(options: argparse.Namespace) -> Iterator[Figures]:
    truth = json.loads((options.photos / "iris_ground_truth.json").read_text())
    wanted = {name for name in options.only.split(",") if name}
    for entry in truth["images"]:
        name = Path(entry["image"]).stem
        if wanted and name.split("_")[0] not in wanted:
            continue
        photo = np.array(Image.open(options.photos / entry["image"]).convert("RGB"))
        results = _results(photo, name)
        if results and options.sheets:
            options.sheets.mkdir(parents=True, exist_ok=True)
            Image.fromarray(sheet(photo, results, options.zoom)).save(options.sheets / f"{name}.png")
        for target, rgb in TARGETS.items():
            after = results[target].pixels if target in results else photo
            for eye in entry["eyes"]:
                figures = measure(photo, after, eye, rgb)
                yield Figures(photo=name, target=target, confidence=eye["confidence"], **figures)


def _results(photo: Rgb8, name: str) -> dict[str, EngineResult]:
    results = {}
    for target, rgb in TARGETS.items():
        started = time.perf_counter()
        try:
            results[target] = run(photo, target, rgb)
        except EngineError as error:
            print(f"{name:24} refused: {error.message}")
            return {}
        duration_s = time.perf_counter() - started
    eyes: Any = results[target].details["eyes"]
    said = ", ".join(f"{eye['side']} {eye['confidence']:.2f} {eye['reason']}".strip() for eye in eyes)
    print(f"{name:24} {duration_s:.2f} s; {said}")
    return results


_COLUMNS = ("found", "leak", "ring", "hue", "ab", "light", "pupil", "catchlight")


def _print_table(figures: list[Figures], each: bool) -> None:
    print("  ".join(["eye".ljust(34), *(f"{name:>10}" for name in _COLUMNS)]))
    if each:
        for one in figures:
            _print_row(f"{one.photo[:14]} {one.target} {one.confidence}", [getattr(one, name) for name in _COLUMNS])
    scored = [one for one in figures if one.confidence != "low" and one.photo.startswith("d")]
    for target in [*TARGETS, "all"]:
        some = [one for one in scored if target in (one.target, "all")]
        values = np.array([[getattr(one, name) for name in _COLUMNS] for one in some])
        found = values[values[:, 0] > 0]
        _print_row(f"median {target}", [values[:, 0].mean(), *np.nanmedian(found[:, 1:], axis=0)])
        _print_row(f"98th percentile {target}", [np.nan, *np.nanpercentile(found[:, 1:], 98, axis=0)])


def _print_row(name: str, values: list[float]) -> None:
    print("  ".join([name.ljust(34), *(f"{value:10.3f}" for value in values)]))


if __name__ == "__main__":
    sys.exit(main())
