"""Eye colors are known by name: spelled in many ways, changed by a word, mixed of two."""

from itertools import product

import pytest

from runner.catalog.eye_colors import EYE_COLORS, color_named, nearest_names


def brightness(name: str) -> int:
    color = color_named(name)
    assert color is not None, name
    return sum(color)


@pytest.mark.parametrize("name", ["Dark Brown", "dark-brown", "dark_brown", " darkbrown ", "dark brown eyes"])
def test_spelling_does_not_matter(name: str) -> None:
    assert color_named(name) == EYE_COLORS["dark brown"]


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("grey", "gray"),
        ("pale blue", "light blue"),
        ("Light-Grey", "light gray"),
        ("natural hazel", "hazel"),
        ("golden", "gold"),
        ("green colored eyes", "green"),
        ("bluish grey", "blue gray"),
    ],
)
def test_other_words_for_a_color_are_known(name: str, same: str) -> None:
    assert color_named(name) == EYE_COLORS[same]


def test_every_name_is_known_to_itself() -> None:
    assert [name for name in EYE_COLORS if color_named(name) != EYE_COLORS[name]] == []


@pytest.mark.parametrize("base", EYE_COLORS)
def test_a_word_before_a_color_makes_it_lighter_or_darker(base: str) -> None:
    darker = [brightness(f"{word} {base}") for word in ("dark", "deep")]
    lighter = [brightness(f"{word} {base}") for word in ("light", "bright", "soft")]
    assert max(darker) < brightness(base) < min(lighter)


@pytest.mark.parametrize("name", ["green hazel", "hazel green", "hazel-greenish"])
def test_two_colors_are_mixed(name: str) -> None:
    mixed, green, hazel = color_named(name), EYE_COLORS["green"], EYE_COLORS["hazel"]
    assert mixed == tuple((a + b) // 2 for a, b in zip(green, hazel, strict=True))


def test_every_pair_and_change_is_a_color() -> None:
    words = [*EYE_COLORS, "bright", "clear", "dark", "deep", "light", "muted", "soft", "vivid"]
    colors = [color_named(f"{word} {base}") for word, base in product(words, EYE_COLORS)]
    assert [color for color in colors if color is None or not all(0 <= value <= 255 for value in color)] == []


@pytest.mark.parametrize("name", ["plaid", "dark", "dark plaid", "plaid blue", "very dark brown", "eyes", ""])
def test_an_unknown_color_has_no_numbers(name: str) -> None:
    assert color_named(name) is None


@pytest.mark.parametrize(
    ("mistyped", "meant"), [("emrald", "emerald"), ("turkoise", "turquoise"), ("very dark brown", "dark brown")]
)
def test_a_mistyped_color_has_near_names(mistyped: str, meant: str) -> None:
    assert nearest_names(mistyped)[0] == meant


def test_a_word_like_no_color_has_no_near_names() -> None:
    assert nearest_names("xqzw") == []
