"""Inputs get there in spite of trouble, once."""

import asyncio

import httpx2
import pytest

from runner.core.errors import ProviderError
from runner.providers.base import Prepared
from runner.providers.runflow import RunflowProvider
from tests.providers.runflow.api import PNG, SIGNATURE, Api, Remembered, Rule, eyes, on, problem, raises, use


def prepare(api: Api) -> Prepared:
    return use(api, lambda provider: provider.prepare(eyes(), "ref-1", Remembered()))


def failure(*rules: Rule) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        prepare(Api(rules=list(rules)))
    return caught.value


@pytest.mark.parametrize(
    "rule",
    [
        on("POST", "/v1/asset-uploads", raises(httpx2.ReadTimeout), times=3),
        on("POST", "/v1/asset-uploads", lambda _: httpx2.Response(503), times=3),
        on("POST", "/v1/asset-uploads", lambda _: httpx2.Response(201, text='{"asset_id":'), times=3),
        on("PUT", "/put/", raises(httpx2.WriteError), times=3),
        on("PUT", "/put/", lambda _: httpx2.Response(500), times=3),
        on("PUT", "/put/", lambda _: httpx2.Response(403), times=2),
    ],
)
def test_an_upload_goes_on_through_trouble(rule: Rule) -> None:
    api = Api(rules=[rule])
    prepare(api)
    assert PNG in api.assets.values()


def test_an_upload_address_that_expired_is_asked_for_again() -> None:
    api = Api(rules=[on("PUT", "/put/", lambda _: httpx2.Response(403), times=1)])
    prepare(api)
    assert api.asked.count("POST /v1/asset-uploads") == 2


def test_a_confirmation_whose_answer_was_lost_is_known_by_its_asset() -> None:
    second = on("POST", "/v1/asset-uploads/asset-1/", lambda _: problem(409, "CONFLICT", "confirmed before"))
    api = Api(rules=[second])
    assert b"runflow://assets/asset-1" in prepare(api).body


def test_a_type_that_is_not_taken_is_told() -> None:
    says = {"code": "X", "errors": [{"field": "mime_type", "message": "must be one of image/png"}]}
    error = failure(on("POST", "/v1/asset-uploads", lambda _: httpx2.Response(422, json=says)))
    assert error.message == f"in/a.png (image/png, {len(PNG)} bytes): refused: mime_type: must be one of image/png"


@pytest.mark.parametrize("status", [400, 413, 301])
def test_an_upload_that_is_refused_is_told(status: int) -> None:
    error = failure(on("PUT", "/put/", lambda _: httpx2.Response(status)))
    assert (error.code, error.retryable) == ("upload-failed", False)
    assert error.message == f"in/a.png: not uploaded: the upload was answered {status}"


@pytest.mark.parametrize("address", ["http://files.example.net/x", "https://private.example/x", "ftp://x/", "nonsense"])
def test_an_input_is_put_over_https_to_public_hosts_alone(address: str) -> None:
    announced = {"asset_id": "a", "upload_url": f"{address}?{SIGNATURE}"}
    error = failure(on("POST", "/v1/asset-uploads", lambda _: httpx2.Response(201, json=announced)))
    assert error.code == "upload-failed"
    assert SIGNATURE not in error.message


def test_what_comes_without_an_id_is_told() -> None:
    assert failure(on("POST", "/v1/asset-uploads", lambda _: httpx2.Response(201, json={}))).code == "garbled-answer"


def test_actions_that_share_an_input_upload_it_once() -> None:
    api, uploads = Api(), Remembered()

    async def together(provider: RunflowProvider) -> None:
        await asyncio.gather(*(provider.prepare(eyes(), f"ref-{number}", uploads) for number in range(10)))

    use(api, together)
    assert len(api.assets) == 1


def test_an_asset_that_may_not_be_read_is_believed() -> None:
    api, uploads = Api(rules=[on("GET", "/v1/assets/", lambda _: problem(403, "X", "no scope"))]), Remembered()
    for reference in ("ref-1", "ref-2"):
        use(api, lambda provider, at=reference: provider.prepare(eyes(), at, uploads))  # type: ignore[misc]
    assert len(api.assets) == 1
