"""A provider's key, and its callback secret: from the environment or the system's keyring, never from a file."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from runner.core.errors import Refused
from runner.settings.model import ProviderSettings


@dataclass(frozen=True, slots=True)
class ProviderKey:
    """A provider's key, and where it was found: a variable's name, or the keyring."""

    secret: SecretStr
    source: str


def find_key(
    name: str, provider: ProviderSettings, environment: Mapping[str, str], ask_keyring: Callable[[str], str | None]
) -> ProviderKey:
    """Find a provider's key: its environment variable first, then the keyring.

    Raises:
        Refused: there is none, or it holds characters that no key has.
    """
    source = provider.api_key_env
    key = environment.get(source, "").strip()
    if not key:
        source, key = f"the keyring's entry '{name}'", (ask_keyring(name) or "").strip()
    if not key:
        hint = f"set the environment variable {provider.api_key_env}"
        raise Refused("missing-key", f"there is no key for the provider '{name}'", hint=hint)
    if not re.fullmatch(r"[!-~]{1,512}", key):
        hint = f"look at {source}: letters, digits and signs only, without spaces"
        raise Refused("bad-key", f"the key for the provider '{name}' holds characters that no key has", hint=hint)
    return ProviderKey(SecretStr(key), source)


def find_callback_secret(
    name: str, provider: ProviderSettings, environment: Mapping[str, str], ask_keyring: Callable[[str], str | None]
) -> SecretStr:
    """Find what a provider signs its callbacks with: the environment variable first, then the keyring.

    Raises:
        Refused: there is none.
    """
    secret = (
        environment.get(provider.callback_secret_env, "").strip() or (ask_keyring(f"{name} callbacks") or "").strip()
    )
    if not secret:
        message = f"callbacks of the provider '{name}' cannot be verified: there is no secret"
        hint = (
            f"set the environment variable {provider.callback_secret_env} to the callback secret of your organization"
        )
        raise Refused("missing-callback-secret", message, hint=hint)
    return SecretStr(secret)


def ask_keyring(name: str) -> str | None:
    """Ask the system's keyring for a provider's key; None without the extra ``keyring``, a desktop or an entry."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        found: str | None = keyring.get_password("edit-runner", name)
    except KeyringError:  # a machine without a desktop has no keyring: the same as one without an entry
        return None
    return found or None
