"""Natural colors of eyes by name, for recipes that name a color and give no numbers."""

import re
from types import MappingProxyType

from rapidfuzz import fuzz, process

EYE_COLORS = MappingProxyType(
    {
        "amber": (176, 116, 44),
        "aqua": (104, 176, 182),
        "black": (38, 28, 24),
        "blue": (88, 134, 182),
        "blue gray": (118, 140, 160),
        "blue green": (82, 142, 142),
        "brown": (98, 62, 38),
        "caramel": (150, 98, 52),
        "chestnut": (112, 64, 40),
        "copper": (152, 86, 46),
        "dark blue": (48, 82, 132),
        "dark brown": (66, 42, 28),
        "dark gray": (86, 92, 98),
        "dark green": (62, 92, 64),
        "deep blue": (42, 76, 128),
        "deep brown": (58, 36, 24),
        "deep green": (48, 84, 58),
        "emerald": (48, 128, 92),
        "emerald green": (48, 128, 92),
        "forest green": (50, 110, 60),
        "gold": (190, 142, 62),
        "gray": (132, 142, 150),
        "green": (98, 132, 84),
        "hazel": (126, 98, 56),
        "honey": (172, 124, 62),
        "ice blue": (166, 200, 222),
        "jade": (88, 146, 112),
        "light blue": (132, 176, 212),
        "light brown": (142, 100, 64),
        "light gray": (168, 176, 182),
        "light green": (142, 168, 116),
        "mint": (142, 186, 158),
        "navy": (36, 58, 104),
        "ocean blue": (62, 116, 160),
        "olive": (108, 106, 62),
        "purple": (104, 78, 138),
        "sapphire": (46, 92, 160),
        "silver": (172, 178, 184),
        "sky blue": (118, 168, 212),
        "steel blue": (92, 124, 154),
        "teal": (58, 122, 126),
        "turquoise": (82, 164, 170),
        "violet": (118, 98, 158),
    }
)
"""sRGB 0 to 255 by name: the mean of an iris in white light, as photos have it, not the color of paint."""

_ALIKE = (("grey", "gray"), ("pale", "light"), ("bright", "light"), ("golden", "gold"))
_LEAST_SCORE = 60


def color_named(name: str) -> tuple[int, int, int] | None:
    """Look a color up; case, spaces, hyphens, underscores and a trailing 'eyes' do not matter.

    Returns:
        sRGB 0 to 255, or None where the name is not known.
    """
    return EYE_COLORS.get(_plain(name))


def nearest_names(name: str) -> list[str]:
    """List up to three names that were perhaps meant, the nearest first; empty where none is near."""
    found = process.extract(_plain(name), list(EYE_COLORS), scorer=fuzz.ratio, limit=3, score_cutoff=_LEAST_SCORE)
    return [near for near, _, _ in found]


def _plain(name: str) -> str:
    words = " ".join(re.split(r"[\s_\-]+", name.strip().lower())).removesuffix(" eyes").removesuffix(" eye")
    for other, usual in _ALIKE:
        words = re.sub(rf"\b{other}\b", usual, words)
    bare = words.replace(" ", "")
    return next((name for name in EYE_COLORS if name.replace(" ", "") == bare), words)
