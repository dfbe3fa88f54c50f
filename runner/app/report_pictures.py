"""Draw the pictures of a report into its folder; what is there already is not drawn again."""

import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import orjson
from pydantic import TypeAdapter, ValidationError

from runner.app.replace_file import replace_file
from runner.core.digest import digest_bytes
from runner.core.errors import EngineError, ImageError, StoreError
from runner.images.change import Change
from runner.plan.plan import FileSource, MaskImage, MaskSource, StepSource
from runner.providers.cores import available_cores
from runner.report.darkroom import Darkroom, Print, to_compare
from runner.report.pictures import Drawn, file_names, full_name
from runner.report.shown import ShownPictures, find_pictures
from runner.report.summary import RunSummary
from runner.report.wanted import HeatPicture, InputPicture, PictureId, ResultPicture, Wanted, Whole
from runner.store.store import Store

CHANGES = "thumbs/changes.json"
_ENDINGS = (Drawn(".png", "large"), Drawn(".jpg"), Drawn(".png"))
_OURS = re.compile(r"[0-9a-f]{16}(-2x)?\.(jpg|png)")

Keep = Callable[[Wanted, Print], None]


@dataclass(frozen=True, slots=True)
class Gallery:
    """What the report shows, what of it was drawn, and what the pictures of changes show, in figures."""

    shown: ShownPictures
    drawn: Mapping[PictureId, Drawn]
    changes: Mapping[PictureId, Change]


@dataclass(frozen=True, slots=True)
class ProjectSources:
    """The pictures of a run, in its project and its store; thread-safe."""

    store: Store
    root: Path

    def picture(self, picture: Whole) -> bytes:
        """Read a picture.

        Raises:
            OSError: an input is gone.
            StoreError: a result is gone or damaged.
        """
        if isinstance(picture, InputPicture):
            return (self.root / picture.path).read_bytes()
        return self.store.blobs.read(picture.artifact.digest)

    def mask(self, mask: MaskImage) -> dict[str, bytes]:
        """Read what a mask is made from; FileNotFoundError where a result is not there any more."""
        return {source.ref: self._source(source) for source in mask.sources}

    def _source(self, source: MaskSource) -> bytes:
        match source:
            case FileSource(path=path):
                return (self.root / path).read_bytes()
            case StepSource(key=key):
                known = self.store.lookup([key])
                if key not in known:
                    raise FileNotFoundError(key)
                return self.store.blobs.read(known[key].artifact.digest)


