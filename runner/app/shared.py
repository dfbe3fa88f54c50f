"""What the cache remote has of a plan's work and the store has not: a look at lists, nothing is taken."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from runner.core.digest import ActionKey
from runner.core.errors import StoreError
from runner.execute.draws import keys_of_work
from runner.plan.plan import Plan
from runner.store.store import Store

if TYPE_CHECKING:
    from runner.store.remote import Remote

AT_ONCE = 32
"""Small requests on their way at one time."""

MOST_LOOKED_AT = 1000
"""Results that are looked at one by one; where there are more, a plan believes the lists, and a run finds out."""

REASON = "done before, in the cache remote"


@dataclass(frozen=True, slots=True)
class Shared:
    """What the remote has of a plan's work.

    Attributes:
        notes: What a person should know: that it cannot be reached, or that something in it is damaged.
    """

    keys: frozenset[ActionKey] = frozenset()
    notes: tuple[str, ...] = ()


class SharedResults:
    """Looks up what a cache remote has; one that fails is not asked again.

    Args:
        address: None where there is none.
        lost: Keys that turned out not to be usable.
    """

    def __init__(self, address: str | None, lost: AbstractSet[ActionKey] = frozenset()) -> None:
        self._address = address
        self._lost = lost
        self._remote: Remote | None = None
        self._folders: list[str] = []
        self._listed: dict[str, frozenset[ActionKey]] = {}
        self._whole: dict[ActionKey, bool] = {}
        self._notes: list[str] = []

    def of_plan(self, plan: Plan, store: Store) -> Shared:
        """Say what the remote has of the work of a plan."""
        keys = self.among((key for action in plan.actions for key in keys_of_work(action)), store)
        return Shared(keys, tuple(self._notes))

    def among(self, keys: Iterable[ActionKey], store: Store) -> frozenset[ActionKey]:
        """Say which results the remote has and the store has not; what is being bought is left alone."""
        if self._address is None:
            return frozenset()
        wanted = set(keys) - self._lost - keys_being_bought(store)
        wanted -= store.held(wanted).keys()
        if not wanted:
            return frozenset()
        try:
            remote = self._open(self._address)
            return self._without_damage(self._list(wanted, remote), remote)
        except StoreError as error:
            self._notes.append(f"planned without the cache remote: {error.message}")
            self._address = None
            return frozenset()

    def _open(self, address: str) -> "Remote":
        from runner.store.remote import open_remote

        if self._remote is None:
            self._remote = open_remote(address)
            self._folders = self._remote.folders() if self._remote.is_begun() else []
        return self._remote

    def _list(self, wanted: AbstractSet[ActionKey], remote: "Remote") -> frozenset[ActionKey]:
        """Find out what is there; each folder is listed once, several at a time."""
        from runner.store.parallel import in_parallel

        new = ({key[:2] for key in wanted} & set(self._folders)) - self._listed.keys()
        self._listed |= dict(in_parallel(remote.keys_in, sorted(new), at_once=AT_ONCE))
        return frozenset(key for key in wanted if key in self._listed.get(key[:2], ()))

    def _without_damage(self, there: frozenset[ActionKey], remote: "Remote") -> frozenset[ActionKey]:
        """Leave out what is damaged, as far as can be seen without reading the pictures."""
        from runner.app.transfer import damage_note
        from runner.store.parallel import in_parallel

        new = sorted(there - self._whole.keys())
        if len(new) > MOST_LOOKED_AT:
            return there
        self._whole |= dict(in_parallel(remote.seems_whole, new, at_once=AT_ONCE))
        damaged = {key: "its document or its picture is damaged" for key in new if not self._whole[key]}
        if damaged:
            self._notes.append(damage_note(damaged, remote.address))
        return frozenset(key for key in there if self._whole.get(key, True))


def with_shared_reasons(plan: Plan, shared: AbstractSet[ActionKey]) -> Plan:
    """Say of each action that is reused out of the remote that it is."""
    if not shared:
        return plan
    actions = tuple(
        replace(action, reason=REASON) if action.decision == "reuse" and action.key in shared else action
        for action in plan.actions
    )
    return replace(plan, actions=actions)


def keys_being_bought(store: Store) -> set[ActionKey]:
    """Collect what was sent to a provider and is not collected yet: it is paid, or may be, and has to be settled."""
    under_way = [purchase for purchase in store.purchases.open() if purchase.progress]
    return {key for purchase in under_way for key in (purchase.key, purchase.action)}
