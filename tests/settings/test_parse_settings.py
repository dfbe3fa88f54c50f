"""The text of runner.toml: settings, or every mistake in its place."""

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.settings import Settings, parse_settings, settings_schema


def check(text: str) -> list[str]:
    found = parse_settings(text, "runner.toml")
    if isinstance(found, Settings):
        return []
    return [f"{problem.span.line}:{problem.span.column} {problem.code}" for problem in found]


def good(text: str) -> Settings:
    found = parse_settings(text, "runner.toml")
    assert isinstance(found, Settings)
    return found


FULL = """\
provider = "studio"

[providers.studio]
base_url = "http://127.0.0.1:8787/"
api_key_env = "STUDIO_KEY"
concurrency = 8
requests_per_second = 2.5
wire = "urls"
honors_idempotency = true
connect_timeout_s = 5
answer_timeout_s = 30.5
transfer_timeout_s = 600
job_timeout_s = 3600

[policy]
models = ["image/*", "runflow/eye-color"]
max_action = "0.60 USD"
max_run = 20
max_month = "150 USD"
providers = ["studio"]
require_lock = true
"""


def test_an_empty_file_means_local_without_limits() -> None:
    settings = good("")
    assert (settings.provider, settings.policy.models, settings.policy.max_run) == ("local", None, None)


def test_runflow_is_there_without_being_named() -> None:
    runflow = good("").providers["runflow"]
    assert (runflow.base_url, runflow.api_key_env) == ("https://api.runflow.io", "RUNFLOW_API_KEY")


def test_every_key_of_the_manual_is_read() -> None:
    settings = good(FULL)
    studio = settings.providers["studio"]
    assert (settings.provider, studio.base_url, studio.api_key_env) == ("studio", "http://127.0.0.1:8787", "STUDIO_KEY")
    assert (studio.concurrency, studio.requests_per_second, studio.wire) == (8, 2.5, "urls")
    assert studio.honors_idempotency
    assert (studio.connect_timeout_s, studio.answer_timeout_s) == (5.0, 30.5)
    assert (studio.transfer_timeout_s, studio.job_timeout_s) == (600.0, 3600.0)
    policy = settings.policy
    assert policy.require_lock
    assert (str(policy.max_action), str(policy.max_run), str(policy.max_month)) == ("0.60", "20.00", "150.00")


@pytest.mark.parametrize(
    ("model_id", "allowed"),
    [("image/convert", True), ("runflow/eye-color", True), ("runflow/eye-color/2", False), ("runflow/outpaint", False)],
)
def test_the_policy_names_the_models_that_may_be_used(model_id: str, allowed: bool) -> None:
    assert good(FULL).policy.allows_model(model_id) is allowed


@pytest.mark.parametrize(("provider", "allowed"), [("local", True), ("studio", True), ("runflow", False)])
def test_the_policy_names_the_providers_that_may_be_used(provider: str, allowed: bool) -> None:
    assert good(FULL).policy.allows_provider(provider) is allowed
    assert good("").policy.allows_provider(provider)


def test_money_with_decimals_stays_exact() -> None:
    assert str(good("[policy]\nmax_run = 0.30\n").policy.max_run) == "0.30"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("provdier = 'local'\n", ["1:1 unknown-key"]),
        ("[polcy]\nmax_run = 1\n", ["1:2 unknown-key"]),
        ("provider = 'studio'\n", ["1:1 unknown-provider"]),
        ("provider = 3\n", ["1:1 bad-value"]),
        ("[providers.studio]\nconcurrency = 2\n", ["1:2 missing-key"]),
        ("[providers.runflow]\nconcurrency = 0\nrequests_per_second = 0\n", ["2:1 bad-value", "3:1 bad-value"]),
        ("[providers.runflow]\nconcurrency = true\n", ["2:1 bad-value"]),
        ("[providers.runflow]\nrequests_per_second = nan\n", ["2:1 bad-value"]),
        ("[providers.runflow]\nbase_url = 'ftp://x'\n", ["2:1 bad-value"]),
        ("[providers.runflow]\nbase_url = 'https://user:pass@api.runflow.io'\n", ["2:1 bad-value"]),
        ("[providers.runflow]\nbase_url = 'http://api.runflow.io'\n", ["2:1 bad-value"]),
        ("[providers.runflow]\napi_key_env = 'rf_live_123'\n", ["2:1 bad-value"]),
        ("[providers.Studio]\nbase_url = 'https://api.runflow.io'\n", ["1:2 bad-provider"]),
        ("[providers.local]\nconcurrency = 2\n", ["1:2 bad-provider"]),
        ("[policy]\nmodels = 'image/*'\n", ["2:1 bad-value"]),
        ("[policy]\nmodels = ['IMAGE']\n", ["2:1 bad-value"]),
        ("[policy]\nmax_run = '5 EUR'\nmax_action = -1\n", ["2:1 bad-value", "3:1 bad-value"]),
        ("[policy]\nmax_month = '5 EUR'\nrequire_lock = 1\n", ["2:1 bad-value", "3:1 bad-value"]),
        ("[policy]\nproviders = 'runflow'\n", ["2:1 bad-value"]),
        ("[policy]\nproviders = ['Runflow']\n", ["2:1 bad-value"]),
        ("policy.require_locks = true\n", ["1:1 unknown-key"]),
        ("[cache]\nremoet = 's3://bucket'\n", ["2:1 unknown-key"]),
        ("cache = 's3://bucket'\n", ["1:1 bad-value"]),
        ("provider = 'local'\na = = 3\n", ["2:5 toml-syntax"]),
        ("[policy", ["1:1 toml-syntax"]),
    ],
)
def test_every_mistake_is_told_in_its_place(text: str, problems: list[str]) -> None:
    assert check(text) == problems


