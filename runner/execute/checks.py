"""Measure the checks of a plan: pictures in, a value with its verdict out; no files, so it can be sent to a worker."""

from collections.abc import Mapping
from importlib.util import find_spec

from runner.core.check import CheckType
from runner.core.errors import ImageError
from runner.execute.measuring import MEASURES, Measured, Pictures, in_words
from runner.plan.plan import Check

__all__ = ["NEEDS_BEFORE", "Measured", "measure_check", "missing_for"]

NEEDS_BEFORE: frozenset[CheckType] = frozenset({"outside_mask_unchanged", "inside_mask_changed", "same_size", "ssim"})
"""The types that look at the step's input; the others take it as empty bytes."""


def measure_check(check: Check, before: bytes, after: bytes, masks: Mapping[str, bytes]) -> Measured:
    """Measure one check; what cannot be measured has failed, and the message says why.

    Args:
        check: With all its parameters filled in; a ``tolerance`` of -1 follows from how the result is stored, 0
            where that is lossless and 8 of 255 where it is not.
        before: The picture that the step was given as its ``image``.
        after: The result to measure.
        masks: Gray PNGs, 255 is edited, by the name of the check's parameter: ``{"mask": …}``.
    """
    try:
        return MEASURES[check.type](check, Pictures(before=before, after=after, masks=masks))
    except ImageError as error:
        why = f"{error.message}; {error.hint}" if error.hint else error.message
        return Measured(value=None, threshold=in_words(check), passed=False, message=f"cannot be measured: {why}")


def missing_for(check_type: CheckType) -> str | None:
    """Say what to type so that a type of check can be measured here; None where it can be.

    Nothing is imported for it, so that a plan can warn before money is spent.
    """
    return 'pip install "edit-runner[local]"' if check_type == "ssim" and find_spec("skimage") is None else None
