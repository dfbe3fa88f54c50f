"""How each type of check is measured: one function each, and the table of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias, cast

from runner.core.check import CheckType
from runner.core.errors import ImageError
from runner.execute.limits import Limit, Side
from runner.plan.plan import Check, MaskImage
from runner.providers.shelf import SHELF

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from runner.images.photo import Mask8

_LOSSY_TOLERANCE = 8  # of 255
_INPUT, _RESULT = "the step's input", "the result"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a check found.

    Attributes:
        value: Shares and similarity with four decimals, ΔE and contrast with two, bytes as they are; a size as
            ``640×480``, a format by its name; None where it could not be measured.
        threshold: What was demanded, in words.
        message: The figures behind the value, or why there is none.
    """

    value: str | None
    threshold: str
    passed: bool
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """The bytes that a check looks at; masks as gray PNG by the name of the check's parameter."""

    before: bytes
    after: bytes
    masks: Mapping[str, bytes]


Measure: TypeAlias = Callable[[Check, Pictures], Measured]


def in_words(check: Check) -> str:
    """Say what a check demands, as far as it is known without the pictures."""
    match check.type:
        case "same_size":
            return "the size of the step's input"
        case "format":
            return str(check.params["value"])
        case _:
            return _limit(check).in_words()


_LIMITS: Mapping[CheckType, tuple[Side, str, int, str]] = {
    "outside_mask_unchanged": ("at most", "max_changed", 4, "%"),
    "inside_mask_changed": ("at least", "min_changed", 4, "%"),
    "color_in_mask": ("at most", "max_delta_e", 2, "ΔE"),
    "not_blank": ("at least", "min_contrast", 2, ""),
    "ssim": ("at least", "min", 4, ""),
    "max_bytes": ("at most", "value", 0, "bytes"),
}
"""Side, the parameter with the bound, decimals and unit of the types that measure a number."""


def _limit(check: Check) -> Limit:
    side, parameter, places, unit = _LIMITS[check.type]
    bound = Decimal(cast("str | int", check.params[parameter]))
    return Limit(side=side, bound=bound, places=places, unit=unit)


def _judged(check: Check, value: float | Fraction, message: str = "") -> Measured:
    limit, exact = _limit(check), Fraction(value)
    return Measured(value=limit.written(exact), threshold=limit.in_words(), passed=limit.holds(exact), message=message)


def _changed(check: Check, pictures: Pictures) -> Measured:
    from runner.images.compare import align
    from runner.images.measure import changed_inside, changed_outside

    where = "outside" if check.type == "outside_mask_unchanged" else "inside"
    mask = _mask(check, pictures)
    _area(check, mask, where)
    pair = align(SHELF.decode(pictures.before, _INPUT), SHELF.decode(pictures.after, _RESULT))
    tolerance = _tolerance(check, pictures.after)
    count = changed_outside if where == "outside" else changed_inside
    changed = count(pair.before, pair.after, mask, tolerance)
    by_more = f"by more than {tolerance} of 255" if tolerance else "at all"
    message = f"{changed.changed_px} of {changed.area_px} px {where} the mask '{_mask_name(check)}' changed {by_more}"
    return _judged(check, Fraction(changed.changed_px, changed.area_px), message)


def _tolerance(check: Check, after: bytes) -> int:
    """Fill in a tolerance that follows from how the result is stored."""
    from runner.images.lossless import is_lossless

    tolerance = cast("int", check.params["tolerance"])
    if tolerance >= 0:
        return tolerance
    return 0 if is_lossless(after, _RESULT) else _LOSSY_TOLERANCE


def _color(check: Check, pictures: Pictures) -> Measured:
    from runner.images.delta_e import delta_e, hex_of, lab_of, mean_color

    found = mean_color(SHELF.decode(pictures.after, _RESULT), _mask(check, pictures))
    target = lab_of(cast("tuple[int, int, int]", check.params["target"]))
    message = f"the mean color in the mask '{_mask_name(check)}' is {hex_of(found)}, asked for is {hex_of(target)}"
    return _judged(check, delta_e(found, target), message)


def _same_size(_check: Check, pictures: Pictures) -> Measured:
    from runner.images.codec import read_header

    size = read_header(pictures.after, _RESULT).size
    wanted = read_header(pictures.before, _INPUT).size
    return Measured(value=str(size), threshold=f"{wanted} px", passed=size == wanted, message="")


def _not_blank(check: Check, pictures: Pictures) -> Measured:
    from runner.images.contrast import contrast

    return _judged(check, contrast(SHELF.decode(pictures.after, _RESULT)))


def _ssim(check: Check, pictures: Pictures) -> Measured:
    from runner.images.compare import align
    from runner.images.ssim import mean_ssim

    where = cast("str", check.params["where"])
    area = None if where == "everywhere" else _area(check, _mask(check, pictures), where)
    pair = align(SHELF.decode(pictures.before, _INPUT), SHELF.decode(pictures.after, _RESULT))
    message = "" if area is None else f"{where} the mask '{_mask_name(check)}'"
    return _judged(check, mean_ssim(pair, area), message)


def _max_bytes(check: Check, pictures: Pictures) -> Measured:
    return _judged(check, len(pictures.after))


def _format(check: Check, pictures: Pictures) -> Measured:
    from runner.images.codec import read_header

    found = read_header(pictures.after, _RESULT).media_type.removeprefix("image/")
    wanted = in_words(check)
    return Measured(value=found, threshold=wanted, passed=found == wanted, message="")


def _mask(check: Check, pictures: Pictures) -> "Mask8":
    from runner.images.mask import read_mask

    content = pictures.masks.get("mask")
    if content is None:
        raise ImageError("no-mask", f"the mask '{_mask_name(check)}' is missing")
    return read_mask(content, f"mask {_mask_name(check)}")


def _mask_name(check: Check) -> str:
    return cast("MaskImage", check.params["mask"]).name


def _area(check: Check, mask: "Mask8", where: str) -> "NDArray[np.bool_]":
    """Give the pixels that count; a gray of less than half is neither inside nor outside."""
    from runner.images.measure import inside, outside

    area = inside(mask) if where == "inside" else outside(mask)
    if not area.any():
        message = f"there is no pixel {where} the mask '{_mask_name(check)}'"
        raise ImageError("nothing-to-measure", message, hint="look at the mask: runner mask RECIPE CELL MASK")
    return area


MEASURES: Mapping[CheckType, Measure] = {
    "outside_mask_unchanged": _changed,
    "inside_mask_changed": _changed,
    "color_in_mask": _color,
    "same_size": _same_size,
    "not_blank": _not_blank,
    "ssim": _ssim,
    "max_bytes": _max_bytes,
    "format": _format,
}
