"""Tables in Markdown."""

from collections.abc import Callable, Iterator, Sequence

from bench.engines.bars import Figure, T
from bench.engines.shared_data import Part, part_of


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, words: int = 1) -> Iterator[str]:
    """Write a table, its first columns of words to the left, the numbers after them to the right."""
    yield _line(heads)
    yield _line([*["---"] * words, *["--:"] * (len(heads) - words)])
    for row in rows:
        yield _line(row)


def figure_table(figures: Sequence[Figure[T]], items: Sequence[T], name_of: Callable[[T], str]) -> Iterator[str]:
    """Write figures on both parts of a set, and on all of it against their bars."""
    parts = [[item for item in items if part_of(name_of(item)) is part] for part in Part]
    heads = ["figure", "to reach", *(f"{part} ({len(some)})" for part, some in zip(Part, parts, strict=True))]
    rows = [_figure_row(figure, [*parts, items]) for figure in figures]
    yield from table([*heads, f"all ({len(items)})", "verdict"], rows)


def _figure_row(figure: Figure[T], parts: Sequence[Sequence[T]]) -> list[str]:
    values = [figure.compute(part) for part in parts]
    return [figure.bar.name, str(figure.bar), *map(figure.bar.show, values), figure.bar.verdict(values[-1])]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '¦') for cell in cells)} |"
