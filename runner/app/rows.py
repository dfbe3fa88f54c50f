"""The items of a table: the rows of a CSV or JSONL file, each with its picture."""

from pathlib import Path

from runner.app.files import FileFinder
from runner.app.trees.tree import Tree
from runner.core.diagnostic import Diagnostic, in_file_order
from runner.core.errors import UsageError
from runner.plan.gathered import FileProblem, Found
from runner.plan.plan import InputImage
from runner.plan.scope import early_names
from runner.recipe.expression import Undefined
from runner.recipe.grammar import ExpressionError
from runner.recipe.manifest import MAX_BYTES, ManifestText, Row, decode_manifest, split_manifest
from runner.recipe.manifest_csv import read_csv
from runner.recipe.manifest_jsonl import read_jsonl
from runner.recipe.parsed import ParsedInput, ParsedRecipe
from runner.recipe.template import Template
from runner.source.nearest import did_you_mean


def read_rows(
    recipe: ParsedRecipe, declared: ParsedInput, path: Path, shown: str, files: FileFinder
) -> list[Found] | list[Diagnostic]:
    """Read a table and find the picture of every row that ``where`` keeps.

    Args:
        recipe: Whose input it is.
        declared: The input, of the kind ``csv`` or ``jsonl``.
        path: The table.
        shown: Its path for diagnostics.
        files: Finds the pictures; their paths are relative to the recipe.

    Returns:
        The pictures with their rows; or every problem in the table, missing files with their rows.

    Raises:
        UsageError: the table cannot be read.
    """
    text = _text(files.tree, path, shown)
    if isinstance(text, list):
        return text
    rows = read_csv(text, shown, declared.columns) if declared.kind == "csv" else read_jsonl(text, shown)
    if isinstance(rows, list):
        return rows
    reader = _Reader(recipe, declared, split_manifest(text, shown))
    wanted = [(row, name) for row in rows if (name := reader.name(row)) is not None]
    pictures = files.pictures([name for _, name in wanted], may_be_outside=declared.allow_outside)
    found = [
        picture
        for (row, name), image in zip(wanted, pictures, strict=True)
        if (picture := reader.found(row, name, image)) is not None
    ]
    return in_file_order(reader.problems) or found


def _text(tree: Tree, path: Path, shown: str) -> str | list[Diagnostic]:
    try:
        return decode_manifest(tree.read(path, MAX_BYTES + 1), shown)
    except OSError as error:
        raise UsageError("unreadable-file", f"cannot read '{shown}': {error.strerror}") from error


class _Wrong(Exception):
    """A row's expression has no value; the problem is noted."""


class _Reader:
    def __init__(self, recipe: ParsedRecipe, declared: ParsedInput, manifest: ManifestText) -> None:
        self._recipe = recipe
        self._declared = declared
        self._manifest = manifest
        self._told: set[str] = set()
        self.problems: list[Diagnostic] = []

    def name(self, row: Row) -> str | None:
        """Name the picture of a row; None where the row is left out or something is wrong with it."""
        try:
            return self._image(row) if self._is_wanted(row) else None
        except _Wrong:
            return None

    def found(self, row: Row, name: str, image: InputImage | FileProblem) -> Found | None:
        """Put a row and its picture together; None where the picture cannot be used."""
        if isinstance(image, InputImage):
            return Found(image, row.values)
        span = self._manifest.span(row.line, name)
        self.problems.append(self._manifest.diagnostic(span, image.code, image.message, image.hint))
        return None

    def _is_wanted(self, row: Row) -> bool:
        if isinstance(self._declared.where, bool):
            return self._declared.where
        value = self._evaluate(self._declared.where, "where", row)
        if isinstance(value, bool):
            return value
        raise self._wrong("where", "wrong-type", f"'where' must be true or false, not '{value}'", "compare it: … == …")

    def _image(self, row: Row) -> str:
        if self._declared.image is None:
            raise self._wrong(
                "csv", "missing-key", "a table needs 'image': which column is the picture", "image: ${{ row.… }}"
            )
        value = self._evaluate(self._declared.image, "image", row)
        if isinstance(value, str) and value.strip():
            return value
        span = self._manifest.span(row.line, "")
        problem = self._manifest.diagnostic(
            span, "missing-file", "the row names no picture", "fill it in, or use 'where'"
        )
        self.problems.append(problem)
        raise _Wrong

    def _evaluate(self, template: Template, key: str, row: Row) -> object:
        columns = [name[1] for name in template.names if name[0] == "row" and name[1] not in row.values]
        try:
            value = template.evaluate(early_names(self._recipe, row.values))
        except ExpressionError as error:
            if columns:
                raise self._no_column(key, columns[0], row) from error
            raise self._wrong(key, error.code, str(error), error.hint) from error
        if isinstance(value, Undefined):
            raise self._no_column(key, columns[0] if columns else value.name, row)
        return value

    def _no_column(self, key: str, column: str, row: Row) -> _Wrong:
        return self._wrong(key, "unknown-name", f"there is no column '{column}'", did_you_mean(column, row.values))

    def _wrong(self, key: str, code: str, message: str, hint: str) -> _Wrong:
        """Note a problem of the recipe, once for all rows that have it."""
        if message not in self._told:
            self._told.add(message)
            place = (*self._declared.place, key)
            source = self._recipe.source
            span = source.value_span(place) if source.node(place) is not None else source.key_span(self._declared.place)
            self.problems.append(source.diagnostic(span, code, message, hint=hint))
        return _Wrong()
