"""How model cards look: exact text, read line by line."""

from importlib.resources import files

from runner.catalog.card import ModelCard
from runner.catalog.parse import parse_card
from runner.cli.render.models import model_text, models_text
from runner.cli.render.paint import plain


def card(name: str) -> ModelCard:
    found = parse_card((files("runner.catalog") / "cards" / name).read_text(), name)
    assert isinstance(found, ModelCard)
    return found


def test_all_models_stand_in_a_table() -> None:
    cards = [card("image-crop.yaml"), card("eye-color.yaml"), card("reference-inpaint.yaml")]
    assert models_text(cards, plain).splitlines() == [
        "model                       price           as of        runs at",
        "image/crop                  free                         local            Cut out a rectangle",
        "runflow/eye-color           $0.29/request   2026-11-20   local, runflow   Recolor the irises of a portrait",
        (
            "runflow/reference-inpaint   $0.55/request   2026-11-20   local, runflow   "
            "Fill a masked region after a reference picture"
        ),
    ]


def test_one_model_is_shown_in_full() -> None:
    assert model_text(card("eye-color.yaml"), plain).splitlines() == [
        "runflow/eye-color   Recolor the irises of a portrait",
        "price      $0.29/request, read on 2026-11-20",
        "runs at    local, runflow",
        "result     a picture of the size of 'image'",
        "revision   1",
        "source     docs.runflow.io, Eye Color API: POST /v1/models/runflow/eye-color/runs",
        "",
        "parameters",
        "  image       required   a picture",
        "              The portrait.",
        "  eye_color   required   a text",
        "              The color to give the eyes, such as blue, emerald green, amber or deep brown.",
        "  rgb         optional   a color, as '#rrggbb' or [red, green, blue] from 0 to 255",
        "              The exact tint; taken from the color's name when left out.",
        "",
        "sent as 'urls'",
        "  image       image_url",
        "  eye_color   eye_color",
        "  rgb         color_red, color_green, color_blue",
    ]


def test_the_members_of_a_zip_are_shown() -> None:
    lines = model_text(card("reference-inpaint.yaml"), plain).splitlines()
    assert "  mask        mask.png in the zip of zip_url, named by file_mask" in lines


def test_defaults_and_limits_are_shown() -> None:
    lines = model_text(card("image-resize.yaml"), plain).splitlines()
    assert any(line.startswith("  width    optional         an integer from 1 to 32768") for line in lines)
    assert any(line.startswith("  fit      default inside   one of inside, cover, stretch") for line in lines)
    assert "at least one of width, height must be given" in lines


def test_a_default_that_is_a_point_is_written_as_a_recipe_would() -> None:
    assert any("default [0, 0]" in line for line in model_text(card("image-composite.yaml"), plain).splitlines())
