"""What inputs may look like, and what becomes of them when a run is created: without a network, a server or a clock."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.catalog.card import ModelCard
from runner.catalog.eye_colors import nearest_names
from runner.core.digest import Json
from runner.server.answers import Refusal
from runner.server.media.read import FileOf, Link
from runner.server.media.reader import read_input
from runner.server.models.offer import build_offer
from tests.server.catalogs import bundled

CARDS = build_offer(bundled(), {}).cards
EYES, INPAINT, RESIZE = CARDS["runflow/eye-color"], CARDS["runflow/reference-inpaint"], CARDS["image/resize"]
CHANNELS = "color_red and color_green and color_blue"
NEAR = ", ".join(nearest_names("blurple"))
EYE_FIELDS = "image_url, eye_color, color_red, color_green, color_blue"
URL = "https://example.com/x"
ZIP = {"zip_url": URL, "file_input": "p.png", "file_mask": "m.png", "file_reference": "sub/r.png"}
PIC = {"image_url": URL}
URLS = {"image_url": f"{URL}/p", "mask_url": f"{URL}/m", "reference_url": f"{URL}/r"}


def wrong(card: ModelCard, document: Mapping[str, Json]) -> list[str]:
    """Read an input; gives what is wrong, a line for each field."""
    with pytest.raises(Refusal) as refused:
        read_input(card, document)
    assert refused.value.status == 422
    return [f"{error.field} {error.message}" for error in refused.value.errors]


def test_the_input_of_the_eye_color_page_is_read() -> None:
    document: dict[str, Json] = {
        "color_red": 50,
        "eye_color": "forest green",
        "image_url": URL,
        "color_blue": 60,
        "color_green": 110,
    }
    read = read_input(EYES, document)
    assert read.pictures == {"image": Link("image_url", URL)}
    assert read.params == {"eye_color": "forest green", "rgb": [50, 110, 60], "rgb_given": True}


def test_a_known_color_needs_no_channels() -> None:
    read = read_input(EYES, {"image_url": URL, "eye_color": "blue", "color_red": None})
    assert (len(read.params["rgb"]), read.params["rgb_given"]) == (3, False)  # type: ignore[arg-type]  # a list


def test_both_shapes_of_reference_inpaint_are_read() -> None:
    archive = Link("zip_url", URL)
    packed = read_input(INPAINT, {**ZIP, "prompt": ""})
    assert packed.pictures == {
        "image": FileOf(archive, "p.png"),
        "mask": FileOf(archive, "m.png"),
        "reference": FileOf(archive, "sub/r.png"),
    }
    assert (packed.params, packed.links, packed.is_archive(archive)) == ({"prompt": ""}, {"zip_url": archive}, True)
    single = read_input(INPAINT, URLS)
    assert single.pictures == {
        "image": Link("image_url", f"{URL}/p"),
        "mask": Link("mask_url", f"{URL}/m"),
        "reference": Link("reference_url", f"{URL}/r"),
    }


@pytest.mark.parametrize(
    ("card", "document", "expected"),
    [
        (EYES, {}, ["input.image_url is required", "input.eye_color is required"]),
        (EYES, {"image_url": None, "eye_color": "blue"}, ["input.image_url is required"]),
        (EYES, {"image_url": 7, "eye_color": "blue"}, ["input.image_url must be a text that is not empty"]),
        (EYES, {"image_url": URL, "eye_color": 7}, ["input.eye_color must be a text, not '7'"]),
        (EYES, {"image_url": URL, "eye_color": " "}, ["input.eye_color must be a text that is not empty"]),
        (
            EYES,
            {"image_url": URL, "eye_color": "blue", "color_red": 1},
            ["input.color_green is required", "input.color_blue is required"],
        ),
        (
            EYES,
            {"image_url": URL, "eye_color": "x", "color_red": 256, "color_green": "1", "color_blue": True},
            [f"input.color_{channel} must be an integer from 0 to 255" for channel in ("red", "green", "blue")],
        ),
        (
            EYES,
            {"image_url": URL, "eye_color": "blurple"},
            [f"input.eye_color there is no eye color 'blurple'; give {CHANNELS} too, or take one of: {NEAR}"],
        ),
        (
            EYES,
            {"image_url": URL, "eye_color": "blue", "eye_colour": "red"},
            [f"input.eye_colour is no field of runflow/eye-color, which has {EYE_FIELDS}"],
        ),
        (
            INPAINT,
            {**ZIP, "image_url": URL},
            ["input.image_url does not go together with file_input, file_mask, file_reference, zip_url"],
        ),
        (INPAINT, {**ZIP, "file_mask": "../m.png"}, ["input.file_mask '../m.png' climbs out of the archive"]),
        (INPAINT, {"mask_url": URL}, ["input.image_url is required", "input.reference_url is required"]),
        (RESIZE, {"image_url": URL}, ["input.width is required, or height"]),
        (RESIZE, {"image_url": URL, "width": 0}, ["input.width must be an integer from 1 to 32768, not '0'"]),
        (RESIZE, {"image_url": URL, "width": 8.5}, ["input.width must be an integer from 1 to 32768, not '8.5'"]),
        (
            RESIZE,
            {"image_url": URL, "width": 8, "fit": "best"},
            ["input.fit must be one of inside, cover, stretch, not 'best'"],
        ),
    ],
)
def test_each_field_that_is_wrong_is_told(card: ModelCard, document: dict[str, Json], expected: list[str]) -> None:
    assert wrong(card, document) == expected


def test_defaults_of_the_card_are_filled_in_and_whole_numbers_may_have_a_point() -> None:
    assert read_input(RESIZE, {"image_url": URL, "width": 8.0}).params == {"width": 8, "fit": "inside"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
fields = st.sampled_from([*ZIP, *URLS, "prompt", "eye_color", "color_red", "width", "fit", "rect", "at", "quality"])


@given(st.sampled_from(list(CARDS.values())), st.dictionaries(fields | st.text(), json_values, max_size=8))
def test_any_input_is_read_or_refused_field_by_field(card: ModelCard, document: dict[str, Json]) -> None:
    assert outcome(card, document) in {"read", "refused"}


def outcome(card: ModelCard, document: dict[str, Json]) -> str:
    try:
        return "read" if read_input(card, document).pictures else "read without a picture"
    except Refusal as refusal:
        return "refused" if refusal.status == 422 and refusal.errors else "refused without a reason"
