"""How figures and values are written for people."""

import orjson

from runner.core.digest import Json
from runner.plan.plan import InputImage, MaskImage, ParamValue, Scalar, StepImage
from runner.report.ending import Outcome

OUTCOME_WORDS: dict[Outcome, str] = {
    "succeeded": "done",
    "reused": "reused",
    "failed": "failed",
    "skipped": "skipped",
    "in_doubt": "in doubt",
}


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
