"""What models said about their results, in words."""

from runner.core.digest import Json
from runner.report.details import detail_facts, detail_records
from runner.report.views import Fact, Records

EYES: list[Json] = [
    {"side": "left", "center_px": [10.5, 20], "recolored": True, "reason": None},
    {"side": "right", "recolored": False, "angle_deg": 3.5},
]
DETAILS: dict[str, Json] = {"eye_color": "blue", "rgb": [1, 2, 3], "faces": 1, "gray": False, "eyes": EYES, "none": []}


def test_scalars_and_plain_lists_are_facts_in_words() -> None:
    assert detail_facts(DETAILS) == (
        Fact("eye color", "blue"),
        Fact("rgb", "1, 2, 3"),
        Fact("faces", "1"),
        Fact("gray", "no"),
        Fact("none", ""),
    )


def test_alike_things_are_a_table_with_their_units() -> None:
    assert detail_records(DETAILS) == (
        Records(
            "eyes",
            ("side", "center, px", "recolored", "reason", "angle, °"),
            (("left", "10.5, 20", "yes", "", ""), ("right", "", "no", "", "3.5")),
        ),
    )
