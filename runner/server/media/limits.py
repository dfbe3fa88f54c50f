"""What is too much, before anything is decoded."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLimits:
    """The limits of one run's media.

    Attributes:
        file_bytes: Of one picture, or of one archive as it is sent.
        pixels: Of one picture, as its header says.
        members: Files in an archive.
        directory_bytes: Of an archive's table of contents.
        member_bytes: Of one file in an archive, unpacked.
        ratio: How many times larger than packed a file in an archive may be, where it is over ``ratio_from_bytes``.
    """

    file_bytes: int = 50 * 2**20
    pixels: int = 64_000_000
    members: int = 1000
    directory_bytes: int = 2**20
    member_bytes: int = 64 * 2**20
    ratio: int = 100
    ratio_from_bytes: int = 4 * 2**20
