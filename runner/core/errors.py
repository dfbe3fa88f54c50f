"""What can go wrong while running, and the exit codes.

RunnerError
├── ImageError        a picture cannot be read or is refused
├── EngineError       an engine did not find what it needs in the picture
├── ProviderError     a provider refused or failed
├── InDoubt           nobody can say whether something was bought
├── StoreError        the state or a blob is damaged or cannot be written
├── UsageError        the request cannot be carried out as it was typed
└── Refused           stopped before spending
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """The one meaning of each exit code."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3
    CHECKS_FAILED = 4
    IN_DOUBT = 5
    WORK_TO_DO = 10
    OUR_BUG = 70
    INTERRUPTED = 130


class RunnerError(Exception):
    """A failure that a person can act on.

    Args:
        code: Stable, in kebab-case.
        message: Stands alone; names the picture or action, lower case, no full stop.
        hint: What to type or look at.
        retryable: Whether the same thing may succeed when tried again.
    """

    def __init__(self, code: str, message: str, *, hint: str = "", retryable: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.retryable = retryable

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.code, self.message, self.hint, self.retryable)


def _rebuild(kind: type[RunnerError], code: str, message: str, hint: str, retryable: bool) -> RunnerError:
    """Make the error again in another process: keyword arguments do not travel by themselves."""
    return kind(code, message, hint=hint, retryable=retryable)


class ImageError(RunnerError):
    """A picture cannot be read, or is refused for its size or kind."""


class EngineError(RunnerError):
    """An engine did not find what it needs: no face, no visible iris, a hole without surroundings."""


class ProviderError(RunnerError):
    """A provider refused or failed."""


class InDoubt(RunnerError):
    """A request got no answer, and nobody can say whether it was taken as an order."""


class StoreError(RunnerError):
    """The state or a blob is damaged, or cannot be written."""


class UsageError(RunnerError):
    """What was typed cannot be carried out: no such run, cell, mask or model."""


class Refused(RunnerError):
    """Stopped before anything was spent: budget, unknown price, missing key, stale plan."""
