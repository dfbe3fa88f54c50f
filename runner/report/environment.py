"""The templates of the page: ours, and those that people lay over them."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from runner.core.errors import UsageError

if TYPE_CHECKING:
    from jinja2 import Environment

_PAGE = "page.html.j2"
_FAULTS = (
    ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip
"""What an expression of somebody's template may raise, beside Jinja's own errors."""


def render_page(context: Mapping[str, object], overrides: Mapping[str, str]) -> str:
    """Write the page; a template of ``overrides`` takes the place of ours of its name.

    Other people's templates run in a sandbox: they see the context and other templates, nothing else.

    Raises:
        UsageError: ``bad-template``, with file and line, where one of ``overrides`` cannot be read or rendered.
    """
    if not overrides:
        return _ours().get_template(_PAGE).render(context)
    from jinja2 import TemplateError

    try:
        return _theirs(overrides).get_template(_PAGE).render(context)
    except (TemplateError, *_FAULTS) as error:
        place = _place(error, overrides)
        message = f"{place}: {error}" if place else f"the templates do not make a page: {error}"
        hint = "docs/report.md says which blocks and values there are"
        raise UsageError("bad-template", message, hint=hint) from error


def read_static(name: str) -> str:
    """Read one of our own files under ``static/``."""
    from jinja2 import PackageLoader

    source, _, _ = PackageLoader("runner.report", "static").get_source(_ours(), name)
    return source


@cache
def _ours() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("runner.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _theirs(overrides: Mapping[str, str]) -> "Environment":
    from jinja2 import ChoiceLoader, FunctionLoader, PackageLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    named = FunctionLoader(lambda name: (overrides[name], name, lambda: True) if name in overrides else None)
    return ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([named, PackageLoader("runner.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _place(error: BaseException, overrides: Mapping[str, str]) -> str:
    """Say where in somebody's templates an error arose: ``page.html.j2:3``; empty where it did not."""
    from jinja2 import TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError) and error.name in overrides:
        return f"{error.name}:{error.lineno}"
    place, step = "", error.__traceback__
    while step is not None:
        name = step.tb_frame.f_code.co_filename
        place = f"{name}:{step.tb_lineno}" if name in overrides else place
        step = step.tb_next
    return place
