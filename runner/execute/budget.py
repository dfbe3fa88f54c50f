"""What a run may still spend: reserved before a job is submitted, settled after."""

from runner.core.errors import Refused
from runner.core.money import ZERO, Money


class Budget:
    """Keeps charges and reservations together at or below a cap; lives in one event loop.

    Args:
        cap: The most that may be spent; None for no cap.
        spent: What this run was charged before, when it is gone on with.
    """

    def __init__(self, cap: Money | None, spent: Money) -> None:
        self._cap = cap
        self._spent = spent
        self._reserved = ZERO

    def reserve(self, amount: Money) -> None:
        """Set an amount aside; nothing is always possible.

        Raises:
            Refused: ``over-budget``; nothing is set aside.
        """
        taken = self._spent + self._reserved
        if amount and self._cap is not None and self._cap < taken + amount:
            raise Refused(
                "over-budget",
                f"{amount} more would exceed the budget of {self._cap}: {self._spent} is spent"
                f" and {self._reserved} is reserved",
                hint="raise the budget, then make a new plan: runner run RECIPE",
            )
        self._reserved += amount

    def settle(self, reserved: Money, charged: Money) -> None:
        """Replace a reservation by what was charged, which may be nothing."""
        self._reserved -= reserved
        self._spent += charged
