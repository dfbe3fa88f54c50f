"""Make a project that runs at once."""

from dataclasses import dataclass
from pathlib import Path

from runner.core.errors import UsageError
from runner.samples.project import Sample, find_sample, project_files


@dataclass(frozen=True, slots=True)
class NewProject:
    """What was made: its folder and recipe, and how many files were written."""

    folder: Path
    sample: Sample
    written: int


def make_project(folder: Path, template: str) -> NewProject:
    """Write a sample project; files that are there already with the same content are left alone.

    Raises:
        UsageError: a file of another content is in the way, the template is unknown, its photos are not installed, or
            the folder cannot be written. In all but the last case nothing was written.
    """
    sample = find_sample(template)
    files = project_files(sample)
    missing = {path: content for path, content in files.items() if not _is_there(folder / path, content)}
    try:
        for path, content in missing.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    except OSError as error:
        raise UsageError("not-writable", f"cannot write '{folder}': {error.strerror}") from error
    return NewProject(folder, sample, len(missing))


def _is_there(path: Path, content: bytes) -> bool:
    try:
        found = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise UsageError("not-writable", f"'{path}' is in the way: {error.strerror}") from error
    if found != content:
        hint = "choose another folder: runner init DIR"
        raise UsageError("file-in-the-way", f"'{path}' is there already, with other content", hint=hint)
    return True
