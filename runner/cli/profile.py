"""Where the time of a command goes: a profile that ``python -m pstats`` reads."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runner.cli.console import Console
from runner.core.errors import UsageError

_PROFILE = re.compile(rb"[{\xfb][)\xa9]\x03")
"""How a profile begins: a dictionary whose first key has three parts."""


@contextmanager
def profiled(path: Path) -> Iterator[None]:
    """Profile what happens inside, in this thread; the profile is written however that ends.

    Raises:
        UsageError: ``no-profile``: it could not be written there, or another file would be lost.
    """
    _make_sure(path)
    from cProfile import Profile

    profile = Profile()
    profile.enable()
    try:
        yield
    finally:
        profile.disable()
        try:
            profile.dump_stats(path)
        except OSError as error:  # what the command came to matters more
            Console.plain().note(f"warning: cannot write the profile '{path}': {error.strerror}")


def _make_sure(path: Path) -> None:
    """See that a profile can be written, and that no file of another kind is lost by it."""
    try:
        with path.open("a+b") as file:
            file.seek(0)
            start = file.read(3)
    except OSError as error:
        raise UsageError("no-profile", f"cannot write the profile '{path}': {error.strerror}") from error
    if start and not _PROFILE.match(start):
        hint = "name a file that is not there yet, such as slow.prof"
        raise UsageError("no-profile", f"'{path}' is there already, and is no profile", hint=hint)
