"""Every kind of parameter goes into its fields."""

import pytest

from runner.catalog.card import ModelCard
from runner.catalog.parse import parse_card
from runner.core.digest import ActionKey, Json, digest_bytes
from runner.core.errors import ProviderError
from runner.providers.base import Picture, Request
from runner.providers.runflow.archive import pack
from runner.providers.runflow.wire import Media, Packed, Wired, parameters_by_field, wire_request
from tests.providers.runflow.api import CARDS, JPEG, PNG

CARD = """\
id: vendor/upscale
revision: "1"
title: Make a picture larger
source: the vendor's page
price: { amount: 0.08, unit: request, as_of: 2026-11-20 }
providers: [runflow]
parameters:
  - { name: image, kind: image }
  - { name: factor, kind: number, minimum: 1, maximum: 8 }
  - { name: seed, kind: integer, required: false }
  - { name: style, kind: choice, choices: [soft, hard], required: false }
  - { name: tint, kind: color, required: false }
  - { name: crop, kind: box, required: false }
wire:
  - form: urls
    fields: { image: image_url, factor: upscale_factor, seed: seed, style: style, tint: tint, crop: crop }
"""


def wire(image: bytes = PNG, /, **params: Json) -> Wired:
    card = parse_card(CARD, "upscale.yaml")
    assert isinstance(card, ModelCard)
    request = Request(
        key=ActionKey("a" * 64), model=card.id, revision="1", images={"image": Picture("a.png", image)}, masks={},
        params=params,
    )  # fmt: skip
    return wire_request(request, card, card.wire[0])


@pytest.mark.parametrize(
    ("name", "value", "field", "sent"),
    [
        ("factor", "2.5", "upscale_factor", 2.5),
        ("factor", "2", "upscale_factor", 2),
        ("factor", 2, "upscale_factor", 2),
        ("seed", 7, "seed", 7),
        ("style", "soft", "style", "soft"),
        ("tint", [1, 2, 3], "tint", [1, 2, 3]),
        ("crop", ["4%", "10", 20, 30], "crop", ["4%", "10", 20, 30]),
    ],
)
def test_a_parameter_goes_into_its_field(name: str, value: Json, field: str, sent: Json) -> None:
    assert wire(**{name: value}).plain == {field: sent}


def test_what_the_recipe_leaves_out_is_left_out() -> None:
    assert wire().plain == {}


def test_a_picture_is_known_by_its_content() -> None:
    assert wire(JPEG).linked["image_url"].media_type == "image/jpeg"


def test_what_is_no_picture_is_not_handed_over() -> None:
    with pytest.raises(ProviderError, match=r"vendor/upscale: 'a\.png' is an HTML page"):
        wire(b"<html>not found</html>")


def test_every_field_is_known_by_its_parameter() -> None:
    form = CARDS["runflow/reference-inpaint"].wire_form("zip")
    assert form is not None
    assert parameters_by_field(form) == {
        "prompt": "prompt",
        "file_input": "image",
        "file_mask": "mask",
        "file_reference": "reference",
        "zip_url": "image + mask + reference",
    }


def test_an_archive_has_the_same_bytes_on_every_machine() -> None:
    pictures = {"photo.png": Media(name="a", content=PNG, media_type="image/png")}
    pictures["reference.jpg"] = Media(name="b", content=JPEG, media_type="image/jpeg")
    content = pack([Packed("field", name, media) for name, media in pictures.items()])
    assert digest_bytes(content) == "d0ce159363c17ec24601a92fe97b65047e36d2da141a5322ce4bb52b5ad07610"
