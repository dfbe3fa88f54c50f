"""Compile a loop, and keep what was compiled where that is possible."""

from collections.abc import Callable
from typing import Any

from numba import njit


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function of plain arrays and numbers when it is first called.

    The result is kept beside the package or, where that is read-only, in the user's cache folder; ``NUMBA_CACHE_DIR``
    names another. Where none can be written, each process compiles for itself.
    """
    try:
        return njit(cache=True)(function)
    except RuntimeError:  # numba found no folder that it can write
        return njit(function)
