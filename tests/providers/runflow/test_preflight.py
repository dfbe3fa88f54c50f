"""What is looked at before the first upload."""

from decimal import Decimal
from typing import Any

import httpx2
import pytest

from runner.core.errors import Refused
from runner.core.money import ZERO, parse_money
from runner.providers.runflow import RunflowProvider
from runner.providers.runflow.preflight import Preflight
from tests.providers.runflow.api import Api, Remembered, inpaint, on, problem, raises, use

EYES, INPAINT = "runflow/eye-color", "runflow/reference-inpaint"


def look(api: Api, *models: str, payable: str = "1", **changes: Any) -> Preflight:
    return use(api, lambda provider: provider.preflight(models, parse_money(payable)), **changes)


def refusal(api: Api, *models: str, **changes: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        look(api, *models, **changes)
    assert not any(one.startswith(("POST", "PUT")) for one in api.asked)
    return caught.value


def declared(*fields: str, optional: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Make inputs of a live model: ``name:type``."""
    return [
        {"name": name, "variable_type_code": kind, "is_required": field not in optional}
        for field in (*fields, *optional)
        for name, _, kind in [field.partition(":")]
    ]


ZIP = declared("zip_url:file", "file_input:string", "file_mask:string", "file_reference:string", "prompt:string")
URLS = declared("image_url:image", "mask_url:image", "reference_url:image", optional=("prompt:string",))


def test_what_is_there_and_what_models_take_is_given() -> None:
    assert look(Api(), EYES) == Preflight(Decimal("10.00"), {EYES: "urls"})


def test_a_key_that_is_not_accepted_is_refused() -> None:
    error = refusal(Api(rules=[on("GET", "/v1", lambda _: problem(401, "UNAUTHORIZED", "no"))]))
    assert error.code == "key-refused"
    assert "RUNFLOW_API_KEY" in error.message


def test_too_little_money_is_refused_before_anything_is_bought() -> None:
    error = refusal(Api(balance={"balance": "3.5"}), EYES, payable="3.85")
    assert error.message == "the balance at api.example.com is $3.50, and $3.85 may become due"


def test_a_balance_below_zero_is_too_little() -> None:
    assert refusal(Api(balance={"balance": "-2"}), payable="0.01").code == "balance-too-low"


@pytest.mark.parametrize("status", [403, 404])
def test_a_balance_that_is_not_told_stops_nothing(status: int) -> None:
    api = Api(rules=[on("GET", "/v1/billing", lambda _: problem(status, "X", "no"))])
    assert look(api, EYES).balance is None


def test_a_model_that_is_not_offered_is_refused() -> None:
    error = refusal(Api(rules=[on("GET", "/v1/models", lambda _: problem(404, "X", "no"))]), EYES)
    assert error.message == "api.example.com has no model 'runflow/eye-color'"


def test_a_provider_that_does_not_answer_is_told() -> None:
    error = refusal(Api(rules=[on("GET", "/v1", raises(httpx2.ConnectError))]), EYES)
    assert (error.code, error.retryable) == ("provider-unreachable", True)


@pytest.mark.parametrize(("inputs", "form"), [(ZIP, "zip"), (URLS, "urls"), (ZIP + URLS, "zip"), ([], "zip")])
def test_the_live_model_decides_between_the_forms_of_the_card(inputs: list[dict[str, Any]], form: str) -> None:
    assert look(Api(inputs=inputs), INPAINT).forms == {INPAINT: form}


def test_the_form_that_was_found_is_used_from_then_on() -> None:
    async def then_prepare(provider: RunflowProvider) -> bytes:
        await provider.preflight([INPAINT], ZERO)
        return (await provider.prepare(inpaint(), "r", Remembered())).body

    assert b"mask_url" in use(Api(inputs=URLS), then_prepare)


def test_a_form_that_was_asked_for_is_used_where_the_model_takes_it() -> None:
    assert look(Api(inputs=ZIP + URLS), INPAINT, wire="urls").forms == {INPAINT: "urls"}


def test_a_form_that_was_asked_for_and_is_not_taken_is_refused() -> None:
    error = refusal(Api(inputs=ZIP), INPAINT, wire="urls")
    assert error.message == (
        "runflow/reference-inpaint at api.example.com is not as its card says: it has no field 'image_url'; "
        "it has no field 'mask_url'; it has no field 'reference_url'"
    )


def test_a_form_that_no_card_has_is_refused() -> None:
    error = refusal(Api(), EYES, wire="zpi")
    assert (error.code, error.hint) == ("no-wire-form", "wire of [providers.runflow] is one of: urls, zip")


def test_an_optional_field_may_be_missing() -> None:
    without_prompt = [one for one in ZIP if one["name"] != "prompt"]
    assert look(Api(inputs=without_prompt), INPAINT).forms == {INPAINT: "zip"}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("age:integer", "it requires the field 'age'"),
        ("image_url:integer", "its field 'image_url' is of the type integer"),
    ],
)
def test_a_model_that_changed_is_refused(more: str, says: str) -> None:
    usual = ("image_url:image", "eye_color:string", "color_red:integer", "color_green:integer", "color_blue:integer")
    name = more.partition(":")[0]
    fields = [field for field in usual if not field.startswith(name)]
    assert look(Api(inputs=declared(*usual)), EYES).forms == {EYES: "urls"}
    assert says in refusal(Api(inputs=declared(*fields, more)), EYES).message
