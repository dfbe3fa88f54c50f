"""The outputs of a run, folded from its events."""

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from runner.core.event import Event, OutputFailed, OutputWritten
from runner.plan.plan import Output
from runner.report.parts import OutputSummary


def fold_outputs(planned: Sequence[Output], journal: Iterable[Event]) -> tuple[OutputSummary, ...]:
    """Say of every planned output what became of it, and where it stands: one in quarantine stands elsewhere."""
    by_cell: dict[str, list[Output]] = {}
    for output in planned:
        by_cell.setdefault(output.cell, []).append(output)
    latest: dict[tuple[str, str], OutputWritten | OutputFailed] = {}
    for event in journal:
        if isinstance(event, OutputWritten | OutputFailed):
            meant = _meant(event.path, by_cell.get(event.cell, []))
            if meant is not None:
                latest[meant.cell, meant.path] = event
    return tuple(_output(output, latest.get((output.cell, output.path))) for output in planned)


def _meant(path: str, planned: Sequence[Output]) -> Output | None:
    """Find the planned output that a path stands for: its own, or else one with the same end."""
    exact = next((output for output in planned if output.path == path), None)
    return exact or max(
        (output for output in planned if _alike(output.path, path)),
        key=lambda output: _alike(output.path, path),
        default=None,
    )


def _alike(one: str, other: str) -> int:
    """Count the parts in which two paths end alike."""
    pairs = zip(reversed(PurePosixPath(one).parts), reversed(PurePosixPath(other).parts), strict=False)
    alike = 0
    for left, right in pairs:
        if left != right:
            break
        alike += 1
    return alike


def _output(planned: Output, event: OutputWritten | OutputFailed | None) -> OutputSummary:
    written = event if isinstance(event, OutputWritten) else None
    failed = event if isinstance(event, OutputFailed) else None
    return OutputSummary(
        cell=planned.cell,
        path=event.path if event else planned.path,
        key=planned.key,
        digest=written.digest if written else None,
        unchanged=written.unchanged if written else False,
        quarantined=written is not None and written.path != planned.path,
        code=failed.code if failed else "",
        error=failed.message if failed else "",
    )
