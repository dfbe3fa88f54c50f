"""A recipe from disk, checked as far as that goes without its pictures."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from runner.app.project import Problems, Project
from runner.app.trees.tree import DISK, Tree
from runner.core.diagnostic import Diagnostic, Span, in_file_order
from runner.core.errors import UsageError
from runner.plan.check import Providers, check_models
from runner.recipe.parse import parse_recipe
from runner.recipe.parsed import ParsedRecipe
from runner.source.load import MAX_BYTES, read_source
from runner.source.nearest import nearest
from runner.source.source import MappingNode, Place, ScalarNode, SequenceNode, Source


def read_recipe(path: Path, project: Project, providers: Providers) -> ParsedRecipe | Problems:
    """Read and check a recipe: its text, its names, its models, and that the files that it names are there.

    Args:
        path: As the user named it; it stands in the diagnostics.
        project: Where it belongs.
        providers: Who runs the steps that do not say.

    Raises:
        UsageError: there is no such file, or it cannot be read.
    """
    text = _read_text(path)
    if isinstance(text, Diagnostic):
        return Problems((text,))
    return check_text(text, path, project, providers)


def check_text(
    text: str, path: Path, project: Project, providers: Providers, tree: Tree = DISK
) -> ParsedRecipe | Problems:
    """Check a recipe's text as if it stood at a path, among the files of a tree."""
    source = read_source(text, str(path))
    if isinstance(source, list):
        return Problems(tuple(source))
    recipe = parse_recipe(source)
    problems = list(recipe) if isinstance(recipe, list) else []
    problems += check_models(source, project.catalog, providers)
    problems += _missing_files(source, path.parent, tree)
    if isinstance(recipe, list) or problems:
        return Problems(tuple(in_file_order(problems)))
    return recipe


def _read_text(path: Path) -> str | Diagnostic:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise UsageError("no-such-file", f"there is no recipe '{path}'", hint="runner init makes one") from error
    except OSError as error:
        raise UsageError("unreadable-file", f"cannot read '{path}': {error.strerror}") from error
    if len(content) > MAX_BYTES:
        message = f"the file has {len(content):,} bytes, at most {MAX_BYTES:,} are read"
        return Diagnostic(path=str(path), span=Span(1, 1), code="too-large", message=message)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        span = Span(before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1)
        message = f"the byte 0x{content[error.start]:02x} is not UTF-8"
        return Diagnostic(path=str(path), span=span, code="not-utf-8", message=message, hint="save the file as UTF-8")


def _missing_files(source: Source, folder: Path, tree: Tree) -> Iterator[Diagnostic]:
    """Report files that are named without an expression and are not there, all at once."""
    for place, name in _named_files(source):
        if "${{" not in name and not _exists(tree, folder / name):
            message = f"there is no file '{name}'"
            hint = _near_file(folder, name) or f"paths are relative to the recipe's folder, '{folder}'"
            yield source.diagnostic(source.value_span(place), "missing-file", message, hint=hint)


def _exists(tree: Tree, path: Path) -> bool:
    try:
        return tree.exists(path.absolute())
    except (OSError, RuntimeError, ValueError):  # links in a circle, no path at all
        return False


def _near_file(folder: Path, name: str) -> str:
    """Propose the file that was probably meant, of those that stand where it would."""
    try:
        beside = [entry.name for entry in (folder / name).parent.iterdir() if entry.is_file()]
    except (OSError, ValueError):  # no such folder; no path at all
        return ""
    near = nearest(PurePosixPath(name).name, beside)
    return f"did you mean '{PurePosixPath(name).with_name(near)}'?" if near is not None else ""


def _named_files(source: Source) -> Iterator[tuple[Place, str]]:
    for section in ("inputs", "masks"):
        node = source.node((section,))
        for name in node.entries if isinstance(node, MappingNode) else ():
            yield from _texts(source, (section, name, "file"))
            files = source.node((section, name, "files"))
            for at in range(len(files.items) if isinstance(files, SequenceNode) else 0):
                yield from _texts(source, (section, name, "files", at))


def _texts(source: Source, place: Place) -> Iterator[tuple[Place, str]]:
    node = source.node(place)
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        yield place, node.value
