"""A callback as it comes in: who sent it, and which job it is about; what it says of the job is never believed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import orjson
from pydantic import SecretStr

from runner.providers.runflow.signature import is_signed

Verdict: TypeAlias = Literal["taken", "unsigned", "garbled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Somebody who waits for jobs of one provider.

    Attributes:
        secret: What the provider signs its callbacks with.
        tell: Is given the id of a job that is said to have ended; says whether that was news.
    """

    secret: SecretStr
    tell: Callable[[str], bool]


def take_callback(body: bytes, signature: bytes, listeners: Iterable[Listener]) -> Verdict:
    """Tell the listener whose secret signed a callback which job it is about; nobody where no secret did."""
    listener = next((one for one in listeners if is_signed(one.secret.get_secret_value(), body, signature)), None)
    if listener is None:
        return "unsigned"
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return "garbled"
    job_id = document.get("run_id") if isinstance(document, dict) else None
    if isinstance(job_id, str):
        listener.tell(job_id)
    return "taken"
