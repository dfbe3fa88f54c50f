"""How many requests a second: one after the other, evenly, whoever asks."""

from runner.providers.runflow.connection import Doors

LONGEST_HOLD_S = 120.0


class Pace:
    """Gives out turns, first come, first served, and lets all wait when the provider asks for it.

    Args:
        per_second: Turns, at most.
        doors: The clock.
    """

    def __init__(self, per_second: float, doors: Doors) -> None:
        self._gap_s = 1 / per_second
        self._doors = doors
        self._next_s = doors.now_s()

    async def turn(self) -> None:
        """Wait for a turn."""
        now_s = self._doors.now_s()
        at_s = max(now_s, self._next_s)
        self._next_s = at_s + self._gap_s
        if at_s > now_s:
            await self._doors.sleep(at_s - now_s)

    def hold(self, pause_s: float) -> None:
        """Give out no turn for so long; a wish for more than two minutes counts as two minutes."""
        self._next_s = max(self._next_s, self._doors.now_s() + min(pause_s, LONGEST_HOLD_S))
