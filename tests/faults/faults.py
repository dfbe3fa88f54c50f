"""What can go wrong with a request, and the dice that say what does."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Endpoint: TypeAlias = Literal["create", "poll", "list", "upload", "put", "download", "account", "callback"]
How: TypeAlias = Literal[
    "pass", "reset", "hold", "answer", "truncate", "trickle", "other", "cut", "refuse", "kill", "twice", "late",
    "forge", "replay", "overdue",
]  # fmt: skip

ENDPOINTS: tuple[Endpoint, ...] = ("create", "poll", "list", "upload", "put", "download", "account", "callback")

_HTML = b"<html><body><h1>Bad gateway</h1></body></html>"
_BUSY = b'{"code":"MODEL_UNAVAILABLE","message":"the provider is down","errors":null}'
_LIMITED = b'{"code":"RATE_LIMITED","message":"too many requests","errors":null}'
_BROKEN = b'{"code":"INTERNAL_ERROR","message":"something broke","errors":null}'
_EXPIRED = b'{"code":"SIGNATURE_EXPIRED","message":"this address has expired","errors":null}'


@dataclass(frozen=True, slots=True)
class Fault:
    """One way for a request to go wrong.

    Attributes:
        name: As the table calls it.
        how: What is done.
        delivered: Whether the other side gets the request nevertheless.
        status: Of an answer that is made up.
        body: Of that answer.
        media_type: Of that body.
        headers: Further ones of that answer.
        seconds: How long something lasts.
    """

    name: str
    how: How
    delivered: bool = False
    status: int = 0
    body: bytes = b""
    media_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0


def _answers() -> list[Fault]:
    """Answers of a server in trouble, or of something in front of it."""
    found = [
        Fault("429", "answer", status=429, body=_LIMITED),
        Fault("429 with Retry-After", "answer", status=429, body=_LIMITED, headers=(("retry-after", "1"),)),
    ]
    for status, body, media_type, words in (
        (500, _BROKEN, "application/json", "500"),
        (502, _HTML, "text/html", "502"),
        (503, _HTML, "text/html", "503 of a gateway"),
        (503, _BUSY, "application/json", "503 of the API"),
        (504, b"", "text/html", "504"),
    ):
        for delivered in (False, True):
            name = f"{words}, {'delivered' if delivered else 'not delivered'}"
            found.append(Fault(name, "answer", delivered, status, body, media_type))
    return found


_ANYWHERE = [
    Fault("connection refused", "refuse", seconds=0.4),
    Fault("reset, not delivered", "reset"),
    Fault("reset, delivered", "reset", delivered=True),
    Fault("no answer in time, not delivered", "hold", seconds=2.5),
    Fault("no answer in time, delivered", "hold", delivered=True, seconds=2.5),
    Fault("answer broken off", "truncate", delivered=True),
    Fault("slow answer", "trickle", delivered=True, seconds=0.4),
    Fault("answer slower than the limit", "trickle", delivered=True, seconds=3.4),
    *_answers(),
]
_PAGE = Fault("a page instead of JSON", "other", True, 200, _HTML, "text/html")
_ANOTHER = Fault("the JSON of another run", "other", True, 200)
_GONE = Fault("expired address", "answer", status=403, body=_EXPIRED)
_REFUSED = [
    Fault("402", "answer", status=402, body=b'{"code":"INSUFFICIENT_CREDIT","message":"too little","errors":null}'),
    Fault("422", "answer", status=422, body=b'{"code":"VALIDATION_ERROR","message":"no","errors":null}'),
]
_KILLS = [
    Fault("the runner killed, not delivered", "kill"),
    Fault("the runner killed, delivered", "kill", delivered=True),
]

FAULTS: dict[Endpoint, tuple[Fault, ...]] = {
    "create": (
        *_ANYWHERE,
        Fault("reset, delivered seconds later", "overdue", seconds=5.0),
        _PAGE,
        _ANOTHER,
        *_REFUSED,
        *_KILLS,
    ),
    "poll": (*_ANYWHERE, _PAGE, _ANOTHER),
    "list": (*_ANYWHERE, _PAGE),
    "upload": (*_ANYWHERE, _PAGE),
    "put": (*_ANYWHERE, _GONE),
    "download": (
        *_ANYWHERE,
        _GONE,
        Fault("garbage instead of a picture", "other", True, 200, b"\x00\x17garbage" * 40, "image/png"),
        Fault("half a picture as a whole", "cut", delivered=True),
        _PAGE,
    ),
    "account": (*_ANYWHERE, _PAGE),
    "callback": (
        Fault("reset, not delivered", "reset"),
        Fault("reset, delivered", "reset", delivered=True),
        Fault("lost", "answer", status=500, body=b""),
        Fault("delivered twice", "twice", delivered=True),
        Fault("late and out of order", "late", status=200, seconds=1.5),
        Fault("a forged one besides", "forge", delivered=True),
        Fault("an earlier one again", "replay", delivered=True),
    ),
}
"""What can happen, by endpoint; each is as likely as the next."""

_NONE = Fault("none", "pass", delivered=True)


@dataclass
class Dice:
    """Draws the faults of one campaign: the n-th request of an endpoint meets the same one each time.

    Attributes:
        seed: Of the campaign.
        rate: The share of requests that meet a fault, 0 to 1.
        decks: What happens next by endpoint, where campaigns together are to meet everything; else it is drawn.
        thrown: What was drawn so far, by endpoint and name.
        is_over: Whether everything goes well from now on.
    """

    seed: str
    rate: float
    decks: Mapping[Endpoint, Iterator[Fault]] | None = None
    thrown: Counter[tuple[Endpoint, str]] = field(default_factory=Counter)
    is_over: bool = False
    _dice: dict[Endpoint, random.Random] = field(default_factory=dict)

    def throw(self, endpoint: Endpoint) -> Fault:
        """Say what happens to the next request."""
        dice = self._dice.setdefault(endpoint, random.Random(f"{self.seed} {endpoint}"))
        if self.is_over or dice.random() >= self.rate:
            return _NONE
        fault = dice.choice(FAULTS[endpoint]) if self.decks is None else next(self.decks[endpoint])
        self.thrown[endpoint, fault.name] += 1
        return fault
