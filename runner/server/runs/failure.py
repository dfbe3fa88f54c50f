"""Why a run fails."""

from typing import Literal, TypeAlias

Stage: TypeAlias = Literal["dispatch", "preprocess", "inference", "postprocess"]
"""Where: handing the run over, getting its pictures, the engine itself, keeping the result."""


class RunFailure(Exception):
    """A run that cannot be carried out; it ends as ``failed``, and is not billed.

    Args:
        code: Stable, in CAPITALS: ``INPUT_VALIDATION_FAILED``, ``INPUT_FETCH_FAILED``.
        message: For the person who made the run; without secrets.
    """

    def __init__(self, code: str, message: str, stage: Stage = "preprocess") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.stage: Stage = stage