def test_a_mistake_shows_its_line_and_the_nearest_name() -> None:
    found = parse_settings("[policy]\nmax_runs = 3\n", "runner.toml")
    assert isinstance(found, list)
    assert [(problem.message, problem.hint, problem.source) for problem in found] == [
        ("unknown key 'max_runs'", "did you mean 'max_run'?", "max_runs = 3")
    ]


def test_a_key_in_the_file_is_refused_with_the_way_to_do_it() -> None:
    found = parse_settings("[providers.runflow]\napi_key = 'rf_live_abc'\n", "runner.toml")
    assert isinstance(found, list)
    assert [problem.hint for problem in found] == [
        "a key never stands in a file: put it into a variable and name that with 'api_key_env'"
    ]


@pytest.mark.parametrize("line", ["api_key = 'rf_live_abc'", "api_key = rf_live_abc", "api_key_env = 'rf_live_abc'"])
def test_a_refused_key_is_not_repeated_from_the_file(line: str) -> None:
    found = parse_settings(f"[providers.runflow]\n{line}\n", "runner.toml")
    assert isinstance(found, list)
    assert "rf_live_abc" not in repr(found)


@pytest.mark.parametrize(
    "address",
    [
        "file:///mnt/shared/results",
        "file:///mnt/my%20share/r%C3%A9sultats",
        "file:///Z:/results",
        "s3://bucket",
        "s3://bucket.of.the-team/results/2026",
        "gs://bucket/prefix",
    ],
)
def test_a_cache_remote_is_a_shared_folder_or_a_place_in_an_object_store(address: str) -> None:
    assert good(f"[cache]\nremote = '{address}'\n").cache.remote == address
    assert good(f"[cache]\nremote = '{address}/'\n").cache.remote == address


@pytest.mark.parametrize(
    "address",
    [
        "s3://AKIA123:hush@bucket/prefix",
        "s3://AKIA123@bucket",
        "s3://bucket/prefix?token=hush",
        "s3://bucket/prefix#hush",
        "s3://bucket/../hush",
        "s3://bucket::file:///hush",
        "gs://",
        "gs:///prefix",
        "file://host/share/hush",
        "file:///mnt/../etc/hush",
        "file:///mnt/%2e%2e/etc/hush",
        "file:///mnt/hush%0a",
        "file:relative/hush",
        "file:///",
        "file:////",
        "/mnt/hush",
        "https://bucket.s3.amazonaws.com/hush",
        "sftp://me:hush@host/x",
        "memory://hush",
    ],
)
def test_another_address_or_one_with_credentials_is_refused_and_not_repeated(address: str) -> None:
    text = f"[cache]\nremote = '{address}'\n"
    assert check(text) == ["2:1 bad-value"]
    assert "hush" not in repr(parse_settings(text, "runner.toml"))


@pytest.mark.parametrize(
    "text",
    [
        "[cache]\nremoet = 's3://AKIA123:hush@bucket'\n",
        "cache = 's3://AKIA123:hush@bucket'\n",
        "remote = 's3://AKIA123:hush@bucket'\n",
        "[policy]\nremote = 's3://AKIA123:hush@bucket'\n",
        "[cache]\nremote = s3://AKIA123:hush@bucket\n",
        "[cache]\nremote = ['s3://AKIA123:hush@bucket']\n",
    ],
)
def test_an_address_in_a_wrong_place_is_not_repeated(text: str) -> None:
    found = parse_settings(text, "runner.toml")
    assert isinstance(found, list)
    assert "hush" not in repr(found)


@pytest.mark.parametrize(
    ("base_url", "problems"),
    [
        ("https://elsewhere.example", ["2:1 bad-provider"]),
        ("https://runflow.io.elsewhere.example", ["2:1 bad-provider"]),
        ("https://staging.runflow.io", []),
        ("http://localhost:8787", []),
        ("http://[::1]:8787", []),
    ],
)
def test_a_cloned_project_cannot_send_the_runflow_key_elsewhere(base_url: str, problems: list[str]) -> None:
    assert check(f"[providers.runflow]\nbase_url = '{base_url}'\n") == problems


def test_the_schema_takes_a_full_file() -> None:
    document = {
        "provider": "studio",
        "providers": {"studio": {"base_url": "http://127.0.0.1:8787", "concurrency": 8, "requests_per_second": 2.5}},
        "policy": {"models": ["image/*"], "providers": ["studio"], "max_run": "20.00", "require_lock": True},
    }
    jsonschema.Draft7Validator(settings_schema()).validate(document)


@given(st.text("[]{}=.,'\"#a1 \n", max_size=80))
def test_any_text_gives_settings_or_diagnostics(text: str) -> None:
    assert parse_settings(text, "runner.toml") != []


def test_deeply_nested_text_is_told_too() -> None:
    assert check("a = " + "[" * 5000 + "]" * 5000) == ["1:1 toml-syntax"]
