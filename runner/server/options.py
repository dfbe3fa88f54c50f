"""What a server was started with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runner.core.money import Money, parse_money

PLAY_MONEY = parse_money("1000000")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """The options of ``runner serve``.

    Attributes:
        data: The folder of the database and the blobs.
        workers: How many engines run at once, each in its own process.
        callback_allow: Hosts (names or addresses, lower case) that callbacks may reach although they are private;
            ``http:`` is allowed for them too.
        fetch_allow: The same for inputs.
        prices: What a run costs, by model id; a model that is not named is free.
        balance: What each organization was ever given to spend.
        keep_days: How long to keep what has ended; None for ever.
    """

    data: Path
    workers: int = 1
    callback_allow: frozenset[str] = frozenset()
    fetch_allow: frozenset[str] = frozenset()
    prices: Mapping[str, Money] = field(default_factory=dict)
    balance: Money = PLAY_MONEY
    keep_days: int | None = None
