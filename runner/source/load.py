"""YAML text to a ``Source``: nothing silently lost, every problem at its place."""

from collections.abc import Iterator
from typing import Any

import yaml

from runner.core.diagnostic import Diagnostic, Span
from runner.source.builder import Event, NodeBuilder, Stop, span_of
from runner.source.source import Node, ScalarNode, Source
from runner.source.syntax import syntax_error

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # a PyYAML built without libyaml: slower, the same events
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]  # both give the same event stream

MAX_BYTES = 16 * 1024 * 1024

_EMPTY_HINT = "runner schema recipe and runner schema model-card list the keys"


def read_source(text: str, path: str) -> Source | list[Diagnostic]:
    """Read one YAML document.

    Args:
        text: The file's text.
        path: The file as the user named it, for the diagnostics.

    Returns:
        The document, or every reason why it cannot be read, in file order.
    """
    lines = tuple(text.splitlines())
    blank = Source(path, text, lines, ScalarNode(None, Span(1, 1), 0))
    builder = NodeBuilder(blank)
    try:
        root = _document(text, builder)
    except yaml.YAMLError as error:
        return [*builder.problems, syntax_error(blank, error)]
    except Stop:
        return builder.problems
    if root is None and not builder.problems:
        builder.problem(Span(1, 1), "empty-document", "the file holds nothing", _EMPTY_HINT)
    if builder.problems or root is None:
        return builder.problems
    return Source(path, text, lines, root)


def _document(text: str, builder: NodeBuilder) -> Node | None:
    loader = _Loader(text)
    try:
        events = _events(loader)
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    message = "a second document begins here"
                    builder.problem(span_of(event), "several-documents", message, "keep one document per file")
                    return root
                root = builder.node(next(events), events)
        return root
    finally:
        loader.dispose()


def _events(loader: Any) -> Iterator[Event]:
    while loader.check_event():
        event: Event = loader.get_event()
        yield event
