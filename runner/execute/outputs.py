"""Writes outputs; one that is already right is left alone."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey, Digest, Json, digest_bytes, digest_json
from runner.core.errors import RunnerError
from runner.core.event import OutputFailed, OutputWritten
from runner.execute.clock import now_text
from runner.execute.inputs import Source, read_input
from runner.execute.marks import source_type
from runner.execute.pixels import Saving, keep_coded, save_as
from runner.execute.targets import target_of, write_output
from runner.plan.plan import Action, InputImage, MaskImage, Output, Plan, StepSource
from runner.providers.base import Picture
from runner.store.files import FileStamp, SeenFile, take_stamp
from runner.store.store import Store

OutputEvent: TypeAlias = OutputWritten | OutputFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What outputs are written with.

    Attributes:
        actions: All of the plan, by key.
        protected: What must not be written over.
        token: Of the run, for temp names.
    """

    store: Store
    source: Source
    actions: Mapping[ActionKey, Action]
    protected: Mapping[str, Path]
    token: str


async def write_one(output: Output, artifact: Artifact, press: Press) -> OutputEvent:
    """Write one output, and say what came of it; whatever is wrong with it is in the event."""
    try:
        right = await _make_right(output, artifact, press)
    except RunnerError as error:
        return OutputFailed(at=now_text(), cell=output.cell, path=output.path, code=error.code, message=error.message)
    return OutputWritten(
        at=now_text(), cell=output.cell, path=output.path, digest=right.digest, unchanged=right.unchanged
    )


def paths_read(plan: Plan) -> set[str]:
    """Collect the paths of everything that a plan reads, relative to the root."""
    paths = {plan.recipe.path, *(cell.photo.path for cell in plan.cells if cell.photo is not None)}
    taken = [value for action in plan.actions for value in (*action.params.values(), action.paste_back)]
    compared = [value for check in plan.checks for value in check.params.values()]
    for value in (*taken, *compared):
        if isinstance(value, InputImage):
            paths.add(value.path)
        elif isinstance(value, MaskImage):
            paths |= {one.path for one in (value, *value.sources) if not isinstance(one, StepSource) and one.path}
    return paths


@dataclass(frozen=True, slots=True)
class _Right:
    """An output that stands at its place."""

    digest: Digest
    unchanged: bool


@dataclass(frozen=True, slots=True)
class _There:
    """What stood at the place before."""

    stamp: FileStamp
    digest: Digest


async def _make_right(output: Output, artifact: Artifact, press: Press) -> _Right:
    saving = _saving(output, press)
    key = _encoding_key(output, artifact, saving)
    target = await asyncio.to_thread(target_of, press.source.root, output.path, press.protected)
    there = await asyncio.to_thread(_look, target, press.store)
    if there is not None and there.digest == await press.store.scribe.call(press.store.results.encoding, key):
        seen = replace(artifact, digest=there.digest, media_type=output.media_type, size_bytes=there.stamp.size_bytes)
        await press.store.scribe.call(press.store.files.remember, [SeenFile(target, there.stamp, seen)])
        return _Right(there.digest, unchanged=True)
    content = await _content(output, artifact, saving, press)
    digest, before = digest_bytes(content), there.digest if there is not None else None
    if digest != before:
        await asyncio.to_thread(write_output, target, content, token=press.token)
    await press.store.scribe.call(press.store.results.keep_encoding, key, digest)
    return _Right(digest, unchanged=digest == before)


async def _content(output: Output, artifact: Artifact, saving: Saving, press: Press) -> bytes:
    blob = await asyncio.to_thread(press.store.blobs.read, artifact.digest)
    metadata_from = None if output.source is None else await read_input(output.source, press.source)
    result = Picture(output.path, blob)
    coded = await asyncio.to_thread(keep_coded, result, metadata_from, saving)
    return await press.source.pool.run(save_as, result, metadata_from, saving) if coded is None else coded


def _saving(output: Output, press: Press) -> Saving:
    stored = press.actions[output.key].params.get("quality")
    return Saving(
        media_type=output.media_type,
        quality=output.quality,
        stored_quality=stored if isinstance(stored, int) else None,
        keep=output.keep,
        mark=source_type(output.key, press.actions) if output.mark else None,
    )


def _encoding_key(output: Output, artifact: Artifact, saving: Saving) -> Digest:
    source = None if output.source is None else output.source.artifact.digest
    keep: list[Json] = [*sorted(saving.keep)]
    how: list[Json] = [saving.media_type, saving.quality, keep, saving.mark]
    return digest_json("encoding/1", [artifact.digest, source, how])


def _look(target: Path, store: Store) -> _There | None:
    """Digest what stands at a path, without reading it where it is known; None where there is no file, or a link."""
    if target.is_symlink() or not target.is_file():
        return None
    try:
        stamp = take_stamp(target)
        known = store.files.get(target, stamp)
        digest = known.digest if known is not None else digest_bytes(target.read_bytes())
    except OSError:
        return None  # what cannot be read cannot be right: it is written anew, and that says what is wrong
    return _There(stamp, digest)
