"""The generated pairs: scenes, ways to see them, lights and holes of many kinds.

As with photos, every third is held out.
"""

from collections.abc import Sequence
from functools import partial

from bench.engines.generated.build import Front, Generated, Passer
from bench.engines.generated.holes import all_of, box, brush, soft_disc, uneven_disc
from bench.engines.generated.light import DARKER, OLD_LENS, SENT, WARMER, Light
from bench.engines.generated.views import after, homography, lens, two_planes, uneven
from bench.engines.generated.worlds import facade, photo, posters

_STEP = homography((1.03, 0.04, -0.04), (-0.03, 0.98, 0.03), (0.02, -0.015, 1))
_STRIDE = homography((0.94, -0.12, 0.07), (0.10, 1.02, -0.05), (-0.09, 0.05, 1))
_QUARTER = homography((0.02, 0.78, 0), (-0.78, 0.02, 0), (0.01, 0.01, 1))
_NEARER = homography((0.6, 0.01, 0.04), (-0.01, 0.6, 0.02), (0, 0, 1))
_FLOOR = two_planes(_STEP, (0.1, 1, -0.05), (0.05, 0.16, 0))
_CORNER = two_planes(_STEP, (1, 0.1, 0.03), (-0.18, 0.02, 0))
_MIDDLE = box(0.32, 0.36, 0.62, 0.66)
_GREEN_COAT, _RED_COAT = (52, 96, 70), (150, 44, 40)

CASES: Sequence[Generated] = (
    Generated(name="g01_posters_step", world=partial(posters, 1), warp=_STEP, hole=_MIDDLE),
    Generated(
        name="g02_coffee_darker", world=partial(photo, "coffee.png"), warp=_STEP, light=DARKER, hole=uneven_disc(0.4, 2)
    ),
    Generated(
        name="g03_hubble_stride", world=partial(photo, "hubble_deep_field.jpg"), warp=_STRIDE, hole=uneven_disc(0.3, 3)
    ),
    Generated(name="g04_posters_warmer", world=partial(posters, 4), warp=_STRIDE, light=WARMER, hole=brush(4)),
    Generated(
        name="g05_astronaut_old_lens",
        world=partial(photo, "astronaut.png"),
        warp=_STEP,
        light=OLD_LENS,
        hole=uneven_disc(0.45, 5),
    ),
    Generated(name="g06_facade_corner", world=partial(facade, 6), warp=_CORNER, hole=_MIDDLE),
    Generated(name="g07_posters_corner", world=partial(posters, 7), warp=_CORNER, hole=_MIDDLE),
    Generated(
        name="g08_rocket_quarter_turn", world=partial(photo, "rocket.jpg"), warp=_QUARTER, hole=box(0.3, 0.4, 0.7, 0.6)
    ),
    Generated(name="g09_chelsea_floor", world=partial(photo, "chelsea.png"), warp=_FLOOR, light=WARMER, hole=_MIDDLE),
    Generated(
        name="g10_posters_front",
        world=partial(posters, 10),
        warp=homography((1, 0, -0.015), (0, 1, 0), (0, 0, 1)),
        front=Front(world=partial(posters, 110), reach=0.5, warp=homography((1, 0, 0.045), (0, 1, 0.004), (0, 0, 1))),
        hole=box(0.34, 0.5, 0.66, 0.82),
    ),
    Generated(
        name="g11_hubble_nearer",
        world=partial(photo, "hubble_deep_field.jpg"),
        warp=_NEARER,
        hole=all_of(box(0.4, 0.3, 0.55, 0.42), box(0.6, 0.6, 0.72, 0.78), box(0.1, 0.7, 0.2, 0.85)),
    ),
    Generated(
        name="g12_posters_uneven", world=partial(posters, 12), warp=after(_STEP, uneven(0.035, 12)), hole=_MIDDLE
    ),
    Generated(
        name="g13_coffee_uneven",
        world=partial(photo, "coffee.png"),
        warp=after(_STEP, uneven(0.03, 13)),
        light=DARKER,
        hole=uneven_disc(0.35, 13),
    ),
    Generated(
        name="g14_posters_passer",
        world=partial(posters, 14),
        warp=_STEP,
        hole=_MIDDLE,
        in_reference=Passer(x=0.44, y=0.5, reach=0.16, color=_GREEN_COAT),
    ),
    Generated(
        name="g15_astronaut_passers",
        world=partial(photo, "astronaut.png"),
        warp=_STEP,
        hole=uneven_disc(0.35, 15),
        in_reference=Passer(x=0.4, y=0.45, reach=0.2, color=_RED_COAT),
        in_photo=Passer(x=0.75, y=0.6, reach=0.2, color=_GREEN_COAT),
    ),
    Generated(name="g16_rocket_border", world=partial(photo, "rocket.jpg"), warp=_STEP, hole=box(0.55, 0.4, 1, 0.65)),
    Generated(
        name="g17_facade_corner_hole", world=partial(facade, 17), warp=_STEP, light=OLD_LENS, hole=box(0, 0, 0.4, 0.35)
    ),
    Generated(
        name="g18_chelsea_half", world=partial(photo, "chelsea.png"), warp=_STEP, light=DARKER, hole=box(0, 0.5, 1, 1)
    ),
    Generated(name="g19_posters_half", world=partial(posters, 19), warp=_STRIDE, hole=box(0.14, 0.14, 0.86, 0.84)),
    Generated(
        name="g20_coffee_soft_edge",
        world=partial(photo, "coffee.png"),
        warp=_STEP,
        light=WARMER,
        hole=soft_disc(0.4, 20, 0.05),
        unwanted=Passer(x=0.5, y=0.5, reach=0.25, color=_GREEN_COAT),
    ),
    Generated(name="g21_brick_step", world=partial(photo, "brick.png"), warp=_STRIDE, hole=_MIDDLE),
    Generated(
        name="g22_grass_darker", world=partial(photo, "grass.png"), warp=_STEP, light=DARKER, hole=uneven_disc(0.4, 22)
    ),
    Generated(
        name="g23_facade_front_sent",
        world=partial(facade, 23),
        warp=homography((1, 0, -0.01), (0, 1, 0), (0, 0, 1)),
        light=SENT,
        own_light=Light(noise=2.0),
        front=Front(world=partial(posters, 123), reach=0.45, warp=homography((1, 0, 0.05), (0, 1, 0), (0, 0, 1))),
        hole=brush(23),
    ),
    Generated(
        name="g24_retina_lens",
        world=partial(photo, "retina.jpg"),
        warp=after(lens(0.06), _STEP),
        light=WARMER,
        hole=uneven_disc(0.25, 24),
    ),
    Generated(
        name="g25_tissue_sent_small",
        world=partial(photo, "ihc.png"),
        warp=_STEP,
        light=SENT,
        scale=0.6,
        hole=uneven_disc(0.4, 25),
    ),
    Generated(name="g26_coffee_equal", world=partial(photo, "coffee.png"), hole=_MIDDLE),
    Generated(
        name="g27_rocket_lens_many",
        world=partial(photo, "rocket.jpg"),
        warp=after(lens(-0.05), _STRIDE),
        light=SENT,
        hole=all_of(box(0.1, 0.3, 0.25, 0.45), box(0.5, 0.45, 0.8, 0.55), box(0.85, 0.7, 1, 0.9)),
    ),
)
"""In order; a name says scene and peculiarity."""
