"""Kills the process at one instant: before or after something lasting is done, such as one transition of a purchase."""

import json
import os
import random
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner.store.purchases import Purchases
from runner.store.state import State
from runner.store.store import Store

TRANSITIONS = {
    "claim": "claimed",
    "prepare": "prepared",
    "send": "sent",
    "accept": "accepted",
    "note_charge": "charged",
    "finish_purchase": "finished",
    "recall": "recalled (the provider took nothing)",
    "doubt": "in doubt",
    "fail": "failed",
    "buy_again": "given up, to be bought again",
}
"""Of a purchase: the method that writes each, and its name."""

_USUAL = ("claim", "prepare", "send", "accept", "note_charge", "finish_purchase")
_OTHERS = {
    "write": "any write to the state",
    "together": "writes of several",
    "flush": "a file flushed",
    "rename": "a file renamed",
}
INSTANTS = (*TRANSITIONS, *_OTHERS)
WORDS = TRANSITIONS | _OTHERS

_MOST = {
    **dict.fromkeys(TRANSITIONS, 2),
    **dict.fromkeys(_USUAL, 12),
    "write": 200,
    "together": 120,
    "flush": 80,
    "rename": 60,
}
"""The highest number of an instant that is drawn: the rare ones happen once or twice, if at all."""


@dataclass(frozen=True, slots=True)
class Kill:
    """When a process dies.

    Attributes:
        what: One of ``INSTANTS``.
        side: Before it is done, or after it was done and before anybody knows.
        number: Which of them, from 1.
    """

    what: str
    side: str
    number: int

    @property
    def name(self) -> str:
        return f"{self.side} {self.what}"


def draw_kill(number: int, dice: random.Random) -> Kill:
    """Draw an instant; all have their turn as ``number`` grows."""
    what = INSTANTS[number % len(INSTANTS)]
    return Kill(what, dice.choice(("before", "after")), dice.randint(1, _MOST[what]))


def arm(kill: Kill, told: Path) -> None:
    """Die at an instant of this process; the file says so, for whoever finds the body."""
    target, name = {
        "write": (State, "write"),
        "together": (State, "together"),
        "flush": (os, "fsync"),
        "rename": (Path, "replace"),
        "finish_purchase": (Store, "finish_purchase"),
    }.get(kill.what, (Purchases, kill.what))
    setattr(target, name, _deadly(getattr(target, name), kill, told))


def _deadly(function: Callable[..., Any], kill: Kill, told: Path) -> Callable[..., Any]:
    left, lock = [kill.number], threading.Lock()

    def deadly(*args: Any, **kwargs: Any) -> Any:
        with lock:
            left[0] -= 1
            is_now = left[0] == 0
        if is_now and kill.side == "before":
            _die(kill, told)
        result = function(*args, **kwargs)
        if is_now:
            _die(kill, told)
        return result

    return deadly


def _die(kill: Kill, told: Path) -> None:
    with told.open("a") as file:
        file.write(json.dumps(kill.name) + "\n")
    os.kill(os.getpid(), signal.SIGKILL)
