"""Write the generated part of the documentation: `make docs` runs it, a test compares."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from docs.examples import refresh
from docs.sessions import replay
from runner.catalog.card import ModelCard, Parameter
from runner.catalog.parse import parse_cards
from runner.core.errors import ExitCode
from runner.recipe.model import recipe_schema

if TYPE_CHECKING:
    from click import Command, Context

_FOLDER = Path(__file__).parent
_CARDS = _FOLDER.parent / "runner" / "catalog" / "cards"
_NOTE = "<!-- Written by `make docs`; changes here are lost. -->"


def pages() -> dict[str, str]:
    """Write out every generated page.

    Returns:
        Text by path, relative to this folder.
    """
    return {
        "reference/commands.md": _page("Commands", _commands()),
        "reference/models.md": _page("Models", _models()),
        "reference/recipe.md": _page("Keys of a recipe", _recipe_keys()),
    }


def _page(title: str, lines: Iterator[str]) -> str:
    return "\n".join([f"# {title}", "", _NOTE, "", *lines]).rstrip() + "\n"


def _commands() -> Iterator[str]:
    from click import Context

    from runner.cli.main import cli

    with Context(cli, info_name="runner", terminal_width=100, **cli.context_settings) as context:
        yield from _help("runner", cli.get_help(context))
        yield from _exit_codes()
        for name in cli.list_commands(context):
            command = cli.get_command(context, name)
            if command is not None and not command.hidden:
                yield from _command(command, f"runner {name}", context)


def _exit_codes() -> Iterator[str]:
    yield from ("## Exit codes", "", "| code | means |", "|--:|---|")
    yield from (f"| {code.value} | {_EXIT_CODES[code]} |" for code in ExitCode)
    yield from ("", "Several apply: the first of 70, 130, 5, 1, 4 that is true.", "")


_EXIT_CODES = {
    ExitCode.DONE: "done, or nothing to do",
    ExitCode.FAILED: "wrong recipe, or some action failed",
    ExitCode.USAGE: "wrong command line",
    ExitCode.REFUSED: "refused before spending: budget, policy, unknown price, missing key, no such provider",
    ExitCode.CHECKS_FAILED: "a check or the gate failed",
    ExitCode.IN_DOUBT: "purchases in doubt",
    ExitCode.WORK_TO_DO: "`runner plan --exit-code`, and there is work",
    ExitCode.OUR_BUG: "our own bug",
    ExitCode.INTERRUPTED: "interrupted; `runner resume` goes on",
}


def _command(command: "Command", path: str, parent: "Context") -> Iterator[str]:
    from click import Context, Group

    with Context(command, info_name=path.rsplit(" ", 1)[-1], parent=parent, terminal_width=100) as context:
        yield from _help(path, command.get_help(context))
        for name in command.list_commands(context) if isinstance(command, Group) else ():
            inner = command.get_command(context, name) if isinstance(command, Group) else None
            if inner is not None:
                yield from _command(inner, f"{path} {name}", context)


def _help(path: str, text: str) -> Iterator[str]:
    yield from (f"## {path}", "", "```text", f"$ {path} --help", *text.splitlines(), "```", "")


def _models() -> Iterator[str]:
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(_CARDS.glob("*.yaml"))}
    for card in sorted(parse_cards(texts).cards, key=lambda card: card.id):
        yield from _model(card)


def _model(card: ModelCard) -> Iterator[str]:
    price = f"${card.price.amount!s} per {card.price.unit}" if card.price.amount else "free"
    as_of = f", as of {card.price.as_of}" if card.price.as_of else ""
    yield from (f"## {card.id}", "", f"{card.title}. Price: {price}{as_of}. Runs at: {', '.join(card.providers)}.", "")
    yield from ("| parameter | kind | meaning |", "|---|---|---|")
    yield from (_parameter(parameter) for parameter in card.parameters)
    yield ""


def _parameter(parameter: Parameter) -> str:
    kind = " ".join(
        [
            parameter.kind,
            *([f"({', '.join(parameter.choices)})"] if parameter.choices else []),
            *([f"from {parameter.minimum} to {parameter.maximum}"] if parameter.minimum is not None else []),
            *(
                []
                if parameter.required
                else [f"= {parameter.default}" if parameter.default is not None else "optional"]
            ),
        ]
    )
    return f"| `{parameter.name}` | {kind} | {parameter.description} |"


def _recipe_keys() -> Iterator[str]:
    schema = recipe_schema()
    yield from _section("recipe", schema)
    for name, section in schema["$defs"].items():
        if "properties" in section:
            yield from _section(_TITLES[name], section)


def _section(title: str, schema: dict[str, Any]) -> Iterator[str]:
    yield from (f"## {title}", "", schema.get("description", "").replace("``", "`"), "")
    yield from ("| key | value | meaning |", "|---|---|---|")
    required = schema.get("required", [])
    for key, value in schema["properties"].items():
        needed = " (required)" if key in required else ""
        yield f"| `{key}`{needed} | {_kind(value)} | {value.get('description', '')} |"
    if isinstance(values := schema.get("additionalProperties"), dict):
        yield f"| any name | {_kind(values)} | {values.get('description', '')} |"
    yield ""


def _kind(schema: dict[str, Any]) -> str:  # noqa: PLR0911 - one return a kind of schema
    """Say in words what a JSON Schema admits."""
    match schema:
        case {"$ref": str(reference)}:
            title = _TITLES[reference.rsplit("/", 1)[-1]]
            return f"[{title}](#{title.replace(' ', '-')})"
        case {"anyOf": list(kinds)}:
            return " or ".join(dict.fromkeys(_kind(kind) for kind in kinds if kind.get("type") != "null"))
        case {"enum": list(values)}:
            return ", ".join(f"`{value}`" for value in values)
        case {"const": value}:
            return f"`{str(value).lower()}`"
        case {"type": "array", "items": dict(items)}:
            return f"list of {_kind(items)}"
        case {"additionalProperties": dict(values)}:
            return f"names with {_kind(values)}"
        case {"type": list(kinds)}:
            return " or ".join(_WORDS[kind] for kind in kinds)
        case {"type": str(kind)}:
            return _WORDS[kind]
        case _:
            raise ValueError(f"no words for the schema {schema}")


_WORDS = {"string": "text", "number": "number", "integer": "integer", "boolean": "true or false", "object": "mapping"}


_TITLES = {
    "BudgetSection": "budget",
    "CheckSection": "check",
    "ColorSection": "color of a mask",
    "DefaultsSection": "defaults",
    "GateSection": "gate",
    "InputSection": "input",
    "MaskSection": "mask",
    "MatrixSection": "matrix",
    "MetadataSection": "metadata of an output",
    "OpSection": "operation on a mask",
    "OutputSection": "output",
    "RedrawSection": "what a failed check asks for",
    "ReportSection": "report",
    "RequireSection": "requirements on a mask",
    "RetrySection": "retry",
    "ShapeSection": "shape",
    "StepSection": "step",
}


SESSIONS = (_FOLDER.parent / "README.md", _FOLDER / "tutorial.md")
"""Documents with terminal sessions."""

_CATALOGUE = _FOLDER / "diagnostics.md"
"""Every code, with examples."""


def main() -> None:
    """Write the pages, and the output in the sessions as it is now."""
    for path, text in pages().items():
        (_FOLDER / path).parent.mkdir(exist_ok=True)
        (_FOLDER / path).write_text(text, encoding="utf-8")
    for document in SESSIONS:
        with TemporaryDirectory() as place:
            document.write_text(replay(document.read_text(encoding="utf-8"), Path(place)), encoding="utf-8")
    _CATALOGUE.write_text(refresh(_CATALOGUE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
