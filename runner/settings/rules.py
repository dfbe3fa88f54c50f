"""Where the rules of ``[policy]`` stand, for whoever runs into one."""

from pathlib import Path

from runner.core.diagnostic import Diagnostic, Span
from runner.settings.places import key_spans
from runner.settings.read import FILE_NAME


def rule_diagnostic(root: Path, rule: str, message: str, hint: str) -> Diagnostic:
    """Say that a rule of a project's ``[policy]`` forbids something, at the rule's place.

    Args:
        root: The project root; its ``runner.toml`` was read and is right.
        rule: Its key, such as ``max_run``.
        message: What is forbidden, and by how much.
        hint: What to do about it; may be empty.
    """
    try:
        lines = (root / FILE_NAME).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):  # it is gone since it was read: the rule held then
        lines = []
    spans = key_spans(lines)
    span = spans.get(("policy", rule)) or spans.get(("policy",)) or Span(1, 1)
    source = lines[span.line - 1] if span.line <= len(lines) else ""
    return Diagnostic(path=FILE_NAME, span=span, code="policy", message=message, hint=hint, source=source)
