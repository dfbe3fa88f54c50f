"""What the engine made of portraits, with its scores."""

import time
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from bench.engines.eyes.score import EyeScore, score_eyes
from bench.engines.eyes.targets import SCORED, SHOWN, Rgb
from bench.engines.eyes.truth import Portrait
from runner.core.errors import EngineError
from runner.engines.base import EngineResult
from runner.engines.eye_color.engine import recolor_irises


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One marked eye with one target."""

    photo: str
    side: str
    target: str
    is_sure: bool
    score: EyeScore

    @property
    def name(self) -> str:
        """The case in words."""
        return f"{self.photo}, {self.side} eye, {self.target}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recolored:
    """A portrait with what was made of it.

    Attributes:
        portrait: Before.
        results: By target; none where the engine refused the photo.
        refusal: Why it did, or nothing.
        cases: Every marked eye with every target that counts.
        cpu_s: The processor time of one target.
    """

    portrait: Portrait
    results: MappingProxyType[str, EngineResult]
    refusal: str
    cases: tuple[Case, ...]
    cpu_s: float

    @property
    def eyes(self) -> list[dict[str, Any]]:
        """The eyes that the engine saw, as it tells of them."""
        for result in self.results.values():
            eyes: Any = result.details["eyes"]
            return list(eyes)
        return []

    @property
    def is_as_expected(self) -> bool:
        """Whether it was recolored or refused as it should be."""
        return self.portrait.expected in ("either", "refused" if self.refusal else "recolored")


def recolor(portrait: Portrait) -> Recolored:
    """Recolor a portrait in every target and score its eyes."""
    started_s = time.process_time()
    try:
        results = {name: _run(portrait, name, rgb) for name, rgb in SHOWN.items()}
        refusal = ""
    except EngineError as error:
        results, refusal = {}, error.message
    return Recolored(
        portrait=portrait,
        results=MappingProxyType(results),
        refusal=refusal,
        cases=tuple(_cases(portrait, results)),
        cpu_s=(time.process_time() - started_s) / max(1, len(results)),
    )


def _run(portrait: Portrait, name: str, rgb: Rgb) -> EngineResult:
    return recolor_irises({"image": portrait.photo}, {"eye_color": name, "rgb": list(rgb), "rgb_given": True})


def _cases(portrait: Portrait, results: dict[str, EngineResult]) -> list[Case]:
    return [
        Case(photo=portrait.name, side=eye.side, target=target, is_sure=eye.is_sure, score=score)
        for target, rgb in SCORED.items()
        for after in [results[target].pixels if target in results else portrait.photo]
        for eye, score in zip(portrait.eyes, score_eyes(portrait, after, rgb), strict=True)
    ]
