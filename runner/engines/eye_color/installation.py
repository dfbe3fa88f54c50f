"""Say what to install where the packages that look for faces are not there, or not whole."""

import contextlib
from collections.abc import Iterator

from runner.core.errors import EngineError

INSTALL = 'pip install "edit-runner[local]"'
_SYSTEM_LIBRARIES = "apt-get install libegl1 libgles2 libgl1 (or what your system calls them)"


@contextlib.contextmanager
def installation_explained() -> Iterator[None]:
    """Turn what missing packages and system libraries raise, inside the block, into what to type.

    Raises:
        EngineError: ``engine-not-installed``.
    """
    try:
        yield
    except OSError as error:
        raise _library_missing(error) from error
    except ImportError as error:
        if "cannot open shared object" in str(error):
            raise _library_missing(error) from error
        raise EngineError(
            "engine-not-installed",
            f"looking for faces needs a package that is not installed: {error}",
            hint=INSTALL,
        ) from error


def _library_missing(error: Exception) -> EngineError:
    return EngineError(
        "engine-not-installed",
        f"looking for faces needs a library of the system that cannot be loaded: {error}",
        hint=_SYSTEM_LIBRARIES,
    )
