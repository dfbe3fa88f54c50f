"""What is left to spend at the provider."""

from decimal import Decimal, InvalidOperation

from runner.core.digest import Json
from runner.providers.runflow.asking import Asker, refused
from runner.providers.runflow.refusal import About


async def read_balance(asker: Asker) -> Decimal | None:
    """Ask for the balance, in US dollars; it may be below zero.

    Returns:
        None where the key may not read it, or the provider has none.

    Raises:
        ProviderError: the key was refused, or there was no answer.
    """
    about = About(what="the balance")
    answer = await asker.get("/v1/billing/balance", about)
    if answer.status in {403, 404, 405}:
        return None
    if answer.status >= 300:
        raise refused(answer, about, asker.client)
    balance, cents = _decimal(answer.members.get("balance")), _decimal(answer.members.get("balance_cents"))
    return cents / 100 if balance is None and cents is not None else balance


def _decimal(value: Json) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
