"""Broken and hostile recipes: always diagnostics, never an exception, in little memory."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.plan.check import Providers, check_models
from runner.recipe.parse import parse_recipe
from runner.recipe.parsed import ParsedRecipe
from runner.source.load import read_source
from runner.source.source import Source
from tests.plan.plans import catalog

_ROOT = Path(__file__).parents[2]
BASE = """\
version: 1
name: autumn
vars: { scene: bright }
inputs:
  product: { csv: p.csv, image: "${{ row.path }}", where: "${{ row.ok == 'yes' }}" }
  logo: { file: brand/logo.png }
masks:
  fabric: { pair: "masks/${{ item.stem }}.*", ops: [{ grow: 6 }], require: { size: same, area: [2%, 90%] } }
  both: { union: [fabric, tag], polarity: black_edits }
  tag: { shape: { rect: [4%, 86%, 14%, 10%] } }
matrix: { finish: [oak, walnut], exclude: [{ item.key: "S*", finish: oak }] }
steps:
  - id: brand
    uses: runflow/reference-inpaint
    with:
      image: ${{ item }}
      mask: ${{ masks.both }}
      reference: ${{ inputs.logo }}
      prompt: ${{ vars.scene }}
    paste_back: tag
    if: ${{ item.width > 3 and not (row.ok == 'no') }}
    retry: { attempts: 3 }
checks:
  - { on: brand, type: outside_mask_unchanged, mask: tag, max_changed: 3%, measure: raw }
gate: { canary: 6, min_pass_rate: 95% }
outputs:
  - { from: brand, path: "out/${{ item.key | slug }}.png", metadata: { keep: [icc] } }
budget: { max: 80 USD, per_step: { brand: 3 } }
"""
PIECES = [
    "",
    "{",
    "}",
    "[",
    "]",
    ":",
    "- ",
    "&a ",
    "*a",
    "<<: ",
    "!!x ",
    "|\n",
    "${{",
    "}}",
    "'",
    '"',
    "#",
    "\t",
    "\n",
    "null",
    "~",
    "1e99",
    "\u0000",
    "\u2028",
    "${{ ''.__class__ }}",
    "${{ item.stem.format }}",
    "${{ [1]|map }}",
    "x" * 5000,
    "9" * 400,
    "---\n",
]


def read(text: str) -> None:
    source = read_source(text, "r.yaml")
    if isinstance(source, Source):
        list(check_models(source, catalog(), Providers(None, "local")))
        parse_recipe(source)


def test_the_recipe_that_is_broken_below_is_right() -> None:
    source = read_source(BASE, "r.yaml")
    assert isinstance(source, Source)
    assert isinstance(parse_recipe(source), ParsedRecipe)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(BASE)), st.integers(0, 30), st.sampled_from(PIECES)), min_size=1, max_size=6)
)
def test_no_damage_to_a_recipe_is_answered_with_an_exception(damage: list[tuple[int, int, str]]) -> None:
    text = BASE
    for at, length, piece in damage:
        text = text[:at] + piece + text[at + length :]
    read(text)


HEAD = "version: 1\nname: n\ninputs: { a: { file: a.png } }\n"
STEPS = "steps: [{ id: s, uses: image/convert }]\n"


ALIASES = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
ALIASES += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
GIANTS: dict[str, Callable[[], str]] = {
    "a list of five million": lambda: HEAD.replace("file: a.png", f"files: [{'x,' * 5_000_000}y]") + STEPS,
    "a mapping of a million": lambda: HEAD + "vars:\n" + "".join(f"  k{n}: 1\n" for n in range(1_000_000)) + STEPS,
    "a text of ten million letters": lambda: HEAD + f"description: {'x' * 10_000_000}\n" + STEPS,
    "brackets": lambda: "a: " + "[" * 1_000_000,
    "aliases": lambda: "\n".join(ALIASES),
    "open braces": lambda: HEAD + f'vars: {{ a: "{"${{ " * 500_000}" }}\n' + STEPS,
    "one key half a million times": lambda: HEAD + "a: 1\n" * 500_000,
}


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the most memory of a process is read from /proc")
@pytest.mark.parametrize("name", GIANTS)
def test_giants_are_refused_in_little_memory(name: str, tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(GIANTS[name]())
    program = (
        "import sys\n"
        "from runner.cli.main import run_command\n"
        "code = run_command(['check', sys.argv[1], '-q'])\n"
        "peak = next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "print(code, peak)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "r.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=_ROOT, timeout=60)
    code, peak_kib = done.stdout.split()
    assert code == "1"
    assert int(peak_kib) < 500 * 1024
    assert "Traceback" not in done.stderr
