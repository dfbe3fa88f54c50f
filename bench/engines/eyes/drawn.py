"""Portraits with drawn eyes: a face that scikit-image carries, enlarged, with irises that are known exactly.

As with photos, every third is held out.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from bench.engines.eyes.drawn_eye import Iris, Points, draw_eye
from bench.engines.eyes.truth import Portrait
from bench.engines.generated.light import DARKER, OLD_LENS, PLAIN, SENT, WARMER, Light, take
from bench.engines.pictures import installed_photo

_LEFT = (
    (194, 101),
    (196.5, 99.6),
    (199.5, 98.2),
    (203, 97.7),
    (206.5, 98.4),
    (209, 99.8),
    (211.5, 102),
    (213.8, 103.6),
    (210, 104.2),
    (206.5, 104.9),
    (203, 104.9),
    (199.5, 104),
    (196.5, 102.6),
)
_RIGHT = (
    (236.2, 104.9),
    (239, 102.5),
    (241.5, 101),
    (244.5, 100),
    (247.5, 99.7),
    (250.5, 100.2),
    (253.5, 101.8),
    (257, 104.6),
    (254, 105.6),
    (251, 106.6),
    (247.5, 107),
    (244, 106.5),
    (240.5, 105.8),
)
"""The openings of the astronaut's lids, in pixels of the photo."""

_TOP, _LEFT_PX, _SIDE_PX = 0, 125, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """How a portrait is made.

    Attributes:
        name: Begins with a number, which also seeds the grain.
        iris: Of both eyes.
        zoom: How much the face is enlarged; the irises' radius is some 5.5 px times that.
        light: In which it is taken.
        mirrored: Whether left and right change places.
    """

    name: str
    iris: Iris
    zoom: float = 4.0
    light: Light = field(default=PLAIN)
    mirrored: bool = False


_BROWN, _DARK, _BLUE, _GREEN, _GRAY = (98, 62, 38), (54, 36, 26), (104, 138, 168), (96, 124, 82), (122, 130, 138)

CASES: Sequence[Drawn] = (
    Drawn(name="f01_brown", iris=Iris(color=_BROWN)),
    Drawn(name="f02_blue", iris=Iris(color=_BLUE, pupil=0.28)),
    Drawn(name="f03_dark", iris=Iris(color=_DARK)),
    Drawn(name="f04_dark_large_pupil", iris=Iris(color=_DARK, pupil=0.5), light=DARKER),
    Drawn(name="f05_green_aside", iris=Iris(color=_GREEN, look=(0.5, 0.0))),
    Drawn(name="f06_gray_warm", iris=Iris(color=_GRAY), light=WARMER),
    Drawn(name="f07_blue_warm", iris=Iris(color=_BLUE), light=WARMER),
    Drawn(name="f08_brown_small", iris=Iris(color=_BROWN), zoom=1.6),
    Drawn(name="f09_green_small", iris=Iris(color=_GREEN), zoom=2.0, light=SENT),
    Drawn(name="f10_brown_large", iris=Iris(color=_BROWN, look=(-0.2, 0.05)), zoom=10.0),
    Drawn(name="f11_gray_sent", iris=Iris(color=_GRAY, pupil=0.45), light=SENT),
    Drawn(name="f12_dark_aside", iris=Iris(color=_DARK, look=(-0.5, 0.0)), mirrored=True),
    Drawn(name="f13_green_mirrored", iris=Iris(color=_GREEN, look=(0.2, -0.1)), light=OLD_LENS, mirrored=True),
    Drawn(name="f14_brown_dim", iris=Iris(color=_BROWN), light=Light(gain=(0.42, 0.36, 0.32), noise=3.0)),
)
"""In order; a name says color and peculiarity."""


def draw_portraits(wanted: Callable[[str], bool]) -> Iterator[Portrait]:
    """Make the portraits one by one.

    Args:
        wanted: Says by the name which to make.
    """
    return (_portrait(case) for case in CASES if wanted(case.name))


def _portrait(case: Drawn) -> Portrait:
    photo = installed_photo("astronaut.png")[_TOP : _TOP + _SIDE_PX, _LEFT_PX : _LEFT_PX + _SIDE_PX]
    side = round(case.zoom * _SIDE_PX)
    face = np.array(Image.fromarray(photo).resize((side, side), Image.Resampling.BICUBIC))
    openings = {"left": _on_face(_LEFT, case), "right": _on_face(_RIGHT, case)}
    if case.mirrored:
        face = np.ascontiguousarray(face[:, ::-1])
        openings = {"right": _mirrored(openings["left"], side), "left": _mirrored(openings["right"], side)}
    eyes = tuple(draw_eye(face, opening, at, case.iris) for at, opening in openings.items())
    seed = int(case.name[1:3])
    return Portrait(name=case.name, photo=take(face, case.light, seed), eyes=eyes, expected="recolored", is_gray=False)


def _on_face(opening: Sequence[tuple[float, float]], case: Drawn) -> Points:
    points: Points = (np.array(opening) - (_LEFT_PX, _TOP)) * case.zoom
    return points


def _mirrored(opening: Points, side: int) -> Points:
    return np.stack([side - opening[:, 0], opening[:, 1]], axis=1)
