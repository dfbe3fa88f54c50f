"""The pictures of a recipe, from disk, tables and addresses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from runner.app.downloads import UrlPictures
from runner.app.files import FileFinder
from runner.app.patterns import matching_files
from runner.app.trees.tree import DISK, Tree
from runner.core.diagnostic import Diagnostic
from runner.core.digest import digest_bytes
from runner.core.errors import ImageError, UsageError
from runner.plan.gathered import FileProblem, Found, Inputs
from runner.plan.items import make_items
from runner.plan.plan import FileSource, InputImage, MaskSource
from runner.plan.scope import early_names
from runner.recipe.grammar import ExpressionError
from runner.recipe.parsed import ParsedInput, ParsedRecipe
from runner.recipe.template import Template
from runner.source.source import Place

Problem: TypeAlias = FileProblem | Diagnostic


@dataclass(slots=True)
class _Gathered:
    """What was found so far."""

    shared: dict[str, InputImage] = field(default_factory=dict)
    batch: list[Found] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)


def gather_inputs(recipe: ParsedRecipe, files: FileFinder, downloads: UrlPictures) -> Inputs | list[Diagnostic]:
    """Find the pictures that a recipe's inputs name.

    Args:
        recipe: The recipe.
        files: Looks at files.
        downloads: Fetches what is named by its address.

    Returns:
        The pictures, or every one that is missing, unreadable or outside the project.
    """
    gathered = _Gathered()
    for declared in recipe.inputs.values():
        is_batch = declared.is_batch
        for place, found in _input(recipe, declared, files, downloads):
            match found:
                case Diagnostic():
                    gathered.problems.append(found)
                case FileProblem():
                    span = recipe.source.value_span(place)
                    problem = recipe.source.diagnostic(span, found.code, found.message, hint=found.hint)
                    gathered.problems.append(problem)
                case Found() if is_batch:
                    gathered.batch.append(found)
                case Found():
                    gathered.shared[declared.name] = found.image
    items = make_items(recipe, recipe.batch, gathered.batch) if recipe.batch is not None else ()
    if isinstance(items, list):
        return gathered.problems + items
    return gathered.problems or Inputs(items, gathered.shared)


def read_checked(root: Path, image: InputImage) -> bytes:
    """Read a picture that was gathered, and see that it is still the same.

    Raises:
        ImageError: it cannot be read any more.
        UsageError: it changed.
    """
    return _read_checked(DISK, root, image.path, image.artifact.digest)


def read_sources(root: Path, sources: Iterable[MaskSource], tree: Tree = DISK) -> dict[str, bytes]:
    """Read the files that a mask is made from, and see that they are still the same; by what its spec calls them.

    Raises:
        ImageError: one cannot be read any more, or its bytes are not here.
        UsageError: one changed.
    """
    files = [source for source in sources if isinstance(source, FileSource)]
    return {source.ref: _read_checked(tree, root, source.path, source.ref) for source in files}


def _read_checked(tree: Tree, root: Path, path: str, digest: str) -> bytes:
    try:
        content = tree.read(root / path)
    except OSError as error:
        raise ImageError("unreadable-file", f"cannot read '{path}': {error.strerror}") from error
    if digest_bytes(content) != digest:
        raise UsageError("input-changed", f"'{path}' changed while it was read", hint="try again")
    return content


def _input(
    recipe: ParsedRecipe, declared: ParsedInput, files: FileFinder, downloads: UrlPictures
) -> Iterator[tuple[Place, Found | Problem]]:
    texts = [_text(recipe, template) for template in declared.patterns]
    if declared.kind == "files":
        yield from _listed(declared, texts, files)
        return
    place = (*declared.place, declared.kind)
    for text in texts:
        if isinstance(text, ExpressionError):
            yield place, FileProblem("bad-expression", str(text))
        elif declared.kind == "glob":
            yield from ((place, found) for found in _matching(recipe, declared, text, files))
        elif declared.kind in {"csv", "jsonl"}:
            yield from ((place, found) for found in _rows(recipe, declared, text, files))
        else:
            image = (
                downloads.picture(text)
                if declared.kind == "url"
                else files.picture(text, may_be_outside=declared.allow_outside)
            )
            yield place, Found(image) if isinstance(image, InputImage) else image


def _listed(
    declared: ParsedInput, texts: list[str | ExpressionError], files: FileFinder
) -> Iterator[tuple[Place, Found | Problem]]:
    named = [text for text in texts if isinstance(text, str)]
    pictures = files.pictures(named, may_be_outside=declared.allow_outside)
    for at, text in enumerate(texts):
        place = (*declared.place, declared.kind, at)
        if isinstance(text, ExpressionError):
            yield place, FileProblem("bad-expression", str(text))
        else:
            image = next(pictures)
            yield place, Found(image) if isinstance(image, InputImage) else image


def _matching(
    recipe: ParsedRecipe, declared: ParsedInput, pattern: str, files: FileFinder
) -> Iterator[Found | Problem]:
    exclude = [text for text in (_text(recipe, template) for template in declared.exclude) if isinstance(text, str)]
    paths = matching_files(files.tree, files.folder, pattern, exclude)
    if not paths:
        hint = f"patterns are relative to the recipe's folder, '{files.named_folder}'"
        yield FileProblem("no-files", f"no file matches '{pattern}'", hint)
    for image in files.pictures(paths, may_be_outside=declared.allow_outside):
        yield Found(image) if isinstance(image, InputImage) else image


def _rows(recipe: ParsedRecipe, declared: ParsedInput, text: str, files: FileFinder) -> Iterator[Found | Problem]:
    from runner.app.rows import read_rows

    path = files.place(text, may_be_outside=declared.allow_outside)
    if isinstance(path, FileProblem):
        yield path
    elif not files.tree.is_file(Path(path)):
        yield FileProblem(
            "missing-file",
            f"there is no file '{text}'",
            f"paths are relative to the recipe's folder, '{files.named_folder}'",
        )
    else:
        found = read_rows(recipe, declared, Path(path), text, files)
        if not found:
            yield FileProblem("no-files", f"no row of '{text}' is an item", "look at 'where'")
        yield from found


def _text(recipe: ParsedRecipe, template: Template) -> str | ExpressionError:
    try:
        value = template.evaluate(early_names(recipe))
    except ExpressionError as error:
        return error
    return value if isinstance(value, str) else ExpressionError(f"'{template.text}' is not text", template.text)
