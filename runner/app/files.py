"""Files of a project: found, kept inside it, looked at by their headers only."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from runner.app.trees.tree import DISK, Followed, Held, OnDisk, Pointed, Tree
from runner.core.artifact import Artifact
from runner.core.digest import Digest, digest_bytes
from runner.core.errors import ImageError
from runner.images.limits import MAX_FILE_BYTES
from runner.plan.gathered import FileProblem, WantedFile
from runner.plan.plan import InputImage
from runner.store.files import FileDigests, FileStamp, SeenFile, take_stamp

PICTURE_ENDINGS = frozenset(
    ".avif .bmp .gif .jp2 .jpeg .jpg .mpo .png .pnm .ppm .tif .tiff .webp".split()  # noqa: SIM905 - easier to read
)
"""What ``.*`` at the end of a mask's path stands for."""


class FileFinder:
    """Looks at files once each, and remembers what it saw when it is asked to.

    Args:
        root: The project root, absolute; nothing outside it is read unless an input allows it.
        folder: The recipe's folder as the user named it, which paths are relative to.
        digests: What was seen before.
        tree: Whose files they are.
    """

    def __init__(self, root: Path, folder: Path, digests: FileDigests, tree: Tree = DISK) -> None:
        self._root = root.resolve()
        self._prefix = os.path.join(self._root, "")  # noqa: PTH118 - with a separator at its end
        self._digests = digests
        self._seen: list[SeenFile] = []
        self._known: dict[str, tuple[FileStamp, Artifact]] = {}
        self._folders: dict[str, str] = {}
        self._found: dict[str, InputImage | FileProblem] = {}
        self._listed: dict[Path, tuple[str, ...]] = {}
        self.tree = tree
        self.folder = folder.resolve()
        self.named_folder = str(folder)

    def remember(self) -> None:
        """Keep the digests of the files that were read."""
        self._digests.remember(self._seen)
        self._seen.clear()

    def picture(
        self, text: str, *, missing: str = "missing-file", may_be_outside: bool = False
    ) -> InputImage | FileProblem:
        """Look at a picture whose path is relative to the recipe; ``missing`` is the code where it is not there."""
        place = self._placed(text, may_be_outside=may_be_outside)
        return place if isinstance(place, FileProblem) else self._picture(place, text, missing)

    def pictures(self, texts: Iterable[str], *, may_be_outside: bool = False) -> Iterator[InputImage | FileProblem]:
        """Look at many pictures; what is known of them is asked for at once."""
        found = [(text, self._placed(text, may_be_outside=may_be_outside)) for text in texts]
        self._known |= self._digests.lookup(place.path for _, place in found if isinstance(place, Followed))
        for text, place in found:
            yield place if isinstance(place, FileProblem) else self._picture(place, text, "missing-file")

    def place(self, text: str, *, may_be_outside: bool = False) -> str | FileProblem:
        """Resolve a path, links followed; it need not be there."""
        place = self._placed(text, may_be_outside=may_be_outside)
        return place if isinstance(place, FileProblem) else place.path

    def _placed(self, text: str, *, may_be_outside: bool) -> Followed | FileProblem:
        try:
            followed = self._followed(text)
        except (OSError, ValueError, RuntimeError):
            return FileProblem("bad-path", f"{text!r} is not a path")
        if not may_be_outside and self._inside(followed.path) is None:
            hint = f"the project is '{self._root}': copy the file into it, or say 'allow_outside: true'"
            return FileProblem("outside-project", f"'{text}' is outside the project", hint)
        return followed

    def _followed(self, text: str) -> Followed:
        """Follow the links of a path; those of its folder once, for a batch has many files in one."""
        folder, name = os.path.split(text)
        if name in {"", ".", ".."}:
            return Followed(str(self.tree.resolve(self.folder / text)))
        if folder not in self._folders:
            self._folders[folder] = os.path.join(self.tree.resolve(self.folder / folder), "")  # noqa: PTH118 - as above
        return self.tree.follow(self._folders[folder] + name)

    def _inside(self, path: str) -> str | None:
        """Name a file as a plan does, relative to the root; None where it lies outside."""
        if path.startswith(self._prefix):
            return path[len(self._prefix) :].replace(os.sep, "/")
        return "." if path == str(self._root) else None

    def wanted(self, wanted: WantedFile) -> InputImage | FileProblem:
        """Find a file that a step or a mask names; ``.*`` stands for the ending of any picture."""
        if wanted.kind == "picture" or not wanted.path.endswith(".*"):
            return self.picture(wanted.path, missing="missing-mask" if wanted.kind == "mask" else "missing-file")
        pattern = Path(wanted.path)
        stem = pattern.name.removesuffix(".*")
        matches = [name for name in self._names_in(self.folder / pattern.parent) if Path(name).stem == stem]
        masks = [name for name in matches if Path(name).suffix.lower() in PICTURE_ENDINGS]
        if not masks:
            hint = "paths are relative to the recipe's folder; 'missing: skip' or 'full' does without"
            return FileProblem("missing-mask", f"there is no mask '{wanted.path}'", hint)
        if len(masks) > 1:
            return FileProblem("several-masks", f"'{wanted.path}' may be {' or '.join(masks)}", "remove all but one")
        return self.picture((pattern.parent / masks[0]).as_posix())

    def _names_in(self, folder: Path) -> tuple[str, ...]:
        """The names of a folder's files; listed once, for a batch asks for every item."""
        if folder not in self._listed:
            self._listed[folder] = tuple(sorted(self.tree.names(folder)))
        return self._listed[folder]

    def _picture(self, place: Followed, text: str, missing: str) -> InputImage | FileProblem:
        found = self._found.get(place.path)
        if found is None:
            found = self._found[place.path] = self._look(place, text, missing)
        return found

    def _look(self, place: Followed, text: str, missing: str) -> InputImage | FileProblem:
        name = self._inside(place.path) or place.path.replace(os.sep, "/")
        try:
            artifact = self._artifact(place, name)
        except FileNotFoundError:
            hint = f"paths are relative to the recipe's folder, '{self.named_folder}'"
            return FileProblem(missing, f"there is no file '{text}'", hint)
        except OSError as error:
            return FileProblem("unreadable-file", f"cannot read '{text}': {error.strerror}")
        except ImageError as error:
            return FileProblem(error.code, error.message, error.hint)
        return InputImage(path=name, artifact=artifact)

    def _artifact(self, place: Followed, name: str) -> Artifact:
        match self.tree.holding(place.path, MAX_FILE_BYTES + 1):  # a larger one is refused by its header
            case OnDisk():
                return self._lying(place, name)
            case Held(content=content):
                return _artifact_of(content, name)
            case Pointed() as pointed:
                return self._behind(pointed, place, name)

    def _lying(self, place: Followed, name: str) -> Artifact:
        """Look at a picture on the disk; one that was seen before is not read."""
        path, stamp = place.path, place.stamp or take_stamp(place.path)
        if path not in self._known:
            self._known |= self._digests.lookup([path])
        before = self._known.get(path)
        if before is not None and before[0] == stamp:
            return before[1]
        artifact = _artifact_of(DISK.read(Path(path), MAX_FILE_BYTES + 1), name)
        self._seen.append(SeenFile(Path(path), stamp, artifact))
        return artifact

    def _behind(self, pointed: Pointed, place: Followed, name: str) -> Artifact:
        """Describe a picture whose bytes are not here: its digest is known, its size is that of today's."""
        try:
            today = self._lying(place, name)
        except (OSError, ImageError):
            today = UNSEEN
        return replace(today, digest=pointed.digest, size_bytes=pointed.size_bytes)


UNSEEN = Artifact(digest=Digest("0" * 64), media_type="image/png", size_bytes=0, width_px=1, height_px=1)
"""What is said of a picture that nobody can look at."""


def _artifact_of(content: bytes, name: str) -> Artifact:
    from runner.images.header import read_header

    header = read_header(content, name)
    return Artifact(
        digest=digest_bytes(content),
        media_type=header.media_type,
        size_bytes=len(content),
        width_px=header.size.width_px,
        height_px=header.size.height_px,
    )
