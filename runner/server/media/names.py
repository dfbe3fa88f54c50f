"""What a picture is called in messages."""

from urllib.parse import unquote, urlsplit

from runner.server.media.read import Link


def shown_name(link: Link) -> str:
    """Give the file name in an address, without what could be secret in it; the field's name where there is none."""
    if not link.address.startswith(("https:", "http:")):
        return link.field
    name = unquote(urlsplit(link.address).path).rpartition("/")[2]
    return "".join(character for character in name if character.isprintable())[:100] or link.field
