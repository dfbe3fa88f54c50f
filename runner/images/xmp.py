"""XMP packets: the source-type mark is put in as text, so that everything else stays as it was."""

import re
import xml.parsers.expat
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from runner.images.metadata import MetadataPolicy

MAX_PACKET_BYTES = 16 * 2**20
TERMS = "http://cv.iptc.org/newscodes/digitalsourcetype/"

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_MARK = re.compile(
    rb"(DigitalSourceType[\w:.=\s\"'>-]{0,200}?https?://cv\.iptc\.org/newscodes/digitalsourcetype/)(\w+)"
)
_GPS_ATTRIBUTE = re.compile(rb"\s[\w.-]+:GPS\w+\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_GPS_ELEMENT = re.compile(rb"<([\w.-]+:GPS\w+)\b[^>]*(?:/>|>.*?</\1\s*>)", re.DOTALL)
_ORIENTATION = re.compile(rb"(:Orientation\s*(?:=\s*[\"']|>)\s*)[2-8]")
_THUMBNAILS = re.compile(rb"<([\w.-]+:Thumbnails)\b[^>]*(?:/>|>.*?</\1\s*>)", re.DOTALL)
_END = re.compile(rb"</[\w.-]*:?RDF\s*>(?!.*</[\w.-]*:?RDF\s*>)", re.DOTALL)
_ABOUT = re.compile(rb":about\s*=\s*(\"[^\"]*\"|'[^']*')")

_RIGHTS = {
    "{http://purl.org/dc/elements/1.1/}rights": "dc:rights",
    "{http://purl.org/dc/elements/1.1/}creator": "dc:creator",
    "{http://ns.adobe.com/photoshop/1.0/}Credit": "photoshop:Credit",
    "{http://ns.adobe.com/xap/1.0/rights/}Marked": "xmpRights:Marked",
    "{http://ns.adobe.com/xap/1.0/rights/}Owner": "xmpRights:Owner",
    "{http://ns.adobe.com/xap/1.0/rights/}UsageTerms": "xmpRights:UsageTerms",
    "{http://ns.adobe.com/xap/1.0/rights/}WebStatement": "xmpRights:WebStatement",
}
_CONTAINERS = {"dc:rights": "Alt", "xmpRights:UsageTerms": "Alt", "dc:creator": "Seq", "xmpRights:Owner": "Bag"}
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/">{rights}</rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""

_RANKS = {
    "digitalCapture": 0, "computationalCapture": 0, "negativeFilm": 0, "positiveFilm": 0, "print": 0,
    "compositeCapture": 0, "humanEdits": 0, "minorHumanEdits": 0, "algorithmicallyEnhanced": 1,
    "compositeSynthetic": 2, "compositeWithTrainedAlgorithmicMedia": 2, "trainedAlgorithmicMedia": 3,
}  # fmt: skip
"""How much a machine made: 0 nothing, 1 a correction, 2 a part, 3 all. Others count as 1 and stay before a new 1."""


def read_xmp(value: object) -> bytes | None:
    """Accept a packet as UTF-8; None where it is none, not well-formed, or declares entities."""
    content = value.encode() if isinstance(value, str) else value
    if not isinstance(content, bytes) or len(content) > MAX_PACKET_BYTES:
        return None
    packet = _as_utf8(content).strip(b"\0 \n\r\t")
    if b"<!DOCTYPE" in packet or b"<!ENTITY" in packet or not _END.search(packet):
        return None
    try:
        ET.fromstring(packet)  # noqa: S314 - documents that declare entities were refused above
    except (ET.ParseError, xml.parsers.expat.ExpatError, ValueError):
        return None
    return packet


def _as_utf8(content: bytes) -> bytes:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if content.startswith(mark):
            return content.decode(encoding, "replace").encode()
    return content


def select_xmp(packet: bytes | None, policy: MetadataPolicy) -> bytes | None:
    """Choose what the policy keeps of a packet, and write the source-type mark into it."""
    mark = final_mark(packet, policy.mark)
    kept = _kept(packet, policy)
    if mark is None:
        return kept
    return _with_mark(kept or _PACKET.format(rights="").encode(), mark)


def read_mark(packet: bytes | None) -> str | None:
    """Read the term of the digital source type in a packet."""
    found = _MARK.search(packet or b"")
    return found[2].decode() if found else None


def final_mark(packet: bytes | None, mark: str | None) -> str | None:
    """Choose between the input's own mark and a new one: the one that says more of a machine's part."""
    own = read_mark(packet)
    if own is None or mark is None:
        return own or mark
    return mark if _RANKS.get(mark, 1) > _RANKS.get(own, 1) else own


def _kept(packet: bytes | None, policy: MetadataPolicy) -> bytes | None:
    if packet is None:
        return None
    if "xmp" not in policy.keep:
        rights = _rights(packet) if "copyright" in policy.keep else ""
        return _PACKET.format(rights=rights).encode() if rights else None
    kept = _ORIENTATION.sub(rb"\g<1>1", _THUMBNAILS.sub(b"", packet))
    return kept if "gps" in policy.keep else _GPS_ELEMENT.sub(b"", _GPS_ATTRIBUTE.sub(b"", kept))


def _rights(packet: bytes) -> str:
    """Write the author and rights of a packet anew, as text of their own namespaces."""
    root = ET.fromstring(packet)  # noqa: S314 - read_xmp refused documents that declare entities
    parts: list[str] = []
    for description in root.iter(f"{{{_RDF}}}Description"):
        parts += [_element(name, [(None, value)]) for tag, value in description.items() if (name := _RIGHTS.get(tag))]
        parts += [_element(name, _texts(child)) for child in description if (name := _RIGHTS.get(child.tag))]
    return "".join(parts)


def _texts(element: ET.Element) -> list[tuple[str | None, str]]:
    """Give language and text of each entry, or of the element itself."""
    entries = list(element.iter(f"{{{_RDF}}}li")) or [element]
    return [(entry.get("{http://www.w3.org/XML/1998/namespace}lang"), entry.text or "") for entry in entries]


def _element(name: str, texts: list[tuple[str | None, str]]) -> str:
    container = _CONTAINERS.get(name)
    if container is None:
        return f"<{name}>{escape(texts[0][1])}</{name}>"
    entries = "".join(_entry(language or "x-default", text, container) for language, text in texts)
    return f"<{name}><rdf:{container}>{entries}</rdf:{container}></{name}>"


def _entry(language: str, text: str, container: str) -> str:
    attribute = f' xml:lang="{escape(language, {chr(34): "&quot;"})}"' if container == "Alt" else ""
    return f"<rdf:li{attribute}>{escape(text)}</rdf:li>"


def _with_mark(packet: bytes, mark: str) -> bytes:
    if read_mark(packet) is not None:
        return _MARK.sub(rb"\g<1>" + mark.encode(), packet)
    about = _ABOUT.search(packet)
    description = b'<rdf:Description xmlns:rdf="%s" rdf:about=%s xmlns:Iptc4xmpExt="%s">%s</rdf:Description>' % (
        _RDF.encode(),
        about[1] if about else b'""',
        _IPTC.encode(),
        b"<Iptc4xmpExt:DigitalSourceType>%s%s</Iptc4xmpExt:DigitalSourceType>" % (TERMS.encode(), mark.encode()),
    )
    return _END.sub(lambda end: description + end[0], packet, count=1)
