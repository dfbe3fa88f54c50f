"""What an answer of the API that says no means for a person, and what they can do about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from runner.core.digest import Json
from runner.providers.runflow.answer import Answer
from runner.providers.runflow.connection import Connection

_MESSAGES = ("message", "msg", "detail", "error")
_PLACES = ("field", "loc", "path", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A no, in words: what an error is made of.

    Attributes:
        code: Stable, in kebab-case.
        parameter: Which parameter of the step is wrong, by the recipe's name; empty where that is not said.
    """

    code: str
    message: str
    hint: str = ""
    parameter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What was asked for.

    Attributes:
        what: Begins messages: the photo and the model, or what else it was.
        parameters: The recipe's name of each field that was sent.
    """

    what: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def read_code(answer: Answer) -> str:
    """Give the provider's own code of a no, in capitals; empty where it has none."""
    code = _error(answer).get("code")
    return code.upper() if isinstance(code, str) else ""


def read_message(answer: Answer, connection: Connection) -> str:
    """Give what the provider says, fit to be shown; empty where it says nothing."""
    error = _error(answer)
    texts = [text for name in _MESSAGES if isinstance(text := error.get(name), str) and text.strip()]
    return connection.clean(texts[0]) if texts else ""


def explain(answer: Answer, about: About, connection: Connection) -> Refusal:
    """Say in words why something was refused, and what can be done."""
    if answer.status in {400, 422}:
        return _wrong_fields(answer, about, connection)
    words = {
        "what": about.what,
        "status": answer.status,
        "said": read_message(answer, connection) or f"answered {answer.status}",
        "name": connection.name,
        "host": connection.host,
        "url": connection.base_url,
        "source": connection.key_source,
    }
    refusal = _BY_STATUS.get(answer.status) or _by_hundred(answer.status)
    return Refusal(code=refusal.code, message=refusal.message.format_map(words), hint=refusal.hint.format_map(words))


_NOT_OFFERED = Refusal(
    code="not-offered", message="{what}: {host} does not have it: {said}", hint="is {url} the right address?"
)
_BY_STATUS = {
    401: Refusal(
        code="key-refused",
        message="{host} does not accept the key in {source}",
        hint="look at {source}: is it a key of this provider, and still valid?",
    ),
    402: Refusal(
        code="balance-too-low",
        message="{what}: the balance is too low: {said}",
        hint="add credit at the provider, then: runner resume",
    ),
    403: Refusal(
        code="not-allowed",
        message="{what}: the key in {source} may not do this: {said}",
        hint="look at the key's scopes and its organization at the provider",
    ),
    404: _NOT_OFFERED,
    405: _NOT_OFFERED,
    409: Refusal(code="request-conflict", message="{what}: a conflict with an earlier request: {said}"),
    413: Refusal(
        code="input-too-large",
        message="{what}: too large for {host}: {said}",
        hint="put a step before it that makes it smaller: image/resize",
    ),
    429: Refusal(
        code="rate-limited",
        message="{what}: {host} gets too many requests: {said}",
        hint="lower requests_per_second of [providers.{name}]",
    ),
}


def _by_hundred(status: int) -> Refusal:
    if status >= 500:
        hint = "try again later: runner resume"
        return Refusal(
            code="provider-unavailable", message="{what}: {host} is in trouble ({status}): {said}", hint=hint
        )
    if 300 <= status < 400:
        message = "{what}: {host} sends requests elsewhere ({status}), which is not followed"
        return Refusal(code="redirected", message=message, hint="write the API's own address as base_url")
    return Refusal(code="request-refused", message="{what}: {host} refused it ({status}): {said}")


def _error(answer: Answer) -> Mapping[str, Json]:
    """Give the object that tells of an error: the answer itself, or its member ``error``."""
    inner = answer.members.get("error")
    return inner if isinstance(inner, dict) else answer.members


def _wrong_fields(answer: Answer, about: About, connection: Connection) -> Refusal:
    problems = list(_problems(_error(answer)))
    wrong = [connection.clean(_in_words(problem, about.parameters)) for problem in problems]
    wires = (_wire(problem, about.parameters) for problem in problems)
    says = "; ".join(wrong[:5]) or read_message(answer, connection) or f"answered {answer.status} without a reason"
    return Refusal(
        code="input-refused",
        message=f"{about.what}: refused: {says}",
        hint="look at the step's 'with' in the recipe",
        parameter=next((about.parameters[wire] for wire in wires if wire), ""),
    )


def _problems(error: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """Give what is said of each field."""
    for name in ("errors", "detail"):
        problems = error.get(name)
        if isinstance(problems, dict):
            problems = [{"field": place, "message": problem} for place, problem in problems.items()]
        for problem in problems if isinstance(problems, list) else ():
            if isinstance(problem, dict):
                yield problem


def _parts(problem: Mapping[str, Json]) -> list[str]:
    """Give the path to a field."""
    place = next((problem[name] for name in _PLACES if problem.get(name)), None)
    return [str(part) for part in place] if isinstance(place, list) else str(place or "").split(".")


def _wire(problem: Mapping[str, Json], parameters: Mapping[str, str]) -> str:
    """Give the field of the model that a problem is about; empty where it is about none."""
    return next((part for part in reversed(_parts(problem)) if part in parameters), "")


def _in_words(problem: Mapping[str, Json], parameters: Mapping[str, str]) -> str:
    """Say what is wrong with a field; one of the model is called as the recipe calls it."""
    parts, wire = _parts(problem), _wire(problem, parameters)
    says = next((str(problem[name]) for name in _MESSAGES if problem.get(name)), "is wrong")
    if not wire:
        return f"{'.'.join(parts)}: {says}" if any(parts) else says
    name = parameters[wire]
    return f"'{name}': {says}" if name == wire else f"'{name}' (sent as {wire}): {says}"
