"""What a project and its machine say: ``runner.toml`` and the environment, as frozen ``Settings``."""

from runner.settings.key import ProviderKey, ask_keyring, find_key
from runner.settings.model import LOCAL, PolicySettings, ProviderSettings, Settings, settings_schema
from runner.settings.parse import parse_settings
from runner.settings.read import FILE_NAME, find_root, read_settings
from runner.settings.rules import rule_diagnostic

__all__ = [
    "FILE_NAME",
    "LOCAL",
    "PolicySettings",
    "ProviderKey",
    "ProviderSettings",
    "Settings",
    "ask_keyring",
    "find_key",
    "find_root",
    "parse_settings",
    "read_settings",
    "rule_diagnostic",
    "settings_schema",
]
