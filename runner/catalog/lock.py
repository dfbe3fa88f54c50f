"""The lock file: what a recipe was made with, one sorted line a fact, so that git merges it line by line."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from runner.catalog.lock_lines import (
    ACTION_FORM,
    URL_FORM,
    LockedAction,
    UrlPin,
    action_line,
    parse_action_line,
    parse_url_line,
    url_line,
)
from runner.core.diagnostic import Diagnostic, Span
from runner.core.digest import ActionKey

HEADER = "# runner-lock/1"

_OTHER_LINE = re.compile(r"#.*|[a-z][a-z0-9-]*(?: .*)?")
_CONFLICT = re.compile(r"<{7}|={7}|>{7}|\|{7}")


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock file.

    Attributes:
        urls: By ``UrlPin.url``.
        actions: By key; several of one key where a merge brought results of both sides.
        others: Lines of other kinds, as they stand: a newer version's, comments.
    """

    urls: Mapping[str, UrlPin] = field(default_factory=dict)
    actions: Mapping[ActionKey, tuple[LockedAction, ...]] = field(default_factory=dict)
    others: tuple[str, ...] = ()


EMPTY_LOCK = Lock()


def with_urls(lock: Lock, pins: Iterable[UrlPin]) -> Lock:
    """Replace all pinned URLs, and keep everything else."""
    return replace(lock, urls={pin.url: pin for pin in pins})


def with_actions(lock: Lock, actions: Iterable[LockedAction]) -> Lock:
    """Replace all actions, and keep everything else."""
    by_key: dict[ActionKey, tuple[LockedAction, ...]] = {}
    for action in actions:
        by_key[action.key] = (*by_key.get(action.key, ()), action)
    return replace(lock, actions=by_key)


def read_lock(text: str, path: str) -> Lock | list[Diagnostic]:
    """Read a lock file: its lines may stand in any order and more than once, as after a merge.

    Args:
        text: The file's text.
        path: The file as the user named it, for the diagnostics.

    Returns:
        The lock, or every reason why it cannot be used, in file order; a merge conflict is one, whatever else is wrong.
    """
    lines = [line.removesuffix("\r").rstrip(" \t") for line in text.removeprefix("\ufeff").split("\n")]
    reading = _Reading(path)
    conflict = next((number for number, line in enumerate(lines, 1) if _CONFLICT.match(line)), None)
    if conflict is not None:
        reading.report_conflict(conflict, lines[conflict - 1])
    elif reading.is_ours(lines[0]):
        for number, line in enumerate(lines[1:], 2):
            reading.read(number, line)
    return reading.problems or reading.lock()


def write_lock(lock: Lock) -> str:
    """Write a lock file: the header, then every line once, sorted by code point.

    Raises:
        ValueError: a URL cannot be written: it is not https, or has a space or a query in it.
    """
    lines = {url_line(pin) for pin in lock.urls.values()} | set(lock.others)
    lines |= {action_line(action) for actions in lock.actions.values() for action in actions}
    return "\n".join([HEADER, *sorted(lines), ""])


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was read so far."""

    path: str
    urls: dict[str, UrlPin] = field(default_factory=dict)
    actions: dict[str, LockedAction] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    problems: list[Diagnostic] = field(default_factory=list)

    def lock(self) -> Lock:
        lock = Lock(self.urls, {}, tuple(sorted(self.others)))
        return with_actions(lock, (self.actions[line] for line in sorted(self.actions)))

    def is_ours(self, header: str) -> bool:
        if re.fullmatch(r"# runner-lock/[0-9]+", header) and header != HEADER:
            message = f"'{header[2:]}' is another format than '{HEADER[2:]}'"
            self.report_problem(1, header, "lock-version", message, "update edit-runner")
        elif header != HEADER:
            message = f"a lock file begins with '{HEADER}'"
            self.report_problem(1, header, "bad-lock-line", message, "remove the file: the next run writes it again")
        return header == HEADER

    def report_conflict(self, number: int, line: str) -> None:
        hint = "keep the lines of both sides, remove those of '<', '=' and '>': the next run puts the rest in order"
        self.report_problem(number, line, "merge-conflict", "a merge conflict was left here", hint)

    def read(self, number: int, line: str) -> None:
        if not line or line == HEADER:
            return
        kind = line.split(" ", 1)[0]
        if kind == "url":
            self._url(number, line)
        elif kind == "action":
            self._action(number, line)
        elif _OTHER_LINE.fullmatch(line):
            self.others.add(line)
        else:
            self.report_problem(number, line, "bad-lock-line", "this is no line of a lock file", "remove it")

    def _url(self, number: int, line: str) -> None:
        pin = parse_url_line(line)
        if pin is None:
            self.report_problem(number, line, "bad-lock-line", "this is no pinned url", f"a line such as: {URL_FORM}")
        elif self.urls.setdefault(pin.url, pin) != pin:
            message = f"'{pin.url}' is pinned twice, to different content"
            self.report_problem(number, line, "repeated-pin", message, "remove the line that is wrong")

    def _action(self, number: int, line: str) -> None:
        action = parse_action_line(line)
        if action is None:
            message = "this is no locked action"
            self.report_problem(number, line, "bad-lock-line", message, f"a line such as: {ACTION_FORM}")
        else:
            self.actions[line] = action

    def report_problem(self, number: int, line: str, code: str, message: str, hint: str) -> None:
        span = Span(number, 1, max(1, len(line)))
        self.problems.append(Diagnostic(path=self.path, span=span, code=code, message=message, hint=hint, source=line))
