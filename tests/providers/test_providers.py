"""Every provider keeps the same promises."""

import asyncio
import io
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from runner.core.digest import ActionKey, Digest, Json
from runner.core.errors import EngineError, ProviderError, Refused
from runner.core.money import ZERO
from runner.engines.all import REVISIONS, load_engine
from runner.engines.tools import TOOLS, TOOLS_REVISION
from runner.images.codec import decode
from runner.images.mask import encode_mask
from runner.providers.all import Means, open_providers
from runner.providers.base import Picture, Prepared, Provider, Request, Response
from runner.providers.echo import EchoProvider
from runner.providers.local import LocalProvider
from runner.providers.pool import WorkerPool
from runner.providers.worker import work


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as opened:
        yield opened


@pytest.fixture(params=["echo", pytest.param("local", marks=pytest.mark.slow)])
def provider(request: pytest.FixtureRequest, pool: WorkerPool) -> Provider:
    return EchoProvider() if request.param == "echo" else LocalProvider(pool)


def png(color: tuple[int, int, int] = (200, 100, 50), size: tuple[int, int] = (8, 6)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, color).save(written, "PNG")
    return written.getvalue()


def ask(model: str = "image/convert", revision: str | None = None, **params: Json) -> Request:
    return Request(
        key=ActionKey("a" * 64),
        model=model,
        revision=revision or REVISIONS.get(model, "1"),
        images={"image": Picture("in/a.png", png())},
        masks={},
        params=params or {"format": "png"},
    )


async def carry_out(provider: Provider, request: Request) -> Response:
    return await provider.collect(await provider.submit(await prepare(provider, request)))


async def prepare(provider: Provider, request: Request) -> Prepared:
    return await provider.prepare(request, request.key, NoUploads())


class NoUploads:
    """Nothing was uploaded, and nothing is remembered."""

    async def find(self, digest: Digest) -> None:  # noqa: ARG002 - the shape of what a provider asks
        return None

    async def keep(self, digest: Digest, reference: str) -> None:
        pass


def test_a_response_is_a_picture_of_its_media_type(provider: Provider) -> None:
    response = asyncio.run(carry_out(provider, ask()))
    assert response.media_type == "image/png"
    assert (decode(response.content, "result").pixels == decode(png(), "photo").pixels).all()


def test_collecting_again_gives_the_same(provider: Provider) -> None:
    async def collect_twice() -> tuple[Response, Response]:
        job = await provider.submit(await prepare(provider, ask()))
        return await provider.collect(job), await provider.collect(job)

    first, second = asyncio.run(collect_twice())
    assert replace(first, run_ms=None) == replace(second, run_ms=None)


def test_local_work_costs_nothing(provider: Provider) -> None:
    assert asyncio.run(carry_out(provider, ask())).charged == ZERO


def test_a_model_without_engine_is_refused() -> None:
    with pytest.raises(ProviderError) as caught, WorkerPool(1) as idle:
        asyncio.run(carry_out(LocalProvider(idle), ask("vendor/unknown")))
    assert caught.value.code == "no-engine"


def test_another_revision_than_planned_is_refused() -> None:
    with pytest.raises(ProviderError) as caught, WorkerPool(1) as idle:
        asyncio.run(carry_out(LocalProvider(idle), ask(revision="0")))
    assert caught.value.code == "engine-changed"


def test_an_unknown_provider_is_refused() -> None:
    async def open_it() -> None:
        with WorkerPool(1) as idle:
            async with open_providers(["local", "elsewhere"], Means(pool=idle)):
                pytest.fail("it is not there")

    with pytest.raises(Refused) as caught:
        asyncio.run(open_it())
    assert (caught.value.code, caught.value.hint) == ("unknown-provider", "there are: local")


def test_echo_without_a_picture_says_so() -> None:
    request = Request(key=ActionKey("a" * 64), model="m", revision="1", images={}, masks={}, params={})
    with pytest.raises(ProviderError) as caught:
        asyncio.run(carry_out(EchoProvider(), request))
    assert caught.value.code == "no-image"


def test_every_tool_has_a_revision() -> None:
    assert {model: REVISIONS.get(model) for model in TOOLS} == dict.fromkeys(TOOLS, TOOLS_REVISION)


def test_every_revision_has_an_engine() -> None:
    models = [model for model in REVISIONS if model not in TOOLS]
    assert all(callable(load_engine(model)) for model in models)


def test_an_unknown_engine_is_said_in_words() -> None:
    with pytest.raises(EngineError, match="there is no local engine for 'vendor/unknown'"):
        load_engine("vendor/unknown")


def test_a_tool_changes_format() -> None:
    response = work(ask(format="jpeg", quality=90))
    assert response.media_type == "image/jpeg"
    assert response.content.startswith(b"\xff\xd8\xff")


def test_a_tool_takes_a_mask() -> None:
    levels = np.zeros((6, 8), np.uint8)
    levels[:, :4] = 255
    request = Request(
        key=ActionKey("a" * 64),
        model="image/mask",
        revision=TOOLS_REVISION,
        images={},
        masks={"mask": encode_mask(levels)},
        params={},
    )
    assert (decode(work(request).content, "mask").pixels[:, :, 0] == levels).all()


def test_what_decoding_changed_is_noted() -> None:
    written = io.BytesIO()
    Image.fromarray(np.zeros((4, 4), np.uint16)).save(written, "PNG")
    request = Request(
        key=ActionKey("a" * 64),
        model="image/convert",
        revision=TOOLS_REVISION,
        images={"image": Picture("in/deep.png", written.getvalue())},
        masks={},
        params={"format": "png"},
    )
    assert work(request).notes == ("16 bits per sample: reduced to 8",)


def test_a_failing_engine_names_the_photo() -> None:
    with pytest.raises(EngineError, match=r"^in/a.png: "):
        work(ask("image/crop", rect=["90", "90", "5", "5"]))
