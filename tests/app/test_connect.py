"""Settings and keys become connections."""

import pytest

from runner.app.connect import make_connections
from runner.core.errors import Refused
from runner.providers.runflow import Connection, TimeLimits
from runner.settings import Settings, parse_settings

TEXT = """\
[providers.runflow]
base_url = "http://127.0.0.1:8787"
api_key_env = "STUDIO_KEY"
concurrency = 8
requests_per_second = 2.5
wire = "urls"
honors_idempotency = true
connect_timeout_s = 1
answer_timeout_s = 2
transfer_timeout_s = 3
job_timeout_s = 4
"""


def no_keyring(name: str) -> str | None:
    return None


def connect(text: str, environment: dict[str, str], *names: str) -> dict[str, Connection]:
    settings = parse_settings(text, "runner.toml")
    assert isinstance(settings, Settings)
    return make_connections(names, settings, environment, no_keyring)


def test_every_setting_arrives() -> None:
    (found,) = connect(TEXT, {"STUDIO_KEY": "rf_studio"}, "runflow").values()
    assert (found.name, found.base_url, found.key_source) == ("runflow", "http://127.0.0.1:8787", "STUDIO_KEY")
    assert found.key.get_secret_value() == "rf_studio"
    assert (found.concurrency, found.requests_per_second, found.wire) == (8, 2.5, "urls")
    assert found.honors_idempotency
    assert found.limits == TimeLimits(connect_s=1.0, answer_s=2.0, transfer_s=3.0, job_s=4.0)


def test_nothing_is_assumed_of_a_provider_that_nobody_described() -> None:
    (found,) = connect("", {"RUNFLOW_API_KEY": "rf_a"}, "runflow").values()
    assert (found.base_url, found.honors_idempotency, found.wire) == ("https://api.runflow.io", False, None)
    assert found.limits == TimeLimits()


def test_work_on_this_machine_needs_no_key() -> None:
    assert connect("", {}, "local") == {}


def test_a_missing_key_is_told() -> None:
    with pytest.raises(Refused, match="there is no key for the provider 'runflow'"):
        connect("", {}, "local", "runflow")
