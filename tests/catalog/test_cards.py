"""The cards that come with the runner say what the providers' pages say."""

from datetime import date
from importlib.resources import files

import jsonschema
import pytest

from runner.catalog.card import ModelCard, card_document, card_schema
from runner.catalog.catalog import Catalog, build_catalog
from runner.catalog.parse import parse_card, parse_cards


def built_in() -> Catalog:
    folder = files("runner.catalog") / "cards"
    texts = {place.name: place.read_text() for place in folder.iterdir() if place.name.endswith(".yaml")}
    read = parse_cards(texts)
    assert read.diagnostics == ()
    return build_catalog(read.cards)


CATALOG = built_in()


def card(model_id: str) -> ModelCard:
    found = CATALOG.card(model_id)
    assert found is not None
    return found


def test_every_model_of_the_manual_has_a_card() -> None:
    assert list(CATALOG.cards) == [
        "image/composite",
        "image/convert",
        "image/crop",
        "image/mask",
        "image/resize",
        "runflow/eye-color",
        "runflow/reference-inpaint",
    ]


@pytest.mark.parametrize(("model_id", "amount"), [("runflow/reference-inpaint", "0.55"), ("runflow/eye-color", "0.29")])
def test_hosted_models_have_a_price_per_request_with_its_day(model_id: str, amount: str) -> None:
    price = card(model_id).price
    assert (str(price.amount), price.unit, price.as_of) == (amount, "request", date(2026, 11, 20))


@pytest.mark.parametrize("model_id", [name for name in CATALOG.cards if name.startswith("image/")])
def test_tools_are_free_and_local(model_id: str) -> None:
    tool = card(model_id)
    assert (bool(tool.price.amount), tool.price.as_of, tool.providers, tool.wire) == (False, None, ("local",), ())


@pytest.mark.parametrize("model_id", ["runflow/reference-inpaint", "runflow/eye-color"])
def test_hosted_models_run_locally_too(model_id: str) -> None:
    assert card(model_id).providers == ("local", "runflow")


def test_reference_inpaint_is_sent_as_a_zip_with_its_member_names() -> None:
    form = card("runflow/reference-inpaint").wire_form(None)
    assert form is not None
    assert form.archive is not None
    members = {name: (member.field, member.name) for name, member in form.archive.members.items()}
    assert (form.archive.field, members, form.fields) == (
        "zip_url",
        {
            "image": ("file_input", "photo.png"),
            "mask": ("file_mask", "mask.png"),
            "reference": ("file_reference", "reference.png"),
        },
        {"prompt": "prompt"},
    )


def test_reference_inpaint_can_be_sent_as_three_urls() -> None:
    form = card("runflow/reference-inpaint").wire_form("urls")
    assert form is not None
    assert form.fields == {"image": "image_url", "mask": "mask_url", "reference": "reference_url", "prompt": "prompt"}


def test_eye_color_is_sent_in_the_five_fields_of_its_page() -> None:
    form = card("runflow/eye-color").wire_form(None)
    assert form is not None
    assert form.fields == {
        "image": "image_url",
        "eye_color": "eye_color",
        "rgb": ("color_red", "color_green", "color_blue"),
    }


def test_a_wire_form_that_is_not_there_is_none() -> None:
    assert card("runflow/eye-color").wire_form("zip") is None


@pytest.mark.parametrize("model_id", list(CATALOG.cards))
def test_a_card_as_json_fits_the_schema(model_id: str) -> None:
    jsonschema.Draft7Validator(card_schema()).validate(card_document(card(model_id)))


def test_a_card_as_json_has_money_and_day_as_text() -> None:
    assert card_document(card("runflow/eye-color"))["price"] == {
        "amount": "0.29",
        "unit": "request",
        "as_of": "2026-11-20",
    }


def test_a_project_can_state_another_price() -> None:
    ours = parse_card(
        "id: runflow/eye-color\nrevision: '1'\ntitle: Eyes\nsource: our contract\nproviders: [local]\n"
        "price: { amount: 0.20, as_of: 2026-11-01 }\nparameters: [{ name: image, kind: image }]\n",
        "models/eyes.yaml",
    )
    assert isinstance(ours, ModelCard)
    changed = build_catalog([*CATALOG.cards.values(), ours]).card("runflow/eye-color")
    assert changed is not None
    assert str(changed.price.amount) == "0.20"


def test_a_mistyped_model_id_gets_the_nearest_as_hint() -> None:
    assert CATALOG.hint("runflow/eye-colour") == "did you mean 'runflow/eye-color'?"


def test_a_model_id_without_its_owner_gets_the_whole_id_as_hint() -> None:
    assert CATALOG.hint("eye-color") == "did you mean 'runflow/eye-color'?"


def test_a_model_that_is_like_no_other_gets_the_list() -> None:
    assert CATALOG.hint("somebody/else").startswith("there are: image/composite")
