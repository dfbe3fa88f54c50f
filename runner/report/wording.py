"""How figures and values are written for people."""

from decimal import Decimal, InvalidOperation
from functools import lru_cache

import orjson

from runner.core.digest import Json
from runner.core.event import CheckMeasured, GateClosed
from runner.core.money import Money
from runner.plan.plan import Cell, InputImage, MaskImage, ParamValue, Scalar, StepImage
from runner.report.checks import CheckState
from runner.report.parts import CellOutcome

OUTCOME_WORDS: dict[CellOutcome, str] = {
    "succeeded": "done",
    "reused": "reused",
    "failed": "failed",
    "quarantined": "in quarantine",
    "skipped": "skipped",
    "in_doubt": "in doubt",
}

CHECK_WORDS: dict[CheckState, str] = {
    "failed": "failed",
    "quarantined": "in quarantine",
    "warned": "warns",
    "passed": "passed",
}

_MOST_PLACES = 12


def duration_text(duration_ms: int) -> str:
    """Write a duration with two or three significant figures: ``480 ms``, ``3.2 s``, ``4 min 05 s``, ``2 h 10 min``."""
    seconds = round(duration_ms / 1000)
    if duration_ms < 1000:
        return f"{duration_ms} ms"
    if duration_ms < 59_950:
        return f"{duration_ms / 1000:.1f} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02} min"


@lru_cache(maxsize=1000)
def money_text(money: Money) -> str:
    """Write an amount with its currency: ``$0.55``; the actions of a run cost one of a few."""
    return f"{money}"


def time_text(at: str) -> str:
    """Write an RFC 3339 UTC time without its fraction: ``2026-11-20 14:03:09 UTC``."""
    return f"{at[:10]} {at[11:19]} UTC" if at else ""


def param_text(value: ParamValue) -> str:
    """Write a parameter's value."""
    match value:
        case InputImage():
            return value.path
        case StepImage():
            return f"result of {value.step}"
        case MaskImage():
            return f"{value.name}, {share_text(value.area)} of the picture"
        case _:
            return scalar_text(value)


def scalar_text(value: Scalar) -> str:
    """Write a plain value as a recipe would."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(str(part) for part in value) if isinstance(value, tuple) else str(value)


def json_text(value: Json) -> str:
    """Write a JSON value in one line; a text stands as it is."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def share_text(share: float) -> str:
    """Write a share between 0 and 1 as per cent."""
    return f"{share * 100:.1f} %"


def cell_text(cell: Cell) -> str:
    """Name a cell by its item and its values in the matrix: ``SOFA-001 · oak-linen``."""
    return " · ".join([cell.item, *cell.matrix.values()]) if cell.item and cell.matrix else cell.id


def measured_text(measured: CheckMeasured) -> str:
    """Write what a check measured in its type's unit, ``4.2%`` or ``912345 bytes``, as exactly as tells it apart."""
    if measured.value is None:
        return "" if measured.passed else "not measured"
    try:
        value = Decimal(measured.value)
    except InvalidOperation:
        return measured.value
    if not value.is_finite():
        return measured.value
    texts = [_in_unit(measured.type, value, figures) for figures in (3, 6, 12)]
    return next((text for text in texts if text.split()[0] not in measured.threshold.split()), texts[0])


def check_text(measured: CheckMeasured) -> str:
    """Say in one line what was measured, what is demanded, and what else there is to know."""
    if measured.value is None and measured.message:
        return measured.message
    demanded = f"demanded {measured.threshold}" if measured.threshold else ""
    figures = ", ".join(part for part in (measured_text(measured), demanded) if part)
    return ": ".join(part for part in (figures, measured.message) if part)


def gate_text(gate: GateClosed) -> str:
    """Say when and why the gate closed."""
    passed = f"{gate.passed} of {gate.measured} passed, {percent_text(Decimal(gate.min_pass_rate))} demanded"
    return f"the gate closed after the canary: {passed}" if gate.phase == "canary" else f"the gate closed: {passed}"


def percent_text(share: Decimal, figures: int = 3) -> str:
    """Write a share between 0 and 1 as per cent, in so many significant figures, as recipes do: ``4.2%``."""
    return f"{_rounded(share * 100, figures):f}%"


def _in_unit(check_type: str, value: Decimal, figures: int) -> str:
    match check_type:
        case "outside_mask_unchanged" | "inside_mask_changed":
            return percent_text(value, figures)
        case "max_bytes":
            return f"{value:.0f} bytes"
        case "color_in_mask":
            return f"{_rounded(value, figures):f} ΔE"
        case _:
            return f"{_rounded(value, figures):f}"


def _rounded(value: Decimal, figures: int) -> Decimal:
    """Keep so many significant figures, and all of the integer part; no zeros at the end."""
    places = max(0, min(_MOST_PLACES, figures - 1 - value.adjusted())) if value else 0
    rounded = round(value, places)
    return rounded.normalize() if rounded % 1 else Decimal(int(rounded))
