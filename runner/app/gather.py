"""The files of a recipe, from disk: found, kept inside the project, looked at by their headers only."""

import glob
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from runner.core.artifact import Artifact
from runner.core.diagnostic import Diagnostic
from runner.core.digest import digest_bytes
from runner.core.errors import ImageError, UsageError
from runner.plan.gathered import FileProblem, Inputs, WantedFile
from runner.plan.items import make_items
from runner.plan.plan import InputImage
from runner.plan.scope import Scope
from runner.recipe.expression import ExpressionError, Template
from runner.recipe.parse import ParsedInput, ParsedRecipe
from runner.recipe.source import Place
from runner.store.files import FileDigests, SeenFile, take_stamp

PICTURE_ENDINGS = frozenset(
    ".avif .bmp .gif .jp2 .jpeg .jpg .mpo .png .pnm .ppm .tif .tiff .webp".split()  # noqa: SIM905 - easier to read
)
"""What ``.*`` at the end of a mask's path stands for."""


class Gatherer:
    """Looks at files once each, and remembers what it saw when it is closed.

    Args:
        root: The project root, absolute; nothing outside it is read.
        folder: The recipe's folder, which paths are relative to.
        digests: What was seen before.
    """

    def __init__(self, root: Path, folder: Path, digests: FileDigests) -> None:
        self._root = root.resolve()
        self._folder = folder.resolve()
        self._digests = digests
        self._seen: list[SeenFile] = []
        self._found: dict[Path, InputImage | FileProblem] = {}
        self._listed: dict[Path, tuple[str, ...]] = {}

    def remember(self) -> None:
        """Keep the digests of the files that were read."""
        self._digests.remember(self._seen)
        self._seen.clear()

    def inputs(self, recipe: ParsedRecipe) -> Inputs | list[Diagnostic]:
        """Find the pictures that a recipe's inputs name.

        Returns:
            The pictures, or every file that is missing, unreadable or outside the project.
        """
        problems: list[Diagnostic] = []
        shared: dict[str, InputImage] = {}
        images: list[InputImage] = []
        for declared in recipe.inputs.values():
            for place, found in self._input(recipe, declared):
                if isinstance(found, FileProblem):
                    span = recipe.source.value_span(place)
                    problems.append(recipe.source.diagnostic(span, found.code, found.message, hint=found.hint))
                elif declared.is_batch:
                    images.append(found)
                else:
                    shared[declared.name] = found
        items = make_items(recipe, recipe.batch, images) if recipe.batch is not None else ()
        if isinstance(items, list) or problems:
            return problems + (items if isinstance(items, list) else [])
        return Inputs(items, shared)

    def files(self, wanted: Iterable[WantedFile]) -> dict[WantedFile, InputImage | FileProblem]:
        """Find the files that steps and masks name."""
        return {file: self._wanted(file) for file in wanted}

    def _input(self, recipe: ParsedRecipe, declared: ParsedInput) -> Iterator[tuple[Place, InputImage | FileProblem]]:
        texts = [_text(recipe, template) for template in declared.patterns]
        if declared.kind != "glob":
            for at, text in enumerate(texts):
                place = (*declared.place, declared.kind, *([at] if declared.kind == "files" else []))
                yield place, _failed(text) if isinstance(text, ExpressionError) else self._file(text)
            return
        place = (*declared.place, "glob")
        if isinstance(texts[0], ExpressionError):
            yield place, _failed(texts[0])
            return
        paths = self._glob(texts[0], [_text(recipe, template) for template in declared.exclude])
        if not paths:
            hint = f"patterns are relative to the recipe's folder, '{self._folder}'"
            yield place, FileProblem("no-files", f"no file matches '{texts[0]}'", hint)
        for path in paths:
            yield place, self._file(path)

    def _glob(self, pattern: str, exclude: list[str | ExpressionError]) -> list[str]:
        found = glob.glob(pattern, root_dir=self._folder, recursive=True)  # noqa: PTH207 - Path.glob refuses '..'
        left_out = [_matcher(text) for text in exclude if isinstance(text, str)]
        paths = {Path(path).as_posix() for path in found if (self._folder / path).is_file()}
        return sorted(path for path in paths if not any(matches.fullmatch(path) for matches in left_out))

    def _wanted(self, wanted: WantedFile) -> InputImage | FileProblem:
        if wanted.kind == "picture" or not wanted.path.endswith(".*"):
            return self._file(wanted.path, missing="missing-mask" if wanted.kind == "mask" else "missing-file")
        pattern = Path(wanted.path)
        stem = pattern.name.removesuffix(".*")
        matches = [name for name in self._names_in(self._folder / pattern.parent) if Path(name).stem == stem]
        masks = [name for name in matches if Path(name).suffix.lower() in PICTURE_ENDINGS]
        if not masks:
            hint = "paths are relative to the recipe's folder; 'missing: skip' or 'full' does without"
            return FileProblem("missing-mask", f"there is no mask '{wanted.path}'", hint)
        if len(masks) > 1:
            return FileProblem("several-masks", f"'{wanted.path}' may be {' or '.join(masks)}", "remove all but one")
        return self._file((pattern.parent / masks[0]).as_posix())

    def _names_in(self, folder: Path) -> tuple[str, ...]:
        """The names of a folder's files; listed once, for a batch asks for every item."""
        if folder not in self._listed:
            try:
                self._listed[folder] = tuple(sorted(entry.name for entry in folder.iterdir() if entry.is_file()))
            except OSError:
                self._listed[folder] = ()  # the mask is then missing, and told so
        return self._listed[folder]

    def _file(self, text: str, missing: str = "missing-file") -> InputImage | FileProblem:
        try:
            path = (self._folder / text).resolve()
        except (OSError, ValueError, RuntimeError):
            return FileProblem("bad-path", f"{text!r} is not a path")
        if path not in self._found:
            self._found[path] = self._look(path, text, missing)
        return self._found[path]

    def _look(self, path: Path, text: str, missing: str) -> InputImage | FileProblem:
        if not path.is_relative_to(self._root):
            hint = f"the project is '{self._root}': copy the file into it"
            return FileProblem("outside-project", f"'{text}' is outside the project", hint)
        try:
            artifact = self._artifact(path)
        except FileNotFoundError:
            hint = f"paths are relative to the recipe's folder, '{self._folder}'"
            return FileProblem(missing, f"there is no file '{text}'", hint)
        except OSError as error:
            return FileProblem("unreadable-file", f"cannot read '{text}': {error.strerror}")
        except ImageError as error:
            return FileProblem(error.code, error.message, error.hint)
        return InputImage(path=path.relative_to(self._root).as_posix(), artifact=artifact)

    def _artifact(self, path: Path) -> Artifact:
        stamp = take_stamp(path)
        known = self._digests.get(path, stamp)
        if known is not None:
            return known
        from runner.images.codec import read_header
        from runner.images.opening import MAX_FILE_BYTES

        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)  # a larger one is refused by its header
        header = read_header(content, path.relative_to(self._root).as_posix())
        artifact = Artifact(
            digest=digest_bytes(content),
            media_type=header.media_type,
            size_bytes=len(content),
            width_px=header.size.width_px,
            height_px=header.size.height_px,
        )
        self._seen.append(SeenFile(path, stamp, artifact))
        return artifact


