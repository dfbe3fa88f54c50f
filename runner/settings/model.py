"""What ``runner.toml`` may hold: the shape of the file.

These models are also the source of ``schemas/config.schema.json``.
"""

import re
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from runner.catalog.card import MODEL_ID, PROVIDER, Amount
from runner.core.errors import UsageError

RUNFLOW_URL = "https://api.runflow.io"
RUNFLOW_KEY = "RUNFLOW_API_KEY"
CALLBACK_SECRET = "RUNFLOW_CALLBACK_SECRET"  # noqa: S105 - the name of a variable
LOCAL = "local"


def is_this_machine(host: str) -> bool:
    """Say whether a host name or address is the loopback."""
    return host in {"localhost", "::1"} or re.fullmatch(r"127(\.\d{1,3}){3}", host) is not None


def plain_url(value: str) -> str:
    """Take an address that holds nothing secret and can be reached in safety.

    Raises:
        ValueError: it is not one; the message says what is wanted.
    """
    parts = urlsplit(value)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("an address such as https://api.runflow.io, without a key, '?' or '#' in it")
    if parts.scheme == "http" and not is_this_machine(parts.hostname):
        raise ValueError("an https address; http only for this machine, such as http://127.0.0.1:8787")
    return value.rstrip("/")


def _remote(value: str) -> str:
    """Take an address without credentials, and without anything that could mean another place than it says."""
    expected = "an address such as file:///mnt/shared/results, s3://bucket/prefix or gs://bucket, without credentials"
    text = unquote(value) if value.startswith("file:") else value
    if "::" in text or not text.isprintable() or re.search(r"[?#]|(?:^|/)\.\.?(?:/|$)", text):
        raise ValueError(expected)
    place = r"/[^@/][^@]*" if value.startswith("file:") else r"[a-z0-9][a-z0-9._-]{1,220}(?:/[A-Za-z0-9!_.*'()/-]*)?"
    if not re.fullmatch(rf"(?:file|s3|gs)://{place}", text):
        raise ValueError(expected)
    return value.rstrip("/")


def _variable(value: str) -> str:
    if not re.fullmatch(r"[A-Z_][A-Z0-9_]{0,127}", value):
        raise ValueError("the name of an environment variable, such as RUNFLOW_API_KEY, not the key itself")
    return value


