"""What strangers wrote stays text, however long or strange; strange pictures keep their shape and colors."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect

from runner.app.report import write_report
from runner.core.artifact import Artifact, Size
from runner.core.event import ActionFailed, ActionSucceeded, Event, OutputWritten
from runner.images.codec import decode
from runner.images.color import to_srgb
from runner.plan.plan import InputImage
from runner.report.summary import summarize
from runner.store.store import open_store
from tests.report.browsing import opened, title
from tests.report.conftest import Opener
from tests.report.runs import at, finished, key, plan_of, started, tone
from tests.report.test_html import HOSTILE, hostile_journal

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEXTS = {
    "markup": "<img src=x onerror=alert(1)>",
    "end of script": "</script><script>alert(2)</script><!--",
    "template": "{{7*7}} ${7*7} {% raw %}",
    "right to left": "\u202eexe.gpj\u202c עברית \u2067abc",
    "endless": "x" * 10_000,
    "many words": "wort " * 2_000,
    "a name of objects": "__proto__",
}


def journal_of(text: str) -> list[Event]:
    plan = plan_of(text, matrix={text: text})
    params = {**plan.actions[0].params, "prompt": text, "seed": text}
    actions = (replace(plan.actions[0], params=params, provider=text, revision=text), *plan.actions[1:])
    recipe = replace(plan.recipe, name=text, path=text)
    failed = ActionFailed(
        at=at(1),
        key=key("tone", text),
        code="provider-refused",
        message=text,
        hint=text,
        retryable=False,
        duration_ms=1,
        attempts=1,
        job_id=text,
    )
    return [started(replace(plan, actions=actions, recipe=recipe), recipe_text=text), failed, finished(2, "failed", 1)]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
@pytest.mark.parametrize("width", [360, 1440])
def test_texts_stay_texts_and_inside_the_screen(open_page: Opener, text: str, width: int) -> None:
    page = open_page(journal_of(text), viewport={"width": width, "height": 800})
    expect(page.get_by_role("heading", level=1)).to_have_text(text.strip())
    page.locator("#list a").click()
    expect(title(page)).to_contain_text(text.strip()[:50])
    expect(opened(page).get_by_role("region", name="Step tone")).to_contain_text(text.strip())
    for summary in opened(page).locator("summary").all():
        summary.click()
    assert page.locator("[onerror], img[src='x']").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert opened(page).evaluate("one => one.scrollWidth <= one.clientWidth")
    for name in ["Money", "Recipe"]:
        page.goto(page.url.partition("#")[0] + f"#view={name.lower()}")
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_what_a_model_says_stays_text(open_page: Opener) -> None:
    page = open_page(hostile_journal())
    page.locator("#list a").click()
    expect(page.get_by_role("heading", level=1, include_hidden=True)).to_have_text(HOSTILE)
    for summary in opened(page).locator("summary").all():
        summary.click()
    expect(page.locator(".records").first).to_contain_text("{{ 7*7 }}")
    assert page.locator("[onerror], img[src='x']").count() == 0


STRANGE = {
    "display-p3": "icc/p3_small.png",
    "prophoto": "icc/prophoto_small.png",
    "rec2020": "icc/face_rec2020.jpg",
    "16-bit": "modes/face_16bit_rgb.png",
    "alpha": "modes/face_rgba.png",
    "8000x2": "size/strip_8000x2.png",
    "1x5000": "size/strip_1x5000.png",
}


@dataclass(frozen=True, slots=True)
class StrangeRun:
    """A page on the disk, and the bytes of the picture that each of its cells shows."""

    page: Path
    contents: dict[str, bytes]


@pytest.fixture(scope="module")
def strange_run(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Iterator[StrangeRun]:
    root = tmp_path_factory.mktemp("strange")
    contents = {cell: (shared_data / "nasty" / path).read_bytes() for cell, path in STRANGE.items()}
    with open_store(root) as store:
        for folder in ("photos", "out"):
            (root / folder).mkdir()
        events = strange_journal(root, contents)
        for content in contents.values():
            store.blobs.put(content)
        page = write_report(summarize(events), store, root, root / "reports" / "strange")
        yield StrangeRun(page, contents)


def strange_journal(root: Path, contents: dict[str, bytes]) -> list[Event]:
    """Each picture goes in and comes out as it is."""
    plan = plan_of(*contents)
    photos: dict[str, InputImage] = {}
    events: list[Event] = []
    for cell, content in contents.items():
        suffix = Path(STRANGE[cell]).suffix
        made = artifact_of(content, suffix)
        photos[cell] = InputImage(path=f"photos/{cell}{suffix}", artifact=made)
        (root / photos[cell].path).write_bytes(content)
        (root / f"out/{cell}{suffix}").write_bytes(content)
        events += [
            ActionSucceeded(at=at(1), key=key("tone", cell), artifact=made, duration_ms=1, attempts=1),
            OutputWritten(at=at(2), cell=cell, path=f"out/{cell}{suffix}", digest=made.digest, unchanged=False),
        ]
    actions = tuple(
        replace(
            tone(cell), params={"image": photo}, output_size=Size(photo.artifact.width_px, photo.artifact.height_px)
        )
        for cell, photo in photos.items()
    )
    cells = tuple(
        replace(cell, photo=photos[cell.id], actions={"tone": key("tone", cell.id)}, skipped={}) for cell in plan.cells
    )
    outputs = tuple(
        replace(
            output,
            path=f"out/{output.cell}{Path(STRANGE[output.cell]).suffix}",
            key=key("tone", output.cell),
            step="tone",
            source=photos[output.cell],
        )
        for output in plan.outputs
    )
    steps = plan.quote.steps[:1]
    whole = replace(plan, actions=actions, cells=cells, outputs=outputs, quote=replace(plan.quote, steps=steps))
    return [started(whole), *events, finished(3)]


def artifact_of(content: bytes, suffix: str) -> Artifact:
    from runner.core.digest import digest_bytes

    columns, rows = Image.open(io.BytesIO(content)).size
    return Artifact(
        digest=digest_bytes(content),
        media_type="image/jpeg" if suffix == ".jpg" else "image/png",
        size_bytes=len(content),
        width_px=columns,
        height_px=rows,
    )


@pytest.mark.parametrize("compare", ["slider", "sides", "blink"])
@pytest.mark.parametrize("cell", STRANGE)
def test_strange_pictures_are_never_stretched(
    strange_run: StrangeRun, open_file: Opener, cell: str, compare: str
) -> None:
    page = open_file(strange_run.page, address=f"#cell={cell}&compare={compare}", reduced_motion="reduce")
    columns, rows = Image.open(io.BytesIO(strange_run.contents[cell])).size
    for _ in range(3):
        boxes = page.locator(".sheet > img:first-child").evaluate_all(
            "all => all.map((one) => [one.offsetWidth, one.offsetHeight])"
        )
        assert boxes
        for wide, high in boxes:
            assert abs(wide - high * columns / rows) <= max(1, columns / rows)
        page.get_by_role("button", name="Larger").click()
    fits = page.locator("#list .pair img").evaluate_all("all => all.map((one) => getComputedStyle(one).objectFit)")
    assert set(fits) == {"contain"}


@pytest.mark.parametrize("cell", ["display-p3", "prophoto", "rec2020", "16-bit"])
def test_colors_are_those_of_the_pictures_own_profile(strange_run: StrangeRun, open_file: Opener, cell: str) -> None:
    page = open_file(strange_run.page, address=f"#cell={cell}&compare=sides", viewport={"width": 1440, "height": 900})
    expected = middle_color(to_srgb(decode(strange_run.contents[cell], cell)))
    page.evaluate("Promise.all([...document.querySelectorAll('.sheet img')].map((one) => one.decode()))")
    assert shown_color(page) == pytest.approx(expected, abs=4)
    page.get_by_role("button", name="1:1").click()
    page.get_by_role("button", name="Fit").click()
    assert shown_color(page) == pytest.approx(expected, abs=4)


def shown_color(page: Page) -> list[float]:
    """The mean color in the middle of the result, as the screen shows it."""
    drawn = page.locator(".sheet").last.screenshot()
    return middle_color(np.asarray(Image.open(io.BytesIO(drawn)).convert("RGB")))


def middle_color(pixels: NDArray[np.uint8]) -> list[float]:
    rows, columns, _ = pixels.shape
    middle = pixels[rows // 4 : rows - rows // 4, columns // 4 : columns - columns // 4].astype(np.float64)
    return [float(mean) for mean in middle.reshape(-1, 3).mean(axis=0)]
