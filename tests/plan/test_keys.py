"""What makes work the same work, and what does not."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plan.plans import Photos, action, keys, make_plan, photo

EYES = """\
version: 1
name: eyes
inputs:
  portrait: { glob: "photos/*.jpg" }
steps:
  - id: eyes
    uses: runflow/eye-color
    with: { image: "${{ item }}", eye_color: COLOR }
"""
INPAINT = """\
version: 1
name: fill
inputs:
  photo: { glob: "*.png" }
  swatch: { file: oak.png }
masks:
  hole: { shape: { rect: [10, 10, 50, 50] }OPS }
steps:
  - id: fill
    uses: runflow/reference-inpaint
    with: { image: "${{ item }}", mask: "${{ masks.hole }}", reference: "${{ inputs.swatch }}" }
"""


def eyes(color: str = "green", **files: str) -> dict[tuple[str, str], str]:
    photos = [photo(f"photos/{name}.jpg", content) for name, content in files.items()]
    return {
        place: str(key) for place, key in keys(make_plan(EYES.replace("COLOR", color), {"portrait": photos})).items()
    }


def test_a_renamed_photo_is_the_same_work() -> None:
    assert eyes(a="pixels")["a", "eyes"] == eyes(b="pixels")["b", "eyes"]


def test_a_changed_photo_is_other_work() -> None:
    assert eyes(a="pixels")["a", "eyes"] != eyes(a="other")["a", "eyes"]


def test_a_changed_parameter_is_other_work() -> None:
    assert eyes("green", a="p")["a", "eyes"] != eyes("blue", a="p")["a", "eyes"]


def test_two_photos_of_the_same_content_share_one_action() -> None:
    plan = make_plan(
        EYES.replace("COLOR", "green"), {"portrait": [photo("photos/a.jpg", "p"), photo("photos/b.jpg", "p")]}
    )
    assert [found.cells for found in plan.actions] == [("a", "b")]
    assert plan.quote.totals.actions == 1


def test_a_hosted_model_and_a_local_engine_are_different_work() -> None:
    photos = {"portrait": [photo("photos/a.jpg")]}
    text = EYES.replace("COLOR", "green")
    assert keys(make_plan(text, photos)) != keys(make_plan(text, photos, provider="runflow"))


def test_a_named_color_and_the_same_color_given_are_different_local_work_but_one_purchase() -> None:
    photos = {"portrait": [photo("photos/a.jpg")]}
    named = make_plan(EYES.replace("COLOR", "green"), photos, provider="runflow")
    rgb = action(named, "eyes").params["rgb"]
    assert isinstance(rgb, tuple)
    given_text = EYES.replace("COLOR }", f"green, rgb: {list(rgb)} }}")
    assert keys(make_plan(given_text, photos, provider="runflow")) == keys(named)
    assert keys(make_plan(given_text, photos)) != keys(make_plan(EYES.replace("COLOR", "green"), photos))


def test_a_mask_enters_by_its_raster_and_not_by_how_it_is_described() -> None:
    photos: Photos = {"photo": [photo("a.png")], "swatch": photo("oak.png")}
    plain = keys(make_plan(INPAINT.replace("OPS", ""), photos))
    twice = keys(make_plan(INPAINT.replace("OPS", ", ops: [{ invert: true }, { invert: true }]"), photos))
    grown = keys(make_plan(INPAINT.replace("OPS", ", ops: [{ grow: 3 }]"), photos))
    assert plain == twice
    assert plain != grown


def test_pasting_back_is_other_work_over_the_same_purchase() -> None:
    photos: Photos = {"photo": [photo("a.png")], "swatch": photo("oak.png")}
    plain = action(make_plan(INPAINT.replace("OPS", ""), photos), "fill")
    pasted = action(make_plan(INPAINT.replace("OPS", "") + "    paste_back: hole\n", photos), "fill")
    assert pasted.raw_key == plain.key
    assert pasted.key != plain.key


def test_a_step_depends_on_the_keys_of_the_steps_it_takes_pictures_from() -> None:
    text = """\
version: 1
name: n
inputs:
  a: { file: a.png }
steps:
  - { id: small, uses: image/resize, with: { image: "${{ inputs.a }}", width: WIDTH } }
  - { id: jpeg, uses: image/convert, with: { image: "${{ steps.small.image }}", format: jpeg } }
"""
    one = make_plan(text.replace("WIDTH", "100"), {"a": photo("a.png")})
    other = make_plan(text.replace("WIDTH", "101"), {"a": photo("a.png")})
    assert action(one, "jpeg").needs == (action(one, "small").key,)
    assert action(one, "jpeg").key != action(other, "jpeg").key


@settings(max_examples=40, deadline=None)
@given(st.permutations(["a", "b", "c", "d"]), st.permutations([0, 1, 2]))
def test_keys_and_prices_do_not_depend_on_any_order(photos: list[str], parts: list[int]) -> None:
    sections = ["name: n # x\n", "inputs:\n  p: { glob: '*.jpg' }\n", "vars: { z: 1, a: 2 }\n"]
    steps = "steps:\n  - with: { eye_color: green, image: '${{ item }}' }\n    uses: runflow/eye-color\n    id: eyes\n"
    text = "# comment\nversion: 1\n" + "".join(sections[at] for at in parts) + steps
    plan = make_plan(text, {"p": [photo(f"{name}.jpg") for name in photos]}, provider="runflow")
    same = make_plan(
        "version: 1\n" + "".join(sections) + steps, {"p": [photo(f"{n}.jpg") for n in "abcd"]}, provider="runflow"
    )
    assert keys(plan) == keys(same)
    assert plan.quote.totals == same.quote.totals
