"""Values are checked against their parameter and come out in one normal form."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.catalog.card import Parameter
from runner.catalog.values import check_value, expected_value

TEXT = Parameter(name="prompt", kind="text")
SHORT = Parameter(name="prompt", kind="text", required=False, max_length=4)
QUALITY = Parameter(name="quality", kind="integer", minimum=1, maximum=100)
STRENGTH = Parameter(name="strength", kind="number", minimum=0)
FORMAT = Parameter(name="format", kind="choice", choices=("jpeg", "png"))
RGB = Parameter(name="rgb", kind="color")
RECT = Parameter(name="rect", kind="box")
AT = Parameter(name="at", kind="point")
IMAGE = Parameter(name="image", kind="image")
MASK = Parameter(name="mask", kind="mask")


@pytest.mark.parametrize(
    ("parameter", "value", "normal"),
    [
        (TEXT, "forest green", "forest green"),
        (SHORT, "", ""),
        (QUALITY, 1, 1),
        (QUALITY, 100, 100),
        (STRENGTH, Decimal("0.50"), Decimal("0.5")),
        (STRENGTH, "0.50", Decimal("0.5")),
        (STRENGTH, Decimal("2.0"), 2),
        (STRENGTH, Decimal("1E+2"), 100),
        (FORMAT, "png", "png"),
        (RGB, "#326E3c", (50, 110, 60)),
        (RGB, [50, 110, 60], (50, 110, 60)),
        (RGB, (0, 0, 255), (0, 0, 255)),
        (RECT, [0, 0, 10, 20], (0, 0, 10, 20)),
        (RECT, ["4%", "86.0%", 14, "10px"], ("4%", "86%", "14", "10")),
        (RECT, [0, 0, Decimal("10.5"), 20], ("0", "0", "10.5", "20")),
        (AT, [-5, 10], (-5, 10)),
        (AT, ["-5%", "0"], ("-5%", "0")),
    ],
)
def test_a_fitting_value_comes_out_in_its_normal_form(parameter: Parameter, value: object, normal: object) -> None:
    checked = check_value(parameter, value)
    assert (checked, type(checked)) == (normal, type(normal))


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [
        (TEXT, 5, "a text, not '5'"),
        (TEXT, "  ", "a text that is not empty"),
        (SHORT, "green", "a text of at most 4 characters, not 5"),
        (QUALITY, 0, "an integer from 1 to 100, not '0'"),
        (QUALITY, 101, "an integer from 1 to 100, not '101'"),
        (QUALITY, True, "an integer from 1 to 100, not true"),
        (QUALITY, "90", "an integer from 1 to 100, not the text '90'"),
        (QUALITY, Decimal("90.0"), "an integer from 1 to 100, not '90.0'"),
        (STRENGTH, Decimal("-0.1"), "a number of 0 or more, not '-0.1'"),
        (STRENGTH, "half", "a number of 0 or more, not the text 'half'"),
        (STRENGTH, "nan", "a number of 0 or more, not the text 'nan'"),
        (STRENGTH, Decimal("nan"), "a number of 0 or more, not 'NaN'"),
        (FORMAT, "jpg", "one of jpeg, png, not 'jpg'"),
        (FORMAT, "x" * 50, f"one of jpeg, png, not '{'x' * 39}…'"),
        (FORMAT, ["png"], "one of jpeg, png"),
        (RGB, "#fff", "a color, as '#rrggbb' or [red, green, blue] from 0 to 255, not '#fff'"),
        (RGB, [50, 110], "a color, as '#rrggbb' or [red, green, blue] from 0 to 255"),
        (RGB, [50, 110, 256], "a color, as '#rrggbb' or [red, green, blue] from 0 to 255"),
        (RGB, [50, 110, True], "a color, as '#rrggbb' or [red, green, blue] from 0 to 255"),
        (RECT, [0, 0, 0, 10], expected_value(RECT)),
        (RECT, [-1, 0, 10, 10], expected_value(RECT)),
        (RECT, [0, 0, 10], expected_value(RECT)),
        (RECT, [0, 0, 10, "wide"], expected_value(RECT)),
        (RECT, "0 0 10 10", f"{expected_value(RECT)}, not '0 0 10 10'"),
        (AT, [1, 2, 3], expected_value(AT)),
        (IMAGE, "photo.jpg", "a picture, such as ${{ inputs.photo }}, not 'photo.jpg'"),
        (MASK, "mask.png", "a mask, such as ${{ masks.floor }}, not 'mask.png'"),
    ],
)
def test_a_value_that_does_not_fit_says_what_was_expected(parameter: Parameter, value: object, expected: str) -> None:
    with pytest.raises(ValueError, match=r"^.*$") as caught:
        check_value(parameter, value)
    assert str(caught.value) == expected


numbers = st.integers(-(10**6) + 1, 10**6 - 1) | st.decimals(-1000, 1000, places=3)
lengths = numbers | st.decimals(0, 100, places=2).map(lambda share: f"{share}%")
values = st.one_of(
    st.tuples(st.just(TEXT), st.text(min_size=1)),
    st.tuples(st.just(STRENGTH), numbers),
    st.tuples(st.just(RGB), st.lists(st.integers(-1, 256), min_size=3, max_size=3)),
    st.tuples(st.just(RECT), st.lists(lengths, min_size=4, max_size=4)),
    st.tuples(st.just(AT), st.lists(lengths, min_size=2, max_size=2)),
)


@given(values)
def test_the_normal_form_of_a_normal_form_is_itself(case: tuple[Parameter, object]) -> None:
    parameter, value = case
    try:
        normal = check_value(parameter, value)
    except ValueError:
        return
    assert check_value(parameter, normal) == normal
