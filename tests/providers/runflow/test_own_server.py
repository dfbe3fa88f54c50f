"""The provider against the product's own server, in a process of its own."""

import asyncio
import io
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from PIL import Image
from pydantic import SecretStr

from runner.core.digest import ActionKey, Json
from runner.core.errors import Refused
from runner.core.money import parse_money
from runner.images.codec import decode
from runner.providers.base import JobFailed, NotSubmitted, Picture, Request, Response
from runner.providers.runflow import Connection, RunflowProvider, open_runflow
from tests.providers.runflow.api import CARDS, Remembered
from tests.server.process import Server, serving

pytestmark = pytest.mark.slow

KEY = "rf_live_0123456789abcdef0123456789abcdef"
T = TypeVar("T")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    prices = ("--price", "runflow/reference-inpaint=0.55", "--price", "runflow/eye-color=0.29", "--balance", "20")
    with serving(tmp_path_factory.mktemp("server"), "--workers", "1", *prices, key=KEY) as started:
        yield started


def use(
    server: Server, action: Callable[[RunflowProvider], Awaitable[T]], key: str = KEY, wire: str | None = None
) -> T:
    reached = Connection(
        name="runflow", base_url=server.url, key=SecretStr(key), key_source="RUNFLOW_API_KEY",
        requests_per_second=50.0, wire=wire,
    )  # fmt: skip

    async def with_provider() -> T:
        async with open_runflow(reached, CARDS) as provider:
            return await action(provider)

    return asyncio.run(with_provider())


def png(color: tuple[int, int, int] | int, mode: str = "RGB") -> bytes:
    written = io.BytesIO()
    Image.new(mode, (96, 64), color).save(written, "PNG")
    return written.getvalue()


def mask() -> bytes:
    picture, written = Image.new("L", (96, 64)), io.BytesIO()
    picture.paste(255, (30, 20, 60, 40))
    picture.save(written, "PNG")
    return written.getvalue()


def inpaint(color: tuple[int, int, int]) -> Request:
    return Request(
        key=ActionKey("d" * 64), model="runflow/reference-inpaint", revision="1",
        images={"image": Picture("a.png", png(color)), "reference": Picture("b.png", png((10, 200, 10)))},
        masks={"mask": mask()}, params={},
    )  # fmt: skip


@pytest.mark.parametrize(("wire", "color"), [(None, (200, 10, 10)), ("urls", (10, 10, 200))])
def test_a_region_is_filled_and_charged(server: Server, wire: str | None, color: tuple[int, int, int]) -> None:
    async def buy(provider: RunflowProvider) -> Response:
        await provider.preflight(["runflow/reference-inpaint"], parse_money("0.55"))
        prepared = await provider.prepare(inpaint(color), f"ref-{wire}", Remembered())
        return await provider.collect(await provider.submit(prepared))

    response = use(server, buy, wire=wire)
    assert (response.charged, response.revision != "") == (parse_money("0.55"), True)
    pixels = decode(response.content, "result").pixels
    assert pixels.shape[:2] == (64, 96)
    assert (pixels[0, 0, :3] == color).all()


def test_sending_again_under_the_same_label_makes_no_second_job(server: Server) -> None:
    async def twice(provider: RunflowProvider) -> list[str]:
        prepared = await provider.prepare(faceless(), "again", Remembered())
        sent_at = (datetime.now(UTC) - timedelta(seconds=5)).isoformat()
        first, second = await provider.submit(prepared), await provider.submit(prepared)
        found = await provider.find(prepared, sent_at)
        return [job.id for job in (first, second, found) if job is not None]

    jobs = use(server, twice)
    assert (len(jobs), len(set(jobs))) == (3, 1)


def faceless() -> Request:
    params: dict[str, Json] = {"eye_color": "green", "rgb": [50, 110, 60]}
    return Request(
        key=ActionKey("e" * 64), model="runflow/eye-color", revision="1",
        images={"image": Picture("wall.png", png((128, 128, 128)))}, masks={}, params=params,
    )  # fmt: skip


def test_a_job_that_fails_says_why_and_costs_nothing(server: Server) -> None:
    async def buy(provider: RunflowProvider) -> Response:
        prepared = await provider.prepare(faceless(), "faceless", Remembered())
        return await provider.collect(await provider.submit(prepared))

    with pytest.raises(JobFailed) as caught:
        use(server, buy)
    assert caught.value.charged == parse_money("0")
    assert "NO_FACE: image_url: no face was found" in caught.value.message


def test_a_wrong_value_is_told_by_the_recipe_s_name(server: Server) -> None:
    wrong = Request(
        key=ActionKey("f" * 64), model="runflow/eye-color", revision="1", images=faceless().images, masks={},
        params={"eye_color": "green", "rgb": [50, 110, 999]},
    )  # fmt: skip

    async def buy(provider: RunflowProvider) -> object:
        return await provider.submit(await provider.prepare(wrong, "wrong", Remembered()))

    with pytest.raises(NotSubmitted, match=r"'rgb' \(sent as color_blue\)"):
        use(server, buy)


def test_another_key_is_refused_before_anything_is_uploaded(server: Server) -> None:
    with pytest.raises(Refused, match="does not accept the key in RUNFLOW_API_KEY"):
        use(server, lambda provider: provider.preflight([], parse_money("0")), key="rf_live_ffffffffffffffffffffffff")


def test_more_than_the_balance_is_refused(server: Server) -> None:
    with pytest.raises(Refused, match=r"the balance at 127.0.0.1 is \$\d+\.\d\d, and \$100\.00 may become due"):
        use(server, lambda provider: provider.preflight(["runflow/eye-color"], parse_money("100")))


def test_neither_key_nor_signature_is_logged(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    async def buy(provider: RunflowProvider) -> Response:
        prepared = await provider.prepare(inpaint((1, 2, 3)), "logged", Remembered())
        return await provider.collect(await provider.submit(prepared))

    with caplog.at_level(logging.DEBUG):
        use(server, buy)
    assert [secret for secret in (KEY, "signature=") if secret in caplog.text + server.log_text()] == []