def _rate(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("a number above 0, at most 1000")
    if not Decimal(value).is_finite() or not 0 < value <= 1000:
        raise ValueError("a number above 0, at most 1000")
    return float(value)


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        raise ValueError("a number of seconds from 1 to 86400")
    if not 1 <= value <= 86_400:
        raise ValueError("a number of seconds from 1 to 86400")
    return float(value)


def _patterns(value: object) -> tuple[str, ...]:
    """Take model ids, a last ``*`` standing for any rest."""
    texts = [text for text in value if isinstance(text, str)] if isinstance(value, list | tuple) else []
    if not isinstance(value, list | tuple) or len(texts) != len(value):
        raise ValueError("a list of model ids, such as ['runflow/eye-color', 'image/*']")
    for text in texts:
        if not re.fullmatch(MODEL_ID, text.removesuffix("*").rstrip("/") + "/x"):
            raise ValueError(f"a list of model ids, which '{text}' is not")
    return tuple(texts)


Seconds = Annotated[float, BeforeValidator(_seconds), Field(json_schema_extra={"minimum": 1, "maximum": 86_400})]


class SettingsSection(BaseModel):
    """A table of ``runner.toml``: no key but the ones it names.

    One that is left out is made by ``model_construct``, as the sections of a recipe are.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class ProviderSettings(SettingsSection):
    """How a Runflow-compatible provider is reached; the key itself never stands in a file."""

    base_url: Annotated[str, AfterValidator(plain_url)] = Field(RUNFLOW_URL, description="Where its API is.")
    api_key_env: Annotated[str, AfterValidator(_variable)] = Field(
        RUNFLOW_KEY, description="The variable that holds the key."
    )
    callback_secret_env: Annotated[str, AfterValidator(_variable)] = Field(
        CALLBACK_SECRET, description="The variable that holds the secret with which it signs callbacks."
    )
    concurrency: Annotated[int, Field(ge=1, le=256)] = Field(4, description="Jobs at one time, at most.")
    requests_per_second: Annotated[float, BeforeValidator(_rate), Field(gt=0, le=1000)] = Field(
        5.0, description="Requests, at most."
    )
    batch_size: Annotated[int, Field(ge=1, le=100)] = Field(
        100, description="Requests of one model that wait to be sent go as one batch, so many at most; 1 for none."
    )
    wire: Annotated[str, Field(min_length=1)] | None = Field(
        None,
        description="The wire form to use of model cards that have it; the first that the model takes when left out.",
    )
    honors_idempotency: bool = Field(
        False,
        description="Whether it is known that this provider makes one run of all requests with one Idempotency-Key. "
        "Then a request that got no answer is sent again as it was; otherwise its run is looked for in the "
        "provider's list, and is in doubt while it is not there. Where it is true and should not be, work may be "
        "bought twice.",
    )
    connect_timeout_s: Seconds = Field(10.0, description="Seconds to wait for a connection.")
    answer_timeout_s: Seconds = Field(60.0, description="Seconds to wait for an answer of the API.")
    transfer_timeout_s: Seconds = Field(300.0, description="Seconds that one upload or download may take.")
    job_timeout_s: Seconds = Field(
        1800.0, description="Seconds to wait for the end of one job; `runner resume` collects a later one."
    )


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError("a list of providers, such as ['runflow']")
    for name in value:
        if not isinstance(name, str) or not re.fullmatch(PROVIDER, name):
            raise ValueError(f"a list of providers, which {name!r} is not")
    return tuple(value)


class PolicySettings(SettingsSection):
    """What is never done without a change of this file."""

    models: Annotated[tuple[str, ...], BeforeValidator(_patterns)] | None = Field(
        None, description="The models that may be used; 'owner/*' means all of an owner. Any when left out."
    )
    providers: Annotated[tuple[str, ...], BeforeValidator(_names)] | None = Field(
        None, description="The providers that may be used; this machine always may. Any when left out."
    )
    max_action: Amount | None = Field(None, description="The most that one action may cost.")
    max_run: Amount | None = Field(None, description="The most that one run may cost.")
    max_month: Amount | None = Field(
        None, description="The most that all runs of the project may cost in a month of the calendar, UTC."
    )
    require_lock: bool = Field(
        False,
        description="Whether money is spent only on what is pinned: a recipe whose lock file names its addresses and "
        "the prices of its models, or a saved plan.",
    )

    def allows_model(self, model_id: str) -> bool:
        """Say whether a model may be used."""
        return self.models is None or any(
            model_id.startswith(pattern[:-1]) if pattern.endswith("*") else model_id == pattern
            for pattern in self.models
        )

    def allows_provider(self, name: str) -> bool:
        """Say whether models may run at a provider."""
        return name == LOCAL or self.providers is None or name in self.providers


class CacheSettings(SettingsSection):
    """Where results are shared with colleagues and CI."""

    remote: Annotated[str, AfterValidator(_remote)] | None = Field(
        None,
        description="A shared folder (file:///…) or a place in an object store (s3://bucket/prefix, gs://bucket). "
        "Whoever can write there is trusted for results. Credentials come from the environment, never from this file.",
    )


class Settings(SettingsSection):
    """All of ``runner.toml``; without a file, what stands here. ``providers`` always holds ``runflow``."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, title="edit-runner settings")

    provider: str = Field(LOCAL, description="Where models run when neither recipe nor command line says.")
    providers: dict[str, ProviderSettings] = Field(default_factory=dict)
    policy: PolicySettings = Field(default_factory=PolicySettings.model_construct)
    cache: CacheSettings = Field(default_factory=CacheSettings.model_construct)

    @property
    def provider_names(self) -> tuple[str, ...]:
        """All places where models can run, this machine first."""
        return (LOCAL, *self.providers)

    def refuse_unknown(self, provider: str) -> None:
        """Refuse the name of a provider that there is not.

        Raises:
            UsageError: there is none of this name.
        """
        if provider not in self.provider_names:
            hint = f"there are: {', '.join(self.provider_names)}"
            raise UsageError("unknown-provider", f"there is no provider '{provider}'", hint=hint)


def settings_schema() -> dict[str, Any]:
    """The JSON Schema of ``runner.toml``, draft-07 as editors read it."""
    schema = Settings.model_json_schema()
    schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    return schema
