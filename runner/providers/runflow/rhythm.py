"""When to ask for a job: near the time that jobs of its model usually take, then less and less often."""

import random
from collections import defaultdict, deque
from collections.abc import Iterator
from statistics import median

REMEMBERED = 15
LONGEST_PAUSE_S = 15.0
LONGEST_NET_PAUSE_S = 60.0

_FIRST_S = 0.5
_SHORTEST_S = 0.1
_GROWTH = 1.4
_NET_FIRST_S = 5.0


class Durations:
    """How long the latest jobs of each model took, in this process."""

    def __init__(self) -> None:
        self._by_model: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=REMEMBERED))

    def note(self, model: str, duration_s: float) -> None:
        """Learn how long a job took."""
        self._by_model[model].append(max(0.0, duration_s))

    def usual_s(self, model: str) -> float | None:
        """The median; None where nothing is known yet."""
        known = self._by_model.get(model)
        return median(known) if known else None


def pauses_s(usual_s: float | None, age_s: float) -> Iterator[float]:
    """Give the pauses before each question, without end.

    Args:
        usual_s: How long such jobs usually take; None where nothing is known.
        age_s: How long ago this one was accepted.
    """
    step_s = _FIRST_S
    if usual_s is not None:
        step_s = max(_SHORTEST_S, 0.1 * usual_s)
        if age_s < usual_s:
            yield _just_after(max(_SHORTEST_S, usual_s - age_s))
    while True:
        yield _spread(min(LONGEST_PAUSE_S, step_s))
        step_s = min(LONGEST_PAUSE_S, step_s * _GROWTH)


def net_pauses_s(usual_s: float | None, age_s: float) -> Iterator[float]:
    """Give the pauses before each question where a callback should come first, without end.

    Args:
        usual_s: How long such jobs usually take; None where nothing is known.
        age_s: How long ago this one was accepted.
    """
    step_s = max(_NET_FIRST_S, 3 * (usual_s or 0.0))
    yield _spread(max(_SHORTEST_S, step_s - age_s))
    while True:
        yield _spread(step_s)
        step_s = min(LONGEST_NET_PAUSE_S, step_s * _GROWTH)


def _just_after(pause_s: float) -> float:
    """Spread questions as little as is of use: before that time, most would be in vain."""
    return pause_s * random.uniform(1.0, 1.04)  # noqa: S311 - no secret


def _spread(pause_s: float) -> float:
    """Spread questions, so that jobs that were accepted together are not asked for together."""
    return pause_s * random.uniform(0.9, 1.1)  # noqa: S311 - no secret
