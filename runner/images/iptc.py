"""Author and rights from IPTC's old information model, which many agencies still write alone."""

from PIL import IptcImagePlugin
from PIL.ImageFile import ImageFile

from runner.images.opening import BROKEN, quiet

_CHARACTER_SET, _AUTHOR, _COPYRIGHT = (1, 90), (2, 80), (2, 116)
_UTF8 = b"\x1b%G"


def read_rights(image: ImageFile) -> dict[int, str]:
    """Give author and copyright of a JPEG or TIFF by the numbers of their EXIF tags; empty where there are none.

    References:
        IPTC-NAA Information Interchange Model, version 4.2: datasets 1:90, 2:80 and 2:116.
    """
    try:
        with quiet():
            found = IptcImagePlugin.getiptcinfo(image) or {}
    except BROKEN:
        return {}
    encoding = "utf-8" if found.get(_CHARACTER_SET) == _UTF8 else "latin-1"
    rights = {0x013B: _text(found.get(_AUTHOR), encoding), 0x8298: _text(found.get(_COPYRIGHT), encoding)}
    return {tag: text for tag, text in rights.items() if text}


def _text(value: bytes | list[bytes] | None, encoding: str) -> str:
    parts = value if isinstance(value, list) else [value or b""]
    return "; ".join(part.decode(encoding, "replace").strip("\0 ") for part in parts)
