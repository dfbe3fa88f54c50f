"""How hosted providers are reached: what the settings say of them, with their keys."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from runner.core.errors import UsageError
from runner.plan.plan import Plan
from runner.settings import LOCAL, ProviderKey, ProviderSettings, Settings, find_callback_secret, find_key, plain_url

if TYPE_CHECKING:
    from runner.providers.runflow import Connection


@dataclass(frozen=True, slots=True)
class Callbacks:
    """How providers report the end of a job: to this address, from where it comes to this port of the loopback."""

    url: str
    port: int


def make_callbacks(url: str, port: int) -> Callbacks:
    """Say how providers report the end of a job.

    Raises:
        UsageError: the address cannot be handed out.
    """
    try:
        return Callbacks(plain_url(url), port)
    except ValueError as error:
        raise UsageError("bad-callback", f"'{url}' is no address for callbacks: it has to be {error}") from error


def due_providers(plan: Plan) -> list[str]:
    """The providers that a plan has work for."""
    return sorted({action.provider for action in plan.actions if action.decision in {"run", "collect"}})


def make_connections(
    names: Iterable[str],
    settings: Settings,
    environment: Mapping[str, str],
    ask_keyring: Callable[[str], str | None],
    callbacks: Callbacks | None = None,
) -> "dict[str, Connection]":
    """Make the connections of those among some providers that are not this machine.

    Args:
        names: Of the providers that are needed.
        settings: Of the project.
        environment: Where keys are looked for first.
        ask_keyring: Gives a provider's key from the keyring, if there is one.
        callbacks: How providers are to report the end of a job; None to only ask for it.

    Raises:
        Refused: a key is missing, or cannot be one; or callbacks could not be verified.
    """
    connections = {}
    for name in names:
        if name != LOCAL:
            provider = settings.providers[name]
            key = find_key(name, provider, environment, ask_keyring)
            connection = _connection(name, provider, key)
            if callbacks is not None:
                secret = find_callback_secret(name, provider, environment, ask_keyring)
                connection = replace(connection, callback_url=callbacks.url, callback_secret=secret)
            connections[name] = connection
    return connections


def _connection(name: str, provider: ProviderSettings, key: ProviderKey) -> "Connection":
    from runner.providers.runflow import Connection, TimeLimits

    return Connection(
        name=name,
        base_url=provider.base_url,
        key=key.secret,
        key_source=key.source,
        concurrency=provider.concurrency,
        requests_per_second=provider.requests_per_second,
        batch_size=provider.batch_size,
        wire=provider.wire,
        honors_idempotency=provider.honors_idempotency,
        limits=TimeLimits(
            connect_s=provider.connect_timeout_s,
            answer_s=provider.answer_timeout_s,
            transfer_s=provider.transfer_timeout_s,
            job_s=provider.job_timeout_s,
        ),
    )
