"""Sizes in bytes for people."""

_LARGE = 1_000_000


def size_text(size_bytes: int) -> str:
    """Write a size in megabytes, a small one in kilobytes."""
    return f"{size_bytes / _LARGE:,.1f} MB" if size_bytes >= _LARGE else f"{size_bytes / 1000:.1f} kB"
