"""Scalars by the core schema of YAML 1.2."""

import re
from decimal import Decimal

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)|0x[0-9a-fA-F]+|0o[0-7]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


def core_value(text: str) -> str | int | Decimal | bool | None:
    """Resolve a plain scalar by the core schema, but keep numbers with leading zeros as the text they are."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > 64 or text[0] not in "+-.0123456789":
        return text
    if _INT.fullmatch(text):
        return int(text, 0) if text[:2] in {"0x", "0o"} else int(text)
    return Decimal(text) if _FLOAT.fullmatch(text) else text


def kind_of(value: str | int | Decimal | bool | None) -> str:
    """Name the core type of a value, as YAML's tags do."""
    match value:
        case None:
            return "null"
        case bool():
            return "bool"
        case int():
            return "int"
        case Decimal():
            return "float"
        case str():
            return "str"
