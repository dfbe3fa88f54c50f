"""The local engines by model id; nothing heavy is imported until one is loaded."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from runner.core.errors import EngineError
from runner.engines.eye_color.revision import REVISION as EYE_COLOR_REVISION
from runner.engines.reference_inpaint.revision import REVISION as REFERENCE_INPAINT_REVISION

if TYPE_CHECKING:
    from runner.engines.base import EngineFunction

_TOOLS_REVISION = "1"  # that of runner.engines.tools, which is too heavy to import here; a test compares them

REVISIONS: dict[str, str] = {
    "runflow/eye-color": EYE_COLOR_REVISION,
    "runflow/reference-inpaint": REFERENCE_INPAINT_REVISION,
    "image/composite": _TOOLS_REVISION,
    "image/convert": _TOOLS_REVISION,
    "image/crop": _TOOLS_REVISION,
    "image/mask": _TOOLS_REVISION,
    "image/resize": _TOOLS_REVISION,
}
"""The revision of each engine and tool, part of the action key: it changes whenever the engine's output changes."""


def load_engine(model_id: str) -> "EngineFunction":
    """Import an engine and what it needs.

    Raises:
        EngineError: there is no such engine, or a package that it needs is not installed.
    """
    loader = _LOADERS.get(model_id)
    if loader is None:
        raise EngineError("no-engine", f"there is no local engine for '{model_id}'", hint="runner models")
    try:
        return loader()
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.startswith("runner"):
            raise
        raise EngineError(
            "engine-not-installed",
            f"'{model_id}' needs the package '{error.name}', which is not installed",
            hint="pip install 'edit-runner[local]'",
        ) from error


def _load_eye_color() -> "EngineFunction":
    from runner.engines.eye_color.engine import recolor_irises

    return recolor_irises


def _load_reference_inpaint() -> "EngineFunction":
    from runner.engines.reference_inpaint.engine import inpaint

    return inpaint


_LOADERS: "dict[str, Callable[[], EngineFunction]]" = {
    "runflow/eye-color": _load_eye_color,
    "runflow/reference-inpaint": _load_reference_inpaint,
}
