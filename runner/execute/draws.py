"""Draws: further results under the same action, asked for when a check fails, each kept under its own key."""

from dataclasses import dataclass

from runner.core.digest import ActionKey, digest_json
from runner.plan.plan import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one draw of an action is kept.

    Attributes:
        raw_key: Of the provider's own result.
        key: Of that after ``paste_back``; the same where there is none.
        draw: Which draw, from 0.
    """

    raw_key: ActionKey
    key: ActionKey
    draw: int = 0


def can_redraw(action: Action) -> bool:
    """Whether a failed check may ask for a further draw.

    Local engines give the same result each time, and what the plan did not count as payable is not bought.
    """
    is_counted = bool(action.payable) or not action.list_price
    return action.redraws > 0 and action.provider != "local" and is_counted


def first_place(action: Action) -> Place:
    """Say where the result of an action that is drawn once is kept."""
    return Place(raw_key=action.raw_key, key=action.key)


def place_of_draw(action: Action, draw: int) -> Place:
    """Say where a draw is kept while it is not known which one will stand under the action's own key.

    The provider's own first result stays under the action's raw key where that is another one, so that actions which
    differ by what they paste share it.
    """
    key = draw_key(action.key, draw)
    if action.paste_back is None:
        return Place(raw_key=key, key=key, draw=draw)
    return Place(raw_key=raw_key_of_draw(action, draw), key=key, draw=draw)


def raw_key_of_draw(action: Action, draw: int) -> ActionKey:
    """Say where the provider's own result behind a pasted draw is kept."""
    return action.raw_key if draw == 0 else draw_key(action.raw_key, draw)


def keys_of_work(action: Action) -> list[ActionKey]:
    """Give every key under which a part of an action's work may be kept: its own, the raw one, those of its draws."""
    keys = [action.key, action.raw_key]
    if action.redraws and action.provider != "local":
        places = [place_of_draw(action, draw) for draw in range(action.redraws + 1)]
        keys += [key for place in places for key in (place.key, place.raw_key)]
    return list(dict.fromkeys(keys))


def draw_key(key: ActionKey, draw: int) -> ActionKey:
    """Digest which draw of an action it is."""
    return ActionKey(digest_json("draw/1", {"action": key, "draw": draw}))
