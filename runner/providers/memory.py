"""How a worker process holds its memory."""

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt(3)
_LARGEST_BYTES = 2**30


def hold_memory(most_bytes: int) -> None:
    """Let what one picture needed serve the next, instead of giving it to the system and asking for it again.

    The system clears every page that it hands out, which takes longer than many a step on the pixels. Where the C
    library cannot be told so, this does nothing.

    Args:
        most_bytes: How much may be held that nothing needs.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _LARGEST_BYTES)
        mallopt(_TRIM_THRESHOLD, most_bytes)
