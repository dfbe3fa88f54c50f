"""Marks, author and rights: kept, found and never made up."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from runner.images.codec import decode, describe, encode
from runner.images.encode import MEDIA_TYPES
from runner.images.metadata import KEEP_ALL, MetadataPolicy
from runner.images.photo import Photo
from runner.images.xmp import TERMS, final_mark, read_mark, read_xmp, select_xmp

_HEAD = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
_TAIL = b"</rdf:RDF></x:xmpmeta>"
_IPTC = b'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'


def _with_attribute(term: str) -> bytes:
    mark = f'Iptc4xmpExt:DigitalSourceType="{TERMS}{term}"'.encode()
    return _HEAD + b'<rdf:Description rdf:about="" ' + _IPTC + b" " + mark + b"/>" + _TAIL


def _with_element(term: str) -> bytes:
    mark = f"<Iptc4xmpExt:DigitalSourceType>{TERMS}{term}</Iptc4xmpExt:DigitalSourceType>".encode()
    return _HEAD + b'<rdf:Description rdf:about="" ' + _IPTC + b">" + mark + b"</rdf:Description>" + _TAIL


@pytest.mark.parametrize("packet", [_with_attribute("digitalCapture"), _with_element("digitalCapture")])
def test_a_mark_is_read_from_attributes_and_elements(packet: bytes) -> None:
    assert read_mark(packet) == "digitalCapture"


@pytest.mark.parametrize("packet", [_with_attribute("digitalCapture"), _with_element("digitalCapture")])
def test_an_edit_replaces_the_mark_of_a_camera(packet: bytes) -> None:
    policy = MetadataPolicy(frozenset({"xmp"}), "algorithmicallyEnhanced")
    selected = select_xmp(packet, policy)
    assert read_mark(selected) == "algorithmicallyEnhanced"
    assert selected is not None
    assert selected.count(b"DigitalSourceType") == packet.count(b"DigitalSourceType")


@pytest.mark.parametrize(
    ("own", "new", "final"),
    [
        (None, None, None),
        (None, "algorithmicallyEnhanced", "algorithmicallyEnhanced"),
        ("digitalCapture", None, "digitalCapture"),
        ("trainedAlgorithmicMedia", "algorithmicallyEnhanced", "trainedAlgorithmicMedia"),
        ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicMedia"),
        ("algorithmicallyEnhanced", "compositeWithTrainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"),
        ("somethingNew", "algorithmicallyEnhanced", "somethingNew"),
    ],
)
def test_the_mark_that_says_more_of_a_machine_stays(own: str | None, new: str | None, final: str | None) -> None:
    packet = _with_element(own) if own else None
    assert final_mark(packet, new) == final


def test_an_own_mark_survives_a_policy_that_keeps_nothing() -> None:
    selected = select_xmp(_with_attribute("trainedAlgorithmicMedia"), MetadataPolicy(frozenset()))
    assert read_mark(selected) == "trainedAlgorithmicMedia"


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"no packet",
        _HEAD,
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + _HEAD + _TAIL,
        _HEAD + b"<unclosed>" + _TAIL,
        b"\xff" + _HEAD + _TAIL,
    ],
)
def test_what_is_no_sound_packet_is_not_taken(value: object) -> None:
    assert read_xmp(value) is None


def test_a_packet_in_utf_16_is_taken() -> None:
    packet = (_HEAD + _TAIL).decode()
    assert read_xmp(packet.encode("utf-16")) == packet.encode()


def test_an_orientation_and_thumbnails_in_xmp_do_not_outlive_the_old_pixels() -> None:
    body = b'<rdf:Description xmlns:tiff="t" xmlns:xmp="x" tiff:Orientation="6"><xmp:Thumbnails>OLD</xmp:Thumbnails>'
    selected = select_xmp(_HEAD + body + b"</rdf:Description>" + _TAIL, MetadataPolicy(frozenset({"xmp"})))
    assert selected is not None
    assert b'tiff:Orientation="1"' in selected
    assert b"OLD" not in selected


def test_rights_given_only_by_iptc_are_kept(shared_data: Path) -> None:
    # The photographer stands in the old IPTC block of this photo and nowhere else.
    name = "d14_obama_small.jpg"
    photo = decode((shared_data / "dev" / "portraits" / name).read_bytes(), name)
    back = decode(encode(photo, "image/jpeg", metadata=MetadataPolicy()), "x")
    assert back.exif is not None
    assert b"Pete Souza" in back.exif


@pytest.mark.parametrize("file", ["modes/cmyk_photo.jpg", "orientation/landscape_invalid_9.jpg"])
def test_the_thumbnail_inside_exif_is_not_carried_along(shared_data: Path, file: str) -> None:
    content = (shared_data / "nasty" / file).read_bytes()
    photo = decode(content, file)
    assert photo.exif is not None
    assert content.count(b"\xff\xd8\xff") > 1
    assert b"\xff\xd8\xff" not in photo.exif


def test_content_credentials_that_are_left_out_are_said(astronaut: bytes) -> None:
    content = astronaut + b"\0\0\0\x20jumb\0\0\0\x18jumdc2pa" + bytes(20)
    assert any("content credentials" in note for note in decode(content, "x").notes)


def test_a_photo_without_anything_gets_nothing() -> None:
    plain = Photo(pixels=np.zeros((8, 8, 3), np.uint8))
    back = decode(encode(plain, "image/png"), "x")
    assert (back.icc, back.exif, back.xmp) == (None, None, None)


@pytest.mark.parametrize("media_type", sorted(MEDIA_TYPES.values()))
def test_metadata_is_read_without_the_pixels(media_type: str) -> None:
    exif = Image.Exif()
    exif[0x8298] = "Somebody"
    pixels = np.full((30, 40, 3), 90, np.uint8)
    photo = Photo(pixels=pixels, exif=exif.tobytes().removeprefix(b"Exif\0\0"), xmp=_with_attribute("digitalCapture"))
    content = encode(photo, media_type, metadata=KEEP_ALL)
    found, whole = describe(content, "a"), decode(content, "a")
    assert (found.exif, found.xmp) == (whole.exif, whole.xmp)
    assert found.exif is not None
    assert read_mark(found.xmp) == "digitalCapture"
