"""The colors in which the engine is measured and shown."""

from types import MappingProxyType
from typing import TypeAlias

Rgb: TypeAlias = tuple[int, int, int]
"""An sRGB color, 0 to 255."""

SCORED = MappingProxyType({"light blue": (132, 176, 212), "emerald": (48, 128, 92), "dark brown": (66, 42, 28)})
"""The targets whose figures count."""

SHOWN = MappingProxyType(
    {"light blue": SCORED["light blue"], "emerald": SCORED["emerald"], "amber": (176, 116, 44)}
    | {"dark brown": SCORED["dark brown"]}
)
"""The targets of the contact sheets."""
