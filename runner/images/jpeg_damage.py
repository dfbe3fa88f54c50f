"""Damage in JPEG data that still decodes: Pillow keeps libjpeg's warnings to itself."""

import simplejpeg


def jpeg_damage(content: bytes) -> tuple[str, ...]:
    """Say what libjpeg finds wrong in the data of a JPEG that could be decoded; nothing where it is sound.

    All the data is read, but the picture is made at an eighth of its width and height only, which is quick.
    """
    try:
        _, _, colorspace, _ = simplejpeg.decode_jpeg_header(content, strict=True)
        made = "CMYK" if colorspace in {"CMYK", "YCCK"} else "GRAY"
        simplejpeg.decode_jpeg(content, made, min_height=1, min_width=1, strict=True)
    except ValueError as error:
        return (f"damaged JPEG data, parts of the picture may be wrong: {error}",)
    return ()
