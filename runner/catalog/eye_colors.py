"""Colors of eyes by name, for recipes that name a color and give no numbers.

What the names say:
    Natural eyes go from light blue over gray, green and hazel to dark brown, the order of the classes in D. A. Mackey
    et al., "Classification of iris colour: review and refinement of a classification schema", Clinical and Experimental
    Ophthalmology 39(5), 2011. Fashion adds what tinted lenses are sold as: honey, turquoise, sapphire, amethyst.

Where the numbers come from:
    They are chosen here, as the mean of an iris in white light as photos have it, with shadow of the lids and all. The
    names of CSS (W3C, CSS Color Module Level 4) are of no use for that: they are colors of paint and light, and
    'gold', 'teal' or 'violet' has 1.6 to 2.6 times the chroma there, in OKLCh, that it has here.
"""

import re
from colorsys import hls_to_rgb, rgb_to_hls
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

EYE_COLORS = MappingProxyType(
    {
        "amber": (168, 116, 58),
        "amethyst": (126, 104, 150),
        "aqua": (112, 170, 176),
        "baby blue": (150, 188, 216),
        "black": (38, 28, 24),
        "blue": (92, 132, 172),
        "blue gray": (118, 140, 160),
        "blue green": (82, 142, 142),
        "brown": (98, 62, 38),
        "caramel": (150, 98, 52),
        "chestnut": (112, 64, 40),
        "chocolate": (78, 48, 32),
        "cobalt": (58, 88, 146),
        "cognac": (140, 82, 42),
        "copper": (152, 86, 46),
        "dark blue": (48, 82, 132),
        "dark brown": (66, 42, 28),
        "dark gray": (86, 92, 98),
        "dark green": (62, 92, 64),
        "deep blue": (48, 76, 120),
        "deep brown": (58, 36, 24),
        "deep green": (48, 84, 58),
        "emerald": (62, 126, 96),
        "emerald green": (62, 126, 96),
        "forest green": (58, 104, 66),
        "gold": (182, 142, 80),
        "gray": (132, 142, 150),
        "green": (98, 132, 84),
        "hazel": (130, 98, 58),
        "honey": (168, 124, 70),
        "ice blue": (166, 200, 222),
        "indigo": (74, 78, 130),
        "jade": (92, 142, 112),
        "lavender": (152, 138, 182),
        "light blue": (136, 174, 204),
        "light brown": (142, 100, 64),
        "light gray": (168, 176, 182),
        "light green": (142, 168, 116),
        "lilac": (158, 136, 176),
        "mint": (142, 186, 158),
        "moss green": (96, 114, 60),
        "navy": (42, 60, 100),
        "ocean blue": (70, 114, 152),
        "olive": (108, 106, 62),
        "pink": (178, 130, 142),
        "purple": (104, 84, 130),
        "red": (140, 62, 54),
        "sage": (128, 146, 116),
        "sapphire": (60, 96, 150),
        "sea green": (78, 144, 124),
        "silver": (172, 178, 184),
        "sky blue": (124, 166, 202),
        "slate": (100, 114, 128),
        "steel blue": (92, 124, 154),
        "teal": (66, 118, 122),
        "topaz": (174, 130, 70),
        "turquoise": (94, 156, 162),
        "violet": (120, 104, 150),
        "whiskey": (158, 102, 44),
        "yellow": (190, 164, 86),
    }
)
"""sRGB 0 to 255 by name: the mean of an iris in white light, as photos have it, not the color of paint."""


class _Change(NamedTuple):
    """What a word before a color does to it, in HLS: a factor on its distance from black or white, and on its chroma.

    Attributes:
        lightness: Below 1 a factor on lightness; above 1, what is beyond is the share of the way to white.
        saturation: A factor.
    """

    lightness: float
    saturation: float


_CHANGES = MappingProxyType(
    {
        "bright": _Change(1.1, 1.2),
        "clear": _Change(1.1, 1.05),
        "dark": _Change(0.65, 1.0),
        "deep": _Change(0.6, 1.1),
        "light": _Change(1.25, 0.9),
        "muted": _Change(1.0, 0.6),
        "soft": _Change(1.1, 0.7),
        "vivid": _Change(1.0, 1.35),
    }
)
_ALIKE = (("grey", "gray"), ("pale", "light"), ("golden", "gold"), ("bluish", "blue"))
_IDLE = re.compile(r"\b(?:natural|pure|true|medium|colou?red|colou?r|eyes?|iris|irises)\b")
_LEAST_SCORE = 60


@lru_cache(maxsize=256)
def color_named(name: str) -> tuple[int, int, int] | None:
    """Look a color up; case, spaces, hyphens, underscores and words such as 'eyes' do not matter.

    Where the table has not the whole name, a word such as 'dark', 'deep' or 'bright' changes the color after it, and
    two colors in a row are mixed: 'bright hazel', 'green hazel', 'gray-blue'.

    Returns:
        sRGB 0 to 255, or None where the name is not known.
    """
    return _color_of(_plain(name).split())


def nearest_names(name: str) -> list[str]:
    """List up to three names that were perhaps meant, the nearest first; empty where none is near."""
    from rapidfuzz import fuzz, process

    plain = _plain(name)
    found = process.extract(plain, list(EYE_COLORS), scorer=fuzz.ratio, limit=3, score_cutoff=_LEAST_SCORE)
    return [near for near, _, _ in found]


def _plain(name: str) -> str:
    words = _IDLE.sub(" ", re.sub(r"[\s_\-]+", " ", name.lower()))
    for other, usual in _ALIKE:
        words = re.sub(rf"\b{other}\b", usual, words)
    words = re.sub(r"\b(green|brown|gray|yellow)ish\b", r"\1", " ".join(words.split()))
    bare = words.replace(" ", "")
    return next((name for name in EYE_COLORS if name.replace(" ", "") == bare), words)


def _color_of(words: list[str]) -> tuple[int, int, int] | None:
    """Read a name at the end, the longest that leaves a meaning to what stands before it."""
    for start in range(len(words)):
        color = EYE_COLORS.get(" ".join(words[start:]))
        read = None if color is None else _before(words[:start], color)
        if read is not None:
            return read
    return None


def _before(words: list[str], color: tuple[int, int, int]) -> tuple[int, int, int] | None:
    if not words:
        return color
    *others, last = words
    if last in _CHANGES:
        return _before(others, _changed(color, _CHANGES[last]))
    other = _color_of(words)
    return None if other is None else _mixed(other, color)


def _changed(color: tuple[int, int, int], change: _Change) -> tuple[int, int, int]:
    hue, lightness, saturation = rgb_to_hls(*(value / 255 for value in color))
    beyond = max(change.lightness - 1, 0.0)
    lighter = lightness * min(change.lightness, 1.0)
    red, green, blue = hls_to_rgb(hue, lighter + beyond * (1 - lighter), min(saturation * change.saturation, 1.0))
    return round(red * 255), round(green * 255), round(blue * 255)


def _mixed(one: tuple[int, int, int], other: tuple[int, int, int]) -> tuple[int, int, int]:
    red, green, blue = ((a + b) // 2 for a, b in zip(one, other, strict=True))
    return red, green, blue
