"""What a project and its machine say: ``runner.toml`` and the environment, as frozen ``Settings``."""

from runner.settings.key import ProviderKey, ask_keyring, find_callback_secret, find_key
from runner.settings.model import (
    LOCAL,
    CacheSettings,
    PolicySettings,
    ProviderSettings,
    Settings,
    plain_url,
    settings_schema,
)
from runner.settings.parse import parse_settings
from runner.settings.read import FILE_NAME, find_root, read_settings
from runner.settings.rules import rule_diagnostic

__all__ = [
    "FILE_NAME",
    "LOCAL",
    "CacheSettings",
    "PolicySettings",
    "ProviderKey",
    "ProviderSettings",
    "Settings",
    "ask_keyring",
    "find_callback_secret",
    "find_key",
    "find_root",
    "parse_settings",
    "plain_url",
    "read_settings",
    "rule_diagnostic",
    "settings_schema",
]