class Album:
    """The thumbnails in the folder of a report; thread-safe as long as each picture is kept by one thread.

    Args:
        folder: Need not be there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._there = {f"thumbs/{path.name}" for path in _list(folder / "thumbs")}
        self._changes = _read_changes(folder / CHANGES)

    def find(self, wanted: Wanted) -> Drawn | None:
        """Find a picture that was drawn before; the file that is written last tells that all are there."""
        if isinstance(wanted, HeatPicture) and wanted.id not in self._changes:
            return None
        return next((drawn for drawn in _ENDINGS if file_names(wanted.id, drawn)[-1] in self._there), None)

    def change(self, picture_id: PictureId) -> Change | None:
        """Give the figures of a picture of a change; None for one that shows none."""
        return self._changes.get(picture_id)

    def keep(self, wanted: Wanted, one: Print) -> None:
        """Write a picture.

        Raises:
            OSError: the folder cannot be written.
        """
        for name, content in zip(file_names(wanted.id, one.drawn), one.contents, strict=True):
            replace_file(self._folder / name, content)
            self._there.add(name)
        if one.change is not None:
            self._changes[wanted.id] = one.change

    def close(self, only: Mapping[PictureId, Drawn] | None = None) -> None:
        """Write the figures down.

        Args:
            only: The pictures that are shown: all others are removed, and their figures; None keeps all.

        Raises:
            OSError: the folder cannot be written.
        """
        kept = {one: change for one, change in self._changes.items() if only is None or one in only}
        replace_file(self._folder / CHANGES, orjson.dumps(dict(sorted(kept.items()))) + b"\n")
        if only is None:
            return
        shown = {name for picture_id, one in only.items() for name in file_names(picture_id, one)}
        for name in self._there - shown:
            if _OURS.fullmatch(Path(name).name):
                (self._folder / name).unlink(missing_ok=True)


def write_pictures(summary: RunSummary, sources: ProjectSources, folder: Path) -> Gallery:
    """Bring the thumbnails of a folder up to date: what is missing is drawn, what no cell shows is removed.

    Raises:
        OSError: the folder cannot be written.
    """
    album, shown = Album(folder), find_pictures(summary)
    drawn = {wanted.id: found for wanted in shown.wanted if (found := album.find(wanted))}

    def keep(wanted: Wanted, one: Print) -> None:
        album.keep(wanted, one)
        drawn[wanted.id] = one.drawn

    _draw_all([[wanted for wanted in group if wanted.id not in drawn] for group in shown.by_item], sources, keep)
    album.close(drawn)
    changes = {picture_id: change for picture_id in drawn if (change := album.change(picture_id))}
    return Gallery(shown, drawn, changes)


def draw_in_memory(summary: RunSummary, sources: ProjectSources) -> tuple[Gallery, Mapping[str, bytes]]:
    """Draw all thumbnails; the bytes are by file name."""
    contents: dict[str, bytes] = {}
    drawn: dict[PictureId, Drawn] = {}
    changes: dict[PictureId, Change] = {}

    def keep(wanted: Wanted, one: Print) -> None:
        contents.update(zip(file_names(wanted.id, one.drawn), one.contents, strict=True))
        drawn[wanted.id] = one.drawn
        if one.change is not None:
            changes[wanted.id] = one.change

    shown = find_pictures(summary)
    _draw_all(shown.by_item, sources, keep)
    return Gallery(shown, drawn, changes), contents


def write_full(gallery: Gallery, sources: ProjectSources, folder: Path) -> Mapping[PictureId, str]:
    """Put the pictures themselves into a report's folder; those of the run's own results share their bytes on the disk.

    Returns:
        The file of each, relative to the folder; a picture that is gone or was changed since the run is left out.

    Raises:
        OSError: the folder cannot be written.
    """
    (folder / "full").mkdir(parents=True, exist_ok=True)
    names: dict[PictureId, str] = {}
    for wanted in gallery.shown.wanted:
        if isinstance(wanted, InputPicture | ResultPicture):
            name = full_name(wanted)
            if (folder / name).is_file() or _put(wanted, sources, folder / name):
                names[wanted.id] = name
    return names


def _put(picture: Whole, sources: ProjectSources, path: Path) -> bool:
    if isinstance(picture, ResultPicture):
        return _share(sources.store.blobs.path(picture.artifact.digest), path)
    try:
        content = sources.picture(picture)
    except OSError:
        return False
    if digest_bytes(content) != picture.artifact.digest:
        return False
    replace_file(path, content)
    return True


def _share(blob: Path, path: Path) -> bool:
    """Link a blob, read-only, so that nobody who opens the report's picture can paint over what was bought."""
    if not blob.is_file():
        return False
    try:
        os.link(blob, path)
        path.chmod(0o444)
    except OSError:  # another disk, or a file system without links
        shutil.copyfile(blob, path)
    return True


def _draw_all(groups: Iterable[Sequence[Wanted]], sources: ProjectSources, keep: Keep) -> None:
    """Draw groups side by side; what cannot be drawn is left out: the page then says "no picture"."""
    wanted = [group for group in groups if group]
    exact = to_compare(picture for group in wanted for picture in group)

    def draw(group: Sequence[Wanted]) -> None:
        darkroom = Darkroom(sources, exact)
        for picture in group:
            try:
                one = darkroom.draw(picture)
            except (FileNotFoundError, EngineError, ImageError, StoreError):
                continue
            keep(picture, one)

    with ThreadPoolExecutor(available_cores(), thread_name_prefix="thumbnails") as pool:
        for _ in pool.map(draw, wanted):
            pass


def _list(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # not there, or else writing will say what is wrong
        return []


def _read_changes(path: Path) -> dict[PictureId, Change]:
    """Read the figures of an earlier report; where they are not there or damaged, they are measured again."""
    try:
        return TypeAdapter(dict[PictureId, Change]).validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return {}
