"""What git knows of a work tree: its files at a commit, and those of today; submodules as a part of it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from runner.app.trees.git import Repository, is_work_tree
from runner.app.trees.objects import Objects

_LINK, _SUBMODULE = "120000", "160000"


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a commit.

    Attributes:
        objects: Gives its bytes, or the path that a link leads to.
    """

    oid: str
    is_link: bool
    objects: Objects


@dataclass(frozen=True, slots=True)
class Listed:
    """Files by their absolute paths.

    Attributes:
        then: Those of the commit.
        unchanged: Those of them that lie on the disk with the same content.
        tracked: All that git tracks now: a file of these that is not in ``then`` is new, others are outside git.
        repositories: The work tree and its submodules.
        absent: Submodules that the commit has and whose files at it are not here.
    """

    then: dict[str, Blob] = field(default_factory=dict)
    unchanged: set[str] = field(default_factory=set)
    tracked: set[str] = field(default_factory=set)
    repositories: list[tuple[Repository, Objects]] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


def list_commit(repository: Repository, commit: str) -> Listed:
    """List a work tree as it was at a commit and as it is; who closes the objects is the caller.

    Raises:
        UsageError: a part of the commit is not in this clone.
    """
    listed = Listed()
    _list(repository, commit, listed)
    return listed


def _list(repository: Repository, commit: str | None, listed: Listed) -> None:
    objects = Objects(repository)
    listed.repositories.append((repository, objects))
    then = dict(_commit_files(repository, commit)) if commit is not None else {}
    now = dict(_index_files(repository))
    changed = set(_names(repository.ask("diff-files", "--name-only", "--ignore-submodules=all", "-z")))
    for name, (mode, oid) in then.items():
        if mode != _SUBMODULE:
            place = _place(repository, name)
            listed.then[place] = Blob(oid, mode == _LINK, objects)
            if now.get(name) == (mode, oid) and name not in changed:
                listed.unchanged.add(place)
    listed.tracked.update(_place(repository, name) for name, (mode, _) in now.items() if mode != _SUBMODULE)
    for name in sorted(name for name, (mode, _) in (then | now).items() if mode == _SUBMODULE):
        _list_submodule(repository.top / name, then.get(name), listed)


def _list_submodule(top: Path, then: tuple[str, str] | None, listed: Listed) -> None:
    commit = then[1] if then is not None and then[0] == _SUBMODULE else None
    submodule = Repository(top)
    if not is_work_tree(top) or (commit is not None and submodule.commit(commit) is None):
        if commit is not None:
            listed.absent.append(str(top))
        return
    _list(submodule, commit, listed)


def _commit_files(repository: Repository, commit: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for entry in _names(repository.ask("ls-tree", "-r", "-z", "--full-tree", commit)):
        facts, _, name = entry.partition("\t")
        mode, _kind, oid = facts.split(" ")
        yield name, (mode, oid)


def _index_files(repository: Repository) -> Iterator[tuple[str, tuple[str, str]]]:
    for entry in _names(repository.ask("ls-files", "--stage", "-z")):
        facts, _, name = entry.partition("\t")
        mode, oid, _stage = facts.split(" ")
        yield name, (mode, oid)


def _place(repository: Repository, name: str) -> str:
    return f"{repository.top}{os.sep}{name.replace('/', os.sep)}"


def _names(output: bytes) -> list[str]:
    return [os.fsdecode(name) for name in output.split(b"\0") if name]
