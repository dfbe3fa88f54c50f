"""The project of a recipe as it was at a ref of git: what a plan is compared with."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runner.app.trees.commit import CommitTree
from runner.app.trees.git import Repository, find_repository
from runner.app.trees.listing import Listed, list_commit
from runner.core.errors import UsageError

MOST_NAMES = 3
"""Files that a note names; more are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A project at a commit.

    Attributes:
        ref: As it was typed.
        root: Of the project.
        tree: Its files.
        listed: What git said of them.
    """

    ref: str
    commit: str
    root: Path
    tree: CommitTree
    listed: Listed

    def text(self, path: Path) -> str | None:
        """Read a text; None where there was no such file.

        Raises:
            UsageError: its bytes are not here, or are no text.
        """
        try:
            return self.tree.read(path).decode("utf-8-sig")
        except FileNotFoundError:
            return None
        except OSError as error:
            message = f"cannot read '{path.name}' at '{self.ref}': {error.strerror}"
            raise UsageError("unreadable-file", message) from error
        except UnicodeDecodeError as error:
            raise UsageError("not-utf-8", f"'{path.name}' at '{self.ref}' is not UTF-8") from error

    def notes(self) -> Iterator[str]:
        """Say what a reader should know of the files that were asked for."""
        absent = self._names(set(self.listed.absent))
        told_below = (".runner/", *(f"{name}/" for name in absent))
        outside = [name for name in self._names(self.tree.outside) if not name.startswith(told_below)]
        if outside:
            yield f"{_named(outside)} outside git: {_counts(outside)} as now."
        pointed = self._names(self.tree.pointed)
        if pointed:
            yield (
                f"{_named(pointed)} at {self.ref} in Git LFS, and not fetched: known by digest, measured as today "
                f"(git lfs fetch origin {self.commit[:12]})."
            )
        for name in absent:
            yield f"The submodule '{name}' is not here as it was at {self.ref}: its files count as now."

    def _names(self, paths: set[str]) -> list[str]:
        inside = [Path(path) for path in paths if Path(path).is_relative_to(self.root)]
        return sorted(path.relative_to(self.root).as_posix() for path in inside)


@contextlib.contextmanager
def open_base(ref: str, root: Path) -> Iterator[Base]:
    """Open a project as it was at a ref; nothing of the repository is changed.

    Raises:
        UsageError: there is no git, no such ref, or it is not in this clone.
    """
    if not ref.strip() or ref.startswith("-") or not ref.isprintable():
        raise UsageError("no-such-ref", f"'{ref}' is no git ref")
    repository = find_repository(root)
    commit = _commit(repository, ref)
    listed = list_commit(repository, commit)
    with CommitTree(listed) as tree:
        yield Base(ref=ref, commit=commit, root=root, tree=tree, listed=listed)


def _commit(repository: Repository, ref: str) -> str:
    commit = repository.commit(ref)
    if commit is not None:
        return commit
    if repository.is_shallow:
        message = f"'{ref}' is not in this clone, which has only a part of the history"
        raise UsageError("no-history", message, hint="git fetch --unshallow; in a workflow, fetch-depth: 0")
    remote = f"origin/{ref}"
    hint = f"did you mean '{remote}'?" if repository.commit(remote) is not None else "git log --all shows the commits"
    raise UsageError("no-such-ref", f"git has no commit '{ref}'", hint=hint)


def _named(names: list[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:MOST_NAMES])
    left = len(names) - MOST_NAMES
    return f"{shown}{f' and {left:,} more' if left > 0 else ''} {'is' if len(names) == 1 else 'are'}"


def _counts(names: list[str]) -> str:
    return "it counts" if len(names) == 1 else "they count"
