"""The files that a plan writes: formats by their endings, and paths that must not be written."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from runner.core.diagnostic import Diagnostic
from runner.core.record import record
from runner.plan.gathered import FileProblem
from runner.plan.plan import InputImage, Output
from runner.recipe.parsed import ParsedRecipe

FORMATS = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "tiff": "image/tiff",
    "avif": "image/avif",
}
_ENDINGS = {
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".png": "png",
    ".webp": "webp",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".avif": "avif",
}
QUARANTINE = "quarantine"
_OURS = frozenset({".runner", ".git"})
_NO_NAMES = frozenset({".", "/", "//"})
_IS_NORMAL = re.compile(r"(?:(?!\./|\.$)[^/]+(?:/|$))+(?<!/)", re.DOTALL)
"""A relative path without empty parts and without '.'."""


def media_type_of(format_name: str | None, path: str) -> str:
    """The media type to write: of the format that is named, else of the path's ending; empty where neither says it."""
    stem, dot, letters = path.rpartition("/")[2].rpartition(".")
    ending = f"{dot}{letters}" if stem.strip(".") else ""  # a name that begins with dots has none there
    return FORMATS.get(format_name or _ENDINGS.get(ending.lower(), ""), "")


def normal_path(text: str) -> str:
    """Leave out of a path what means nothing, as ``PurePosixPath`` does, which most have nothing of."""
    return text if _IS_NORMAL.fullmatch(text) else str(PurePosixPath(text))


@record()
class PlacedOutput:
    """An output, and which of the recipe's it is, counted from 0."""

    at: int
    output: Output


def check_outputs(
    recipe: ParsedRecipe, outputs: list[PlacedOutput], inputs: Mapping[str, InputImage]
) -> Iterator[Diagnostic]:
    """Report outputs that lie outside the project, meet one another, or lie on an input."""
    first: dict[str, Output] = {}
    originals = frozenset(path.casefold() for path in inputs)
    for placed in outputs:
        folded = placed.output.path.casefold()
        wrong = _problem(placed.output, first.setdefault(folded, placed.output), is_original=folded in originals)
        if wrong is not None:
            span = recipe.source.value_span(("outputs", placed.at, "path"))
            yield recipe.source.diagnostic(span, wrong.code, wrong.message, hint=wrong.hint)


def check_report(recipe: ParsedRecipe) -> Iterator[Diagnostic]:
    """Report a place of the report that lies outside the project or among its own files."""
    problem = _place_problem(recipe.report.dir) if recipe.report.dir is not None else None
    if problem is not None:
        span = recipe.source.value_span(("report", "dir"))
        yield recipe.source.diagnostic(span, problem.code, problem.message, hint=problem.hint)


def _problem(output: Output, first: Output, *, is_original: bool) -> FileProblem | None:
    """Say what is wrong with an output, of which ``first`` is the first with its path."""
    place = _place_problem(output.path)
    if place is not None:
        return place
    if not output.media_type:
        hint = f"end it with one of {', '.join(_ENDINGS)}, or add 'format'"
        return FileProblem("unknown-format", f"'{output.path}' does not say its format", hint)
    if is_original:
        return FileProblem("overwrites-input", f"'{output.path}' is an input picture", "write it somewhere else: out/…")
    if first.key != output.key:
        who = f"'{first.cell}' and '{output.cell}'" if first.cell != output.cell else f"two outputs of '{output.cell}'"
        message = f"{who} write one file, '{output.path}'"
        return FileProblem("repeated-output", message, "put ${{ item.key }} into the path")
    return None


def _place_problem(text: str) -> FileProblem | None:
    path = normal_path(text)
    first, *others = path.split("/")
    if path in _NO_NAMES or first in _OURS or not text.isprintable():
        return FileProblem("bad-path", f"{text!r} is no place for an output", "write to out/…")
    if first == QUARANTINE:
        return FileProblem("bad-path", f"'{QUARANTINE}' is where results go that fail a check", "write to out/…")
    if not first or first == ".." or ".." in others or ":" in first or "\\" in text:
        message = f"'{text}' is not inside the project"
        return FileProblem("outside-project", message, "paths start at the project's root: out/…")
    return None
