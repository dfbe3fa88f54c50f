"""Key files, and whose a key is."""

import re

import pytest

from runner.server.ids import id_of
from runner.server.orgs.keys import Keys, parse_keys

ONE, TWO, THREE = "rf_live_0123456789abcdef", "rf_live_fedcba9876543210", "rf_live_0000000000000000"


def test_keys_of_one_name_share_an_organization_and_others_do_not() -> None:
    keys = Keys(parse_keys(f"# keys\n{ONE} studio one\n\n  {TWO}   studio one\n{THREE}\n"))

    assert keys.org_id(ONE) == keys.org_id(TWO) == id_of("org", "studio one")
    assert keys.org_id(THREE) not in {None, keys.org_id(ONE)}


def test_the_organization_of_a_key_is_the_same_in_every_file() -> None:
    assert Keys(parse_keys(ONE)).org_id(ONE) == Keys(parse_keys(f"{TWO}\n{ONE}")).org_id(ONE)


@pytest.mark.parametrize("key", [None, "", ONE[:-1], ONE + "x", ONE.upper(), "\ud800", "ключ"])
def test_a_key_that_is_not_in_the_file_is_nobodys(key: str | None) -> None:
    assert Keys(parse_keys(ONE)).org_id(key) is None


def test_without_keys_everybody_is_the_one_local_organization() -> None:
    assert Keys(()).org_id(None) == Keys(()).org_id(ONE) == id_of("org", "local")


def test_what_is_kept_of_a_key_is_not_the_key() -> None:
    assert ONE not in repr(parse_keys(f"{ONE} studio"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it holds no key: write one a line"),
        ("# nothing\n", "it holds no key: write one a line"),
        ("short", "line 1: a key is 16 to 256 letters, digits and ._~+/=-"),
        (f"{ONE}\nnot, a key!", "line 2: a key is 16 to 256 letters, digits and ._~+/=-"),
        (f"{ONE}\n{ONE} again", "a key stands in it twice"),
        (f"{ONE} {'x' * 101}", "line 1: the name after the key is longer than 100 characters"),
    ],
)
def test_a_bad_key_file_is_refused_without_showing_a_key(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        parse_keys(text)
