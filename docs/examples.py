"""The examples of the catalogue of codes: each a small project, a command, and what it is told."""

import contextlib
import io
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from docs.example_files import write_files

_MARK = re.compile(
    r"^## (?P<section>.+?)\n|^### `(?P<code>[a-z0-9-]+)`\n"
    r"|^```(?P<kind>\w+)(?: (?P<name>\S+))?\n(?P<body>.*?)^```\n",
    re.MULTILINE | re.DOTALL,
)
_TABLE = re.compile(r"(?<=<!-- Written by `make docs`. -->\n\n).*?(?=\n\n)", re.DOTALL)
_HEAD = re.compile(r"(?:\S+:\d+:\d+: )?[a-z]+\[([a-z0-9-]+)\]: ")

RECIPE = {
    "version": "version: 1\n",
    "name": "name: example\n",
    "inputs": "inputs:\n  photo: { glob: photos/*.png }\n",
    "steps": 'steps:\n  - { id: small, uses: image/resize, with: { image: "${{ item }}", width: 40 } }\n',
}
"""What a recipe of the catalogue leaves out, by key."""

CARD = {
    "id": "id: shop/soften\n",
    "revision": 'revision: "1"\n',
    "title": "title: Soften a picture\n",
    "source": "source: our own\n",
    "price": "price: { amount: 0.10, unit: request, as_of: 2026-11-20 }\n",
    "providers": "providers: [runflow]\n",
    "output_size": "output_size: same-as:image\n",
    "parameters": "parameters:\n  - { name: image, kind: image, description: The picture. }\n",
    "wire": "wire:\n  - { form: urls, fields: { image: image_url } }\n",
}
"""What a model card of the catalogue leaves out, by key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One example of a code.

    Attributes:
        code: What it stands under.
        files: Text by path in the project.
        commands: Command lines without ``runner``; what the last is told counts.
        told: What the document shows.
        at: Where in the document ``told`` begins and ends.
    """

    code: str
    files: Mapping[str, str]
    commands: tuple[str, ...]
    told: str
    at: tuple[int, int]


@dataclass(slots=True)
class _Collected:
    code: str = ""
    files: dict[str, str] = field(default_factory=dict)
    commands: tuple[str, ...] = ()


def read_examples(text: str) -> Iterator[Example]:
    """Find the examples: code blocks below the heading of a code, each example ending with a ``text`` block."""
    collected = _Collected()
    for mark in _MARK.finditer(text):
        if mark["kind"] is None:
            collected = _Collected(mark["code"] or "")
        elif collected.code and mark["kind"] == "text":
            commands = collected.commands or ("plan recipe.yaml",)
            yield Example(
                code=collected.code, files=collected.files, commands=commands, told=mark["body"], at=mark.span("body")
            )
            collected = _Collected(collected.code)
        elif mark["kind"] == "console":
            collected.commands = tuple(re.findall(r"^\$ runner (.+)$", mark["body"], re.MULTILINE))
        elif collected.code:
            collected.files.update([_file(mark["name"] or "recipe.yaml", mark["body"])])


def codes_told(told: str) -> list[str]:
    """The codes in what a command says, in their order."""
    return [head[1] for line in told.splitlines() if (head := _HEAD.match(line))]


def play(example: Example) -> str:
    """Make the project of an example in a folder of its own, run its commands, and give the problems it is told."""
    from runner.cli.main import run_command

    said = ""
    with TemporaryDirectory() as place:
        folder = Path(place) / "project"
        write_files(folder)
        for path, text in example.files.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        with contextlib.chdir(folder):
            for command in example.commands:
                said = _output(run_command, shlex.split(command))
    return "".join(_problems(said.replace(str(Path(place).resolve()), "…")))


def refresh(text: str) -> str:
    """Write the catalogue again, with what is told now and a fresh table of contents."""
    for example in reversed(list(read_examples(text))):
        text = text[: example.at[0]] + play(example) + text[example.at[1] :]
    return _TABLE.sub(lambda _: contents(text), text, count=1)


def contents(text: str) -> str:
    """The table of contents: the codes of each section."""
    codes: dict[str, list[str]] = {}
    section = ""
    for mark in _MARK.finditer(text):
        section = mark["section"] or section
        if mark["code"]:
            codes.setdefault(section, []).append(f"`{mark['code']}`")
    rows = [f"| {', '.join(listed)} | [{name}](#{_anchor(name)}) |" for name, listed in codes.items()]
    return "\n".join(["| codes | section |", "|---|---|", *rows])


def _anchor(heading: str) -> str:
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def _file(name: str, body: str) -> tuple[str, str]:
    """Add what an example leaves out: below it, so that its lines keep their numbers."""
    if name == "whole":
        return "recipe.yaml", body
    left_out = RECIPE if name == "recipe.yaml" else CARD if name == "models/soften.yaml" else {}
    missing = [block for key, block in left_out.items() if not re.search(rf"^{key}\b", body, re.MULTILINE)]
    return name, body + "".join(missing)


def _output(run: Callable[[list[str]], int], arguments: list[str]) -> str:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        run(arguments)
    return err.getvalue() + out.getvalue()


def _problems(said: str) -> Iterator[str]:
    """Keep the problems of what a command said: their heads, the lines that belong to them, and their hints."""
    inside = False
    for line in said.splitlines():
        inside = bool(_HEAD.match(line)) or (inside and line.startswith(("  ", "hint: ")))
        if inside:
            yield f"{line}\n"
