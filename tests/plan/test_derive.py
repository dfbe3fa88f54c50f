"""Parameters that follow from others."""

import pytest

from runner.plan.derive import derive_parameters


@pytest.mark.parametrize(
    ("name", "offered"), [("emrald", "emerald"), ("xyzzy", "blue, green, hazel, amber, brown, gray")]
)
def test_an_eye_color_without_a_meaning_gets_names_to_take(name: str, offered: str) -> None:
    with pytest.raises(ValueError, match=rf"there is no eye color '{name}'\ngive 'rgb' too, or take one of: {offered}"):
        derive_parameters("runflow/eye-color", "local", {"eye_color": name})


def test_a_name_brings_its_color_and_a_given_color_stays() -> None:
    named = derive_parameters("runflow/eye-color", "local", {"eye_color": "amber"})
    given = derive_parameters("runflow/eye-color", "local", {"eye_color": "amber", "rgb": (1, 2, 3)})
    assert (named["rgb_given"], given["rgb_given"], given["rgb"]) == (False, True, (1, 2, 3))
    assert named["rgb"] == derive_parameters("runflow/eye-color", "runflow", {"eye_color": "amber"})["rgb"]
