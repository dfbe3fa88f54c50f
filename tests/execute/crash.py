"""Carries out a plan again and again, each time in a folder of its own, and is killed one instant later each time.

An instant is the moment before or after something lasting is done: a write to the database, a flush, a rename.
Called as ``python -m tests.execute.crash FOLDER KIND``, a key of ``KINDS``; says after how many instants the plan came
to its end.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from runner.execute.doors import Policy
from runner.execute.draws import draw_key
from runner.plan.plan import Plan
from runner.providers.base import Provider
from runner.store.state import State
from tests.execute.checked import blank, checked, not_blank, output_of
from tests.execute.instants import counted
from tests.execute.plans import action, after, carry_out, output, part_mask, photo, plan, png
from tests.execute.providers import CountingProvider, DrawingProvider
from tests.execute.shop import PRICE, Shop

MOST_INSTANTS = 500
_AT_ONCE = 8
"""They wait for the disk most of the time."""


def wanted(root: Path) -> Plan:
    """Two steps in a row, the second pasted back, and two outputs."""
    first = action("first", {"image": photo(root, "in/a.png", 1)})
    second = action("second", {"image": after(first)}, paste_back=part_mask("50%"))
    return plan(root, first, second, outputs=(output(first, "out/first.png"), output(second, "out/second.png")))


def drawn(root: Path) -> Plan:
    """A step that is drawn again because its first result is blank."""
    edit = replace(action("edit", {"image": photo(root, "in/a.png", 1)}), redraws=2)
    return checked(root, edit, checks=(not_blank(edit),), outputs=(output_of(edit, "cell"),))


def drawing(root: Path) -> DrawingProvider:
    """What gives a blank first draw, and then a picture."""
    return DrawingProvider({draw_key(drawn(root).actions[0].key, 0): blank()}, png(5))


def bought(root: Path) -> Plan:
    """Two steps in a row that cost money, the second pasted back, under a cap that they just fit."""
    first, second = (replace(one, list_price=PRICE, payable=PRICE) for one in wanted(root).actions)
    return checked(root, first, second, outputs=(output_of(second, "cell"),), cap=PRICE + PRICE)


KINDS: dict[str, tuple[Callable[[Path], Plan], Callable[[Path], Provider]]] = {
    "plain": (wanted, lambda _: CountingProvider()),
    "draws": (drawn, drawing),
    "honest-shop": (bought, lambda root: Shop(root / "shop", honors_references=True)),
    "plain-shop": (bought, lambda root: Shop(root / "shop", honors_references=False)),
}
"""What is carried out, and by whom."""


def main(folder: Path, kind: str) -> None:
    """Be killed at every instant."""
    _carry_out(folder / "whole", kind)  # what is imported late is imported here, once, and not in every child
    for first in range(1, MOST_INSTANTS, _AT_ONCE):
        instants = range(first, first + _AT_ONCE)
        children = [_begin(instant, folder, kind) for instant in instants]
        statuses = [os.waitpid(child, 0)[1] for child in children]
        came_to_the_end = [at for at, status in zip(instants, statuses, strict=True) if not os.WIFSIGNALED(status)]
        if came_to_the_end:
            sys.stdout.write(f"{came_to_the_end[0]}\n")
            return


def _begin(instant: int, folder: Path, kind: str) -> int:
    """Give the process that will be killed."""
    child = os.fork()
    if child == 0:
        _carry_out_until(instant, folder / f"{instant:03}", kind)
    return child


def _carry_out_until(instant: int, root: Path, kind: str) -> None:
    left = [instant]
    os.fsync = counted(os.fsync, left)
    Path.replace = counted(Path.replace, left)  # type: ignore[method-assign]  # to be killed around the true one
    State.write = counted(State.write, left)  # type: ignore[method-assign]  # to be killed around the true one
    _carry_out(root, kind)
    os._exit(0)


def _carry_out(root: Path, kind: str) -> None:
    root.mkdir()
    make_plan, make_provider = KINDS[kind]
    carry_out(make_plan(root), make_provider(root), policy=Policy(jobs=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
