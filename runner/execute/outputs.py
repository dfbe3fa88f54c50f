"""Writes outputs; one that is already right is left alone."""

import asyncio
import contextlib
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey, Digest, digest_bytes
from runner.core.errors import RunnerError
from runner.core.event import OutputFailed, OutputWritten
from runner.execute.clock import now_text
from runner.execute.encoding import encoding_key, saving_of
from runner.execute.inputs import Source, read_picture
from runner.execute.journal import Journal
from runner.execute.pixels import Saving, keep_coded, save_as
from runner.execute.targets import Targets, write_output
from runner.plan.plan import Action, InputImage, MaskImage, Output, Plan, StepSource
from runner.providers.base import Picture
from runner.store.files import FileStamp, SeenFile, stamp_of
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
    protected: Mapping[str, str]
    token: str


async def write_one(output: Output, artifact: Artifact, press: Press, journal: Journal) -> OutputEvent:
    """Write one output, and record what came of it; whatever is wrong with it is in the event.

    Raises:
        StoreError: the state cannot be written.
    """
    try:
        made = await _make_right(output, artifact, press)
    except RunnerError as error:
        failed = OutputFailed(at=now_text(), cell=output.cell, path=output.path, code=error.code, message=error.message)
        await journal.record([failed])
        return failed
    written = _written(output, made.right, now_text())
    note = None if made.key is None else partial(press.store.results.keep_encoding, made.key, made.right.digest)
    await journal.record([written], note)
    return written


def find_right(
    outputs: Sequence[Output], results: Mapping[ActionKey, Artifact], press: Press, at: str
) -> list[OutputWritten | None]:
    """Look which outputs are right already, all at once.

    Args:
        outputs: Which; their results are there.
        results: Of all actions that are done.
        press: What they would be written with.
        at: When that is said to be known.

    Returns:
        What there is to tell of each that is right; None of the others: they are to be written, or that fails.
    """
    targets = Targets(press.source.root, press.protected)
    spots: list[_Spot] = []
    for output in outputs:
        with contextlib.suppress(RunnerError):  # said when it is written
            spots.append(_spot(output, results[output.key], targets, press))
    looks = zip(spots, _look(spots, press.store), strict=True)
    right = {spot.output.path: look.right for spot, look in looks if look.right is not None}
    return [_written(output, right[output.path], at) if output.path in right else None for output in outputs]


def paths_read(plan: Plan) -> set[str]:
    """Collect the paths of everything that a plan reads, relative to the root."""
    paths = {plan.recipe.path, *(cell.photo.path for cell in plan.cells if cell.photo is not None)}
    taken = [value for action in plan.actions for value in (*action.params.values(), action.paste_back)]
    compared = [value for check in plan.checks for value in check.params.values()]
    for value in (*taken, *compared):
        match value:
            case InputImage():
                paths.add(value.path)
            case MaskImage():
                paths |= {one.path for one in (value, *value.sources) if not isinstance(one, StepSource) and one.path}
    return paths


