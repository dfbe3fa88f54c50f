"""Kills this process at a chosen instant: the n-th moment before or after something lasting is done."""

import os
import signal
from collections.abc import Callable
from typing import Any


def counted(function: Callable[..., Any], left: list[int]) -> Callable[..., Any]:
    """Let a function pass two instants; ``left`` holds how many are left until the kill.

    Args:
        function: What does something lasting.
        left: One number, shared by all functions that are counted.
    """

    def killed_before_or_after(*args: Any, **kwargs: Any) -> Any:
        _pass(left)
        result = function(*args, **kwargs)
        _pass(left)
        return result

    return killed_before_or_after


def _pass(left: list[int]) -> None:
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
