"""Reads what an action takes, and proves that it is what the plan saw."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey, Json, digest_bytes
from runner.core.errors import RunnerError
from runner.execute.pixels import draw_mask_png
from runner.plan.plan import Action, FileSource, InputImage, MaskImage, MaskSource, StepImage, StepSource
from runner.providers.base import Picture, Request
from runner.providers.pool import WorkerPool
from runner.store.blobs import BlobStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the inputs of actions come from.

    Attributes:
        root: The project root.
        results: The results of the actions that are done, by key; grows while the plan is carried out.
    """

    root: Path
    blobs: BlobStore
    pool: WorkerPool
    results: Mapping[ActionKey, Artifact]


async def gather(action: Action, source: Source) -> Request:
    """Read the images of an action and draw its masks, those of its parameters.

    Raises:
        RunnerError: an input or mask is missing, unreadable or not what the plan saw; a result is damaged.
    """
    images: dict[str, Picture] = {}
    masks: dict[str, bytes] = {}
    params: dict[str, Json] = {}
    for name, value in action.params.items():
        match value:
            case InputImage():
                images[name] = await read_input(value, source)
            case StepImage():
                images[name] = await _read_result(value, source)
            case MaskImage():
                masks[name] = await draw(value, source)
            case _:
                params[name] = list(value) if isinstance(value, tuple) else value
    return Request(
        key=action.raw_key,
        model=action.uses,
        revision=action.revision,
        images=images,
        masks=masks,
        params=params,
    )


async def read_input(image: InputImage, source: Source) -> Picture:
    """Read an input, in a thread; as `read_picture` raises."""
    return await asyncio.to_thread(read_picture, image, source)


def read_picture(image: InputImage, source: Source) -> Picture:
    """Read an input.

    Raises:
        RunnerError: ``input-missing`` or ``input-changed``.
    """
    content = _read(source.root / image.path, image.path)
    _check_unchanged(content, image.artifact.digest, image.path)
    return Picture(image.path, content, image.artifact.digest)


async def draw(mask: MaskImage, source: Source) -> bytes:
    """Draw a mask as PNG.

    Raises:
        RunnerError: its file is missing or changed, or it gives another raster than the plan saw.
    """
    contents = {found.ref: await _read_source(found, source) for found in mask.sources}
    is_late = any(isinstance(found, StepSource) for found in mask.sources)
    wanted = None if is_late else mask.digest  # a raster made from a result is not known to the plan
    return await source.pool.run(draw_mask_png, mask.spec, contents, mask.size, wanted, mask.path or mask.name)


async def _read_source(found: MaskSource, source: Source) -> bytes:
    match found:
        case FileSource():
            content = await asyncio.to_thread(_read, source.root / found.path, found.path)
            _check_unchanged(content, found.ref, found.path)
            return content
        case StepSource():
            if found.key not in source.results:
                raise RunnerError("no-picture", "the result that a mask is made from is not there")
            return await asyncio.to_thread(source.blobs.read, source.results[found.key].digest)


async def _read_result(image: StepImage, source: Source) -> Picture:
    digest = source.results[image.key].digest
    return Picture(f"result of '{image.step}'", await asyncio.to_thread(source.blobs.read, digest), digest)


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise RunnerError("input-missing", f"'{name}' is gone since the plan was made", hint=_HINT) from error
    except OSError as error:
        raise RunnerError("input-unreadable", f"cannot read '{name}': {error.strerror or error}") from error


def _check_unchanged(content: bytes, digest: str, name: str) -> None:
    if digest_bytes(content) != digest:
        raise RunnerError("input-changed", f"'{name}' changed since the plan was made", hint=_HINT)


_HINT = "make a new plan: runner run RECIPE"