@dataclass(frozen=True, slots=True)
class _Right:
    """An output that stands at its place."""

    digest: Digest
    unchanged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Where an output goes, and what stands there.

    Attributes:
        saving: How it is to be saved.
        key: Of saving this picture so.
        stamp: Of the file that stands there; None where there is none, or a link.
    """

    output: Output
    artifact: Artifact
    target: str
    saving: Saving
    key: Digest
    stamp: FileStamp | None


@dataclass(frozen=True, slots=True)
class _Look:
    """What a look at a spot found.

    Attributes:
        standing: The digest of what stands there; None where nothing does, or it cannot be read.
        wanted: The digest of what should; None where that was never made.
    """

    standing: Digest | None
    wanted: Digest | None

    @property
    def right(self) -> _Right | None:
        """What stands there, where nothing else should."""
        if self.standing is None or self.standing != self.wanted:
            return None
        return _Right(self.standing, unchanged=True)


@dataclass(frozen=True, slots=True)
class _Made:
    """An output that is right, and the key of saving it so; None where that is known already."""

    right: _Right
    key: Digest | None


@dataclass(frozen=True, slots=True)
class _Unsaved:
    """An output whose pixels have to be written anew."""

    spot: _Spot
    look: _Look
    result: Picture
    metadata_from: Picture | None


def _written(output: Output, right: _Right, at: str) -> OutputWritten:
    return OutputWritten(at=at, cell=output.cell, path=output.path, digest=right.digest, unchanged=right.unchanged)


async def _make_right(output: Output, artifact: Artifact, press: Press) -> _Made:
    begun = await asyncio.to_thread(_begin, output, artifact, press)
    if isinstance(begun, _Made):
        return begun
    content = await press.source.pool.run(save_as, begun.result, begun.metadata_from, begun.spot.saving)
    return await asyncio.to_thread(_put, content, begun.spot, begun.look, press)


def _begin(output: Output, artifact: Artifact, press: Press) -> _Made | _Unsaved:
    """Make an output right, as far as that goes without its pixels."""
    spot = _spot(output, artifact, Targets(press.source.root, press.protected), press)
    (look,) = _look([spot], press.store)
    if look.right is not None:
        return _Made(look.right, None)
    result = Picture(output.path, press.store.blobs.read(artifact.digest))
    metadata_from = None if output.source is None else read_picture(output.source, press.source)
    coded = keep_coded(result, metadata_from, spot.saving)
    if coded is None:
        return _Unsaved(spot, look, result, metadata_from)
    return _put(coded, spot, look, press)


def _put(content: bytes, spot: _Spot, look: _Look, press: Press) -> _Made:
    """Put an output where it goes, unless it stands there."""
    digest = digest_bytes(content)
    if digest != look.standing:
        write_output(Path(spot.target), content, token=press.token)
    return _Made(_Right(digest, unchanged=digest == look.standing), spot.key)


def _spot(output: Output, artifact: Artifact, targets: Targets, press: Press) -> _Spot:
    """Find out where an output goes; as ``Targets.of`` raises."""
    target, saving = targets.of(output.path), saving_of(output, press.actions)
    return _Spot(
        output=output,
        artifact=artifact,
        target=target,
        saving=saving,
        key=encoding_key(output, artifact, saving),
        stamp=_stamp(target),
    )


def _stamp(target: str) -> FileStamp | None:
    try:
        status = os.lstat(target)
    except OSError:
        return None
    return stamp_of(status) if stat.S_ISREG(status.st_mode) else None


def _look(spots: Sequence[_Spot], store: Store) -> list[_Look]:
    """Digest what stands at some spots, without reading what is known, and say what should stand there."""
    seen = store.files.lookup(spot.target for spot in spots if spot.stamp is not None)
    known = {spot.target: seen[spot.target][1].digest for spot in spots if _is_as_seen(spot, seen)}
    read = {spot.target: digest for spot in spots if spot.target not in known and (digest := _read_digest(spot))}
    standing = known | read
    wanted = store.results.encodings(spot.key for spot in spots if spot.target in standing)
    looks = [_Look(standing.get(spot.target), wanted.get(spot.key)) for spot in spots]
    right = [spot for spot, look in zip(spots, looks, strict=True) if look.right is not None]
    store.files.remember(
        [_seen(spot, spot.stamp, read[spot.target]) for spot in right if spot.stamp is not None and spot.target in read]
    )
    return looks


def _is_as_seen(spot: _Spot, seen: Mapping[str, tuple[FileStamp, Artifact]]) -> bool:
    return spot.stamp is not None and spot.target in seen and seen[spot.target][0] == spot.stamp


def _seen(spot: _Spot, stamp: FileStamp, digest: Digest) -> SeenFile:
    artifact = replace(spot.artifact, digest=digest, media_type=spot.output.media_type, size_bytes=stamp.size_bytes)
    return SeenFile(Path(spot.target), stamp, artifact)


def _read_digest(spot: _Spot) -> Digest | None:
    """Digest what stands at a spot; what cannot be read is not right: to write it anew says what is wrong with it."""
    try:
        return None if spot.stamp is None else digest_bytes(Path(spot.target).read_bytes())
    except OSError:
        return None
