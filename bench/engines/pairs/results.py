"""What the engine and others made of pairs, with their scores."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from bench.engines.pairs.baselines import navier_stokes, pasted_homography, telea
from bench.engines.pairs.pair import Pair
from bench.engines.pairs.peer import has_patchmatch, patchmatch
from bench.engines.pairs.score import Score, score
from runner.core.digest import Json
from runner.engines.base import Rgb8
from runner.engines.reference_inpaint.engine import inpaint

TELEA, NAVIER_STOKES, PASTED, PATCHMATCH, OURS = "Telea", "Navier–Stokes", "pasted homography", "PatchMatch", "ours"
"""The ways of filling, in the order of the tables."""

Way: TypeAlias = Callable[[Pair], Rgb8]
"""Fills the hole of a pair."""

SIMPLE_WAYS: Mapping[str, Way] = MappingProxyType(
    {TELEA: telea, NAVIER_STOKES: navier_stokes, PASTED: pasted_homography}
)
"""What OpenCV offers."""


def other_ways() -> Mapping[str, Way]:
    """List what to compare with on this machine."""
    return {**SIMPLE_WAYS, PATCHMATCH: patchmatch} if has_patchmatch() else SIMPLE_WAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A pair with every way of filling it.

    Attributes:
        pair: What was given.
        pictures: By the way of filling; PatchMatch is missing where it is not installed.
        scores: Of the same.
        details: What the engine tells of its own.
        cpu_s, wall_s: The engine's time.
    """

    pair: Pair
    pictures: Mapping[str, Rgb8]
    scores: Mapping[str, Score]
    details: Mapping[str, Json]
    cpu_s: float
    wall_s: float

    def gain_db(self, over: str) -> float:
        """Give how much the engine is better than another way, in dB."""
        return self.scores[OURS].psnr - self.scores[over].psnr


def fill(pair: Pair, others: Mapping[str, Way]) -> Filled:
    """Fill a pair by the engine and in other ways."""
    worked_s, started_s = time.process_time(), time.perf_counter()
    ours = inpaint({"image": pair.photo, "mask": pair.mask, "reference": pair.reference}, {"prompt": None})
    cpu_s, wall_s = time.process_time() - worked_s, time.perf_counter() - started_s
    pictures = {name: way(pair) for name, way in others.items()} | {OURS: ours.pixels}
    return Filled(
        pair=pair,
        pictures=MappingProxyType(pictures),
        scores=MappingProxyType({name: score(pair, picture) for name, picture in pictures.items()}),
        details=ours.details,
        cpu_s=cpu_s,
        wall_s=wall_s,
    )
