"""The text of a ``runner.toml`` to ``Settings``, with every mistake in its place."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from runner.catalog.shape import Misfit, misfits
from runner.core.diagnostic import Diagnostic, Span, in_file_order
from runner.settings.model import LOCAL, RUNFLOW_KEY, ProviderSettings, Settings, is_this_machine
from runner.settings.places import key_spans
from runner.source.nearest import did_you_mean
from runner.source.source import Place

if TYPE_CHECKING:
    import tomllib

SECRET_KEYS = {"api_key", "api_key_env", "base_url", "key", "token", "secret", "password"}
"""Keys under which somebody may have written a key: their lines are not shown."""

HIDDEN_KEYS = SECRET_KEYS | {"cache", "remote"}
"""And those whose address may hold one."""


def parse_settings(text: str, path: str) -> Settings | list[Diagnostic]:
    """Read the text of a ``runner.toml``.

    Args:
        text: The file's text.
        path: The file as the user named it, for the diagnostics.

    Returns:
        The settings, or every mistake in file order.
    """
    lines = text.splitlines()
    if not lines:
        return _checked({}, lines, path)
    # Imported here because most projects have an empty file or none.
    import tomllib

    try:
        tables = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        return [_syntax_diagnostic(path, lines, error)]
    except RecursionError:
        return [Diagnostic(path=path, span=Span(1, 1), code="toml-syntax", message="lists too deep inside one another")]
    return _checked(tables, lines, path)


def _checked(tables: dict[str, Any], lines: list[str], path: str) -> Settings | list[Diagnostic]:
    try:
        settings = Settings.model_validate(tables)
    except ValidationError as error:
        problems = [_keys_stay_out(misfit) for misfit in misfits(error, Settings)]
    else:
        problems = list(_contradictions(settings))
        if not problems:
            providers = {"runflow": ProviderSettings.model_construct(), **settings.providers}
            return settings.model_copy(update={"providers": providers})
    spans = key_spans(lines)
    return in_file_order(_diagnostic(path, lines, spans, problem) for problem in problems)


def _keys_stay_out(misfit: Misfit) -> Misfit:
    """Say where a key belongs when somebody writes it into the file."""
    if misfit.code == "unknown-key" and misfit.place[-1] in SECRET_KEYS:
        hint = "a key never stands in a file: put it into a variable and name that with 'api_key_env'"
        return Misfit(place=misfit.place, code=misfit.code, message=misfit.message, hint=hint, at_key=True)
    return misfit


def _contradictions(settings: Settings) -> Iterator[Misfit]:
    names = {LOCAL, "runflow", *settings.providers}
    if settings.provider not in names:
        message = f"there is no provider '{settings.provider}'"
        yield Misfit(
            place=("provider",), code="unknown-provider", message=message, hint=did_you_mean(settings.provider, names)
        )
    for name, provider in settings.providers.items():
        yield from _provider_problems(name, provider)


def _provider_problems(name: str, provider: ProviderSettings) -> Iterator[Misfit]:
    place = ("providers", name)
    if name == LOCAL:
        message = "'local' is this machine and has no settings"
        yield Misfit(
            place=place, code="bad-provider", message=message, hint="'runner run --jobs N' sets how many at one time"
        )
    elif not re.fullmatch(r"[a-z][a-z0-9-]{0,63}", name):
        message = f"'{name}' is not a provider's name: lower-case letters, digits and '-'"
        yield Misfit(place=place, code="bad-provider", message=message)
    elif name != "runflow" and "base_url" not in provider.model_fields_set:
        yield Misfit(place=(*place, "base_url"), code="missing-key", message=f"'base_url' of '{name}' is missing")
    elif provider.api_key_env == RUNFLOW_KEY and not _is_trusted(provider.base_url):
        message = f"{RUNFLOW_KEY} is sent only to Runflow and to this machine"
        yield Misfit(
            place=(*place, "base_url"), code="bad-provider", message=message, hint="name another variable: api_key_env"
        )


def _is_trusted(base_url: str) -> bool:
    """Whether a host may see Runflow's key: a cloned project must not send it elsewhere."""
    host = urlsplit(base_url).hostname or ""
    return host == "runflow.io" or host.endswith(".runflow.io") or is_this_machine(host)


def _syntax_diagnostic(path: str, lines: list[str], error: "tomllib.TOMLDecodeError") -> Diagnostic:
    said = re.sub(r"\s*\(at .*\)$", "", str(error))
    found = re.search(r"at line (\d+), column (\d+)", str(error))
    span = Span(int(found[1]), int(found[2])) if found else Span(max(1, len(lines)), 1)
    message = f"not TOML: {said[:1].lower()}{said[1:]}"
    line = lines[span.line - 1] if span.line <= len(lines) else ""
    source = "" if re.search("key|token|secret|password|remote|cache", line, re.IGNORECASE) else line
    return Diagnostic(path=path, span=span, code="toml-syntax", message=message, source=source)


def _diagnostic(path: str, lines: list[str], spans: dict[Place, Span], misfit: Misfit) -> Diagnostic:
    place = misfit.place
    while place and place not in spans:
        place = place[:-1]
    span = spans.get(place, Span(1, 1))
    shows = span.line <= len(lines) and not HIDDEN_KEYS & set(misfit.place)
    source = lines[span.line - 1] if shows else ""
    return Diagnostic(path=path, span=span, code=misfit.code, message=misfit.message, hint=misfit.hint, source=source)
