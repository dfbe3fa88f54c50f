"""Pairs whose truth is known exactly, as both pictures are made from one scene."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bench.engines.generated.holes import Hole
from bench.engines.generated.light import PLAIN, Light, take
from bench.engines.generated.views import Warp, render, unmoved
from bench.engines.generated.worlds import blob
from bench.engines.pairs.pair import Pair, painted_white
from runner.engines.base import Rgb8

_SHOWN = 0.86


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """Something before the scene that moves by itself when it is seen from elsewhere.

    Attributes:
        world: What its surface shows.
        reach: Its radius, in halves of the scene's shorter side.
        warp: Of the reference.
    """

    world: Callable[[], Rgb8]
    reach: float
    warp: Warp


@dataclass(frozen=True, slots=True, kw_only=True)
class Passer:
    """Something that only one of the pictures shows.

    Attributes:
        x, y: Its middle, in shares of the picture.
        reach: Its radius, in halves of the shorter side.
        color: sRGB, 0 to 255.
    """

    x: float
    y: float
    reach: float
    color: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """How a pair is made.

    Attributes:
        name: Begins with a number, which also seeds what is left to chance.
        world: The scene.
        hole: Of the photo.
        warp: How the reference sees the scene.
        light, own_light: How the reference and the photo take it.
        front: Something before the scene.
        in_reference, in_photo: What only one of them shows; in the photo it belongs to the truth.
        unwanted: What stands in the hole, where the mask is not a painted hole but an object to replace.
        scale: The reference's size in that of the photo.
    """

    name: str
    world: Callable[[], Rgb8]
    hole: Hole
    warp: Warp = unmoved
    light: Light = PLAIN
    own_light: Light = PLAIN
    front: Front | None = None
    in_reference: Passer | None = None
    in_photo: Passer | None = None
    unwanted: Passer | None = None
    scale: float = 1.0

    @property
    def seed(self) -> int:
        """The number in the name."""
        return int("".join(letter for letter in self.name.split("_")[0] if letter.isdigit()))


def build(case: Generated) -> Pair:
    """Make a pair; the same case gives the same pixels."""
    world, front = case.world(), case.front
    near = round(_SHOWN * world.shape[0]), round(_SHOWN * world.shape[1])
    far = round(case.scale * near[0]), round(case.scale * near[1])
    unit_px, mask = max(near) / 2, case.hole(near)
    seen = _with_front(render(world, unmoved, near, unit_px), front, unmoved, unit_px)
    truth = take(_with(seen, case.in_photo), case.own_light, case.seed)
    elsewhere = _with_front(render(world, case.warp, far, unit_px), front, front.warp if front else unmoved, unit_px)
    return Pair(
        name=case.name,
        photo=painted_white(truth, mask) if case.unwanted is None else _with(truth, case.unwanted),
        mask=mask,
        reference=take(_with(elsewhere, case.in_reference), case.light, 1000 + case.seed),
        truth=truth,
    )


def _with_front(seen: Rgb8, front: Front | None, warp: Warp, unit_px: float) -> Rgb8:
    if front is None:
        return seen
    world, size = front.world(), (seen.shape[0], seen.shape[1])
    cover = np.rint(255 * blob((world.shape[0], world.shape[1]), 1, front.reach)).astype(np.uint8)
    shares = render(np.repeat(cover[..., None], 3, axis=2), warp, size, unit_px) / 255.0
    mixed: Rgb8 = np.rint(shares * render(world, warp, size, unit_px) + (1 - shares) * seen).astype(np.uint8)
    return mixed


def _with(seen: Rgb8, passer: Passer | None) -> Rgb8:
    if passer is None:
        return seen
    rows, columns = seen.shape[:2]
    middle = blob((rows, columns), 2, passer.reach)
    by = round((passer.y - 0.5) * rows), round((passer.x - 0.5) * columns)
    cover = np.roll(middle, by, axis=(0, 1))[..., None]
    shade = np.linspace(1.15, 0.75, rows)[:, None, None] * np.array(passer.color)
    mixed: Rgb8 = np.rint(np.clip(cover * shade + (1 - cover) * seen, 0, 255)).astype(np.uint8)
    return mixed
