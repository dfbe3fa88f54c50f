"""One job from its inputs to its result."""

import io
import json
import zipfile

import httpx2
import pytest

from runner.core.errors import ProviderError
from runner.core.money import parse_money
from runner.providers.base import Prepared, Request, Response
from runner.providers.runflow import RunflowProvider
from tests.providers.runflow.api import (
    API,
    JPEG,
    KEY,
    PNG,
    Api,
    Clock,
    Remembered,
    eyes,
    inpaint,
    use,
)


async def buy(provider: RunflowProvider, request: Request) -> Response:
    prepared = await provider.prepare(request, "ref-1", Remembered())
    return await provider.collect(await provider.submit(prepared))


def test_a_picture_goes_there_and_its_result_comes_back() -> None:
    api = Api(polls=2)
    response = use(api, lambda provider: buy(provider, eyes()))
    assert (response.content, response.media_type) == (PNG, "image/png")
    assert (response.charged, response.revision) == (parse_money("0.29"), "7")
    assert response.details == {"seed": 5}
    assert response.notes == ()


def test_the_request_has_the_fields_of_the_card_and_our_label() -> None:
    api = Api()
    use(api, lambda provider: buy(provider, eyes()))
    (body,) = api.bodies("/v1/models/runflow/eye-color/runs")
    (asset,) = api.assets
    assert body == {
        "input": {
            "image_url": f"runflow://assets/{asset}",
            "eye_color": "green",
            "color_red": 1,
            "color_green": 2,
            "color_blue": 3,
        },
        "client_ref": "ref-1",
        "metadata": {"source": "edit-runner", "action_key": "a" * 64, "client_ref": "ref-1"},
    }


def test_the_label_is_also_the_idempotency_key() -> None:
    api = Api()
    use(api, lambda provider: buy(provider, eyes()))
    (create,) = [one for one in api.requests if one.url.path.endswith("/runs") and one.method == "POST"]
    assert create.headers["idempotency-key"] == "ref-1"


def test_an_upload_takes_three_steps() -> None:
    api = Api()
    use(api, lambda provider: provider.prepare(eyes(), "ref-1", Remembered()))
    assert api.asked == ["POST /v1/asset-uploads", "PUT /put/asset-1", "POST /v1/asset-uploads/asset-1/confirmations"]
    assert api.bodies("/v1/asset-uploads")[0]["mime_type"] == "image/png"
    assert api.assets == {"asset-1": PNG}


def test_the_name_of_a_photo_stays_here() -> None:
    api = Api()
    use(api, lambda provider: buy(provider, eyes()))
    assert b"in/a" not in b"".join(one.content for one in api.requests)


def test_the_key_goes_to_the_api_alone() -> None:
    api = Api()
    use(api, lambda provider: buy(provider, eyes()))
    with_key = {one.headers["host"] for one in api.requests if KEY in str(one.headers.raw)}
    assert with_key == {httpx2.URL(API).host}


def prepare_twice(request: Request) -> tuple[Api, list[Prepared]]:
    api, uploads = Api(), Remembered()

    async def both(provider: RunflowProvider) -> list[Prepared]:
        return [await provider.prepare(request, "ref-1", uploads) for _ in range(2)]

    return api, use(api, both)


@pytest.mark.parametrize("request_", [eyes(), inpaint()])
def test_the_same_inputs_give_the_same_bytes_and_one_upload(request_: Request) -> None:
    api, (first, second) = prepare_twice(request_)
    assert first.body == second.body
    assert len(api.assets) == 1


def test_pictures_travel_in_an_archive_where_the_card_says_so() -> None:
    api = Api()
    use(api, lambda provider: buy(provider, inpaint()))
    (body,) = api.bodies("/v1/models/runflow/reference-inpaint/runs")
    (asset,) = api.assets
    assert body["input"] == {
        "zip_url": f"runflow://assets/{asset}",
        "file_input": "photo.png",
        "file_mask": "mask.png",
        "file_reference": "reference.jpg",
    }
    with zipfile.ZipFile(io.BytesIO(api.assets[asset])) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert members == {"photo.png": PNG, "mask.png": PNG, "reference.jpg": JPEG}


def test_pictures_travel_alone_where_the_settings_say_so() -> None:
    api = Api()
    use(api, lambda provider: buy(provider, inpaint()), wire="urls")
    (body,) = api.bodies("/v1/models/runflow/reference-inpaint/runs")
    assert set(body["input"]) == {"image_url", "mask_url", "reference_url"}
    assert body["input"]["image_url"] == body["input"]["mask_url"]  # the same content, uploaded once


def test_an_archive_is_the_same_in_every_time_zone_and_year() -> None:
    api = Api()
    use(api, lambda provider: buy(provider, inpaint()))
    (content,) = api.assets.values()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_remembered_upload_is_looked_at_once_in_a_new_process() -> None:
    api, uploads = Api(), Remembered()
    use(api, lambda provider: provider.prepare(eyes(), "ref-1", uploads))
    api.asked.clear()

    async def twice(provider: RunflowProvider) -> None:
        await provider.prepare(eyes(), "ref-2", uploads)
        await provider.prepare(eyes(), "ref-3", uploads)

    use(api, twice)
    assert api.asked == ["GET /v1/assets/asset-1"]


def test_an_upload_that_has_expired_is_made_again() -> None:
    api, uploads = Api(), Remembered()
    use(api, lambda provider: provider.prepare(eyes(), "ref-1", uploads))
    api.assets.clear()
    prepared = use(api, lambda provider: provider.prepare(eyes(), "ref-2", uploads))
    (asset,) = api.assets
    assert json.loads(prepared.body)["input"]["image_url"] == f"runflow://assets/{asset}"
    assert list(uploads.references.values()) == [f"runflow://assets/{asset}"]


def test_what_is_over_50_mib_is_told_with_its_size() -> None:
    api = Api()
    with pytest.raises(ProviderError) as caught:
        use(api, lambda provider: provider.prepare(eyes(PNG + bytes(50 * 2**20)), "ref-1", Remembered()))
    assert caught.value.code == "input-too-large"
    assert "in/a.png: 50.0 MiB" in caught.value.message
    assert api.asked == []


def test_a_parameter_without_a_field_is_told() -> None:
    with pytest.raises(ProviderError) as caught:
        use(Api(), lambda provider: provider.prepare(eyes(strength="0.5"), "ref-1", Remembered()))
    assert caught.value.message == ("in/a.png: runflow/eye-color: the wire form 'urls' has no field for 'strength'")


def test_the_callback_address_is_sent_where_there_is_one() -> None:
    api = Api()
    use(api, lambda provider: buy(provider, eyes()), callback_url="https://me.example/hook")
    assert api.bodies("/v1/models")[0]["callback_url"] == "https://me.example/hook"


def test_requests_keep_their_distance() -> None:
    api, clock = Api(), Clock()
    use(api, lambda provider: buy(provider, eyes()), clock, requests_per_second=2.0)
    to_api = [one for one in api.requests if one.headers["host"] == "api.example.com"]
    assert clock.at_s >= 0.5 * (len(to_api) - 1)
