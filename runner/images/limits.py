"""How large a picture may be that is opened."""

MAX_FILE_BYTES = 256 * 2**20
MAX_PIXELS = 120_000_000
"""Above the largest pictures of today's cameras; decoding so many stays below a gigabyte."""
