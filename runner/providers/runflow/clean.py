"""What a provider wrote, made fit to be shown: no key, no signature, no control characters, not long."""

import re

from runner.core.digest import Json

MAX_CHARACTERS = 300

_QUERY = re.compile(r"([a-z][a-z0-9+.-]*://[^\s?#\"'<>]*)[?#][^\s\"'<>]*", re.IGNORECASE)
_USER = re.compile(r"([a-z][a-z0-9+.-]*://)[^\s/@\"'<>]*@", re.IGNORECASE)
_INLINE = re.compile(r"data:[^\s,\"'<>]*,[^\s\"'<>]*", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def clean_text(text: str, key: str) -> str:
    """Give a text on one line, with addresses cut before their query, and without the key."""
    shown = text.replace(key, "…") if key else text
    shown = _INLINE.sub("data:…", _QUERY.sub(r"\1", _USER.sub(r"\1", shown)))
    shown = _UNSEEN.sub(" ", shown).strip()
    return shown if len(shown) <= MAX_CHARACTERS else f"{shown[: MAX_CHARACTERS - 1]}…"


def clean_json(value: Json, key: str) -> Json:
    """Give a value with every text in it cleaned."""
    match value:
        case str():
            return clean_text(value, key)
        case list():
            return [clean_json(part, key) for part in value]
        case dict():
            return {clean_text(name, key): clean_json(part, key) for name, part in value.items()}
        case _:
            return value