def read_checked(root: Path, image: InputImage) -> bytes:
    """Read a picture that was gathered, and see that it is still the same.

    Raises:
        UsageError: it changed or cannot be read any more.
    """
    try:
        content = (root / image.path).read_bytes()
    except OSError as error:
        raise UsageError("unreadable-file", f"cannot read '{image.path}': {error.strerror}") from error
    if digest_bytes(content) != image.artifact.digest:
        raise UsageError("input-changed", f"'{image.path}' changed while it was read", hint="try again")
    return content


def _text(recipe: ParsedRecipe, template: Template) -> str | ExpressionError:
    names = {"vars": Scope(recipe.variables), "recipe": Scope({"name": recipe.name})}
    try:
        value = template.evaluate(names)
    except ExpressionError as error:
        return error
    return value if isinstance(value, str) else ExpressionError(f"'{template.text}' is not text", template.text)


def _failed(error: str | ExpressionError) -> FileProblem:
    return FileProblem("bad-expression", str(error))


def _matcher(pattern: str) -> re.Pattern[str]:
    """Translate a pattern of ``exclude``: one without '/' is of the name, in any folder."""
    if "/" not in pattern:
        pattern = f"**/{pattern}"
    pieces = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    tokens = re.findall(r"\*\*/|\*\*|\*|\?|\[[^\]]+\]|.", pattern, re.DOTALL)
    return re.compile("".join(pieces.get(token, _literal(token)) for token in tokens))


def _literal(token: str) -> str:
    if len(token) > 2 and token.startswith("["):
        inside = token[1:-1].replace("\\", "\\\\")
        return f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
    return re.escape(token)
