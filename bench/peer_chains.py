"""The chain of ``batch_project`` as other people's tools write it: a file of each, N times two steps that copy."""

import shutil
from pathlib import Path
from textwrap import dedent

from bench.measure import REPOSITORY, Program

PEERS = REPOSITORY / "bench" / ".venv" / "bin"

DRY_RUNS = {
    "snakemake -n": ("snakemake", "-n"),
    "snakemake -n --quiet": ("snakemake", "-n", "--quiet"),
    "dvc repro --dry": ("dvc", "repro", "--dry", "--quiet"),
    "doit list": ("doit", "list", "--all", "--quiet"),
    "make -n": ("make", "-n"),
}
"""What says what there is to do."""

RUNS = {
    "snakemake": ("snakemake", "--cores", "2", "--quiet"),
    "dvc repro": ("dvc", "repro", "--quiet"),
    "make": ("make", "-j2", "--silent"),
}
"""What does it, or sees that it is done."""

TAKE_OVER = ("dvc", "commit", "--force", "--quiet")
"""What tells `dvc` that the files which are there are those that its stages made."""


def write_chains(root: Path) -> None:
    """Write the files of all tools into a project."""
    for name, text in _FILES.items():
        (root / name).write_text(dedent(text))
    names = sorted(path.stem for path in (root / "photos").iterdir())
    (root / "dvc.yaml").write_text(_dvc_stages(names))
    (root / ".dvc").mkdir(exist_ok=True)
    (root / ".dvc" / "config").write_text(
        "[core]\n    no_scm = true\n    analytics = false\n    check_update = false\n"
    )
    for folder in ("mid", "out", "dvc-mid", "dvc-out"):
        (root / folder).mkdir(exist_ok=True)
    for name in names:  # a dry run of dvc ends where a file is not there that an earlier stage would make
        (root / "dvc-mid" / f"{name}.png").touch()


def peer_program(name: str, words: tuple[str, ...], root: Path) -> Program | None:
    """Give the command of a tool; None where it is not installed."""
    found = shutil.which(words[0], path=str(PEERS)) or shutil.which(words[0])
    if found is None:
        return None
    return Program(name=name, words=(found, *words[1:]), folder=root)


def _dvc_stages(names: list[str]) -> str:
    listed = "".join(f"      - {name}\n" for name in names)
    stages = "".join(
        f"  {step}:\n    foreach:\n{listed}    do:\n      cmd: cp {before}/${{item}}.png {after}/${{item}}.png\n"
        f"      deps:\n      - {before}/${{item}}.png\n      outs:\n      - {after}/${{item}}.png\n"
        for step, before, after in (("eyes", "photos", "dvc-mid"), ("small", "dvc-mid", "dvc-out"))
    )
    return f"stages:\n{stages}"


_FILES = {
    "Snakefile": """\
        NAMES = glob_wildcards("photos/{name}.png").name

        rule all:
            input: expand("out/{name}.png", name=NAMES)

        rule eyes:
            input: "photos/{name}.png"
            output: "mid/{name}.png"
            shell: "cp {input} {output}"

        rule small:
            input: "mid/{name}.png"
            output: "out/{name}.png"
            shell: "cp {input} {output}"
        """,
    "Makefile": """\
        NAMES := $(notdir $(wildcard photos/*.png))

        all: $(addprefix out/,$(NAMES))

        .SECONDARY:
        mid/%.png: photos/%.png
        \tcp $< $@
        out/%.png: mid/%.png
        \tcp $< $@
        """,
    "dodo.py": """\
        from pathlib import Path

        NAMES = sorted(path.name for path in Path("photos").iterdir())

        def step(before, after):
            for name in NAMES:
                yield {
                    "name": name,
                    "file_dep": [f"{before}/{name}"],
                    "targets": [f"{after}/{name}"],
                    "actions": [f"cp {before}/{name} {after}/{name}"],
                }

        def task_eyes():
            yield from step("photos", "mid")

        def task_small():
            yield from step("mid", "out")
        """,
}
