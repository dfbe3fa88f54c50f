"""The project's policy: what breaks a rule is refused before anything is spent, with the rule's place."""

from pathlib import Path

import pytest

from tests.cli.conftest import Runner

EYES = """\
version: 1
name: eyes
inputs: { p: { glob: photos/*.png } }
steps:
  - { id: eyes, uses: runflow/eye-color, with: { image: "${{ item }}", eye_color: green } }
  - { id: web, uses: image/convert, with: { image: "${{ steps.eyes.image }}", format: jpeg } }
"""


@pytest.fixture
def eyes(project: Path) -> Path:
    (project / "eyes.yaml").write_text(EYES)
    return project


def policy(project: Path, rules: str) -> None:
    (project / "runner.toml").write_text(f'provider = "local"\n\n[policy]\n{rules}')


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ('models = ["image/*"]\n', "4:1: error[policy]: the policy does not allow the model 'runflow/eye-color'"),
        ('models = ["runflow/*"]\n', "4:1: error[policy]: the policy does not allow the model 'image/convert'"),
        ('providers = ["studio"]\n', "4:1: error[policy]: the policy does not allow the provider 'runflow'"),
        (
            'max_run = "9 USD"\nmax_action = "0.20 USD"\n',
            "5:1: error[policy]: an action of step 'eyes' costs $0.29, at most $0.20 is allowed",
        ),
        ('max_run = "0.50 USD"\n', "4:1: error[policy]: the run may cost $0.87, at most $0.50 is allowed"),
        ('max_month = "0.80 USD"\n', "4:1: error[policy]: the run may cost $0.87 and $0.00 is spent this month, "),
        ("require_lock = true\n", "4:1: error[policy]: there is no lock file 'eyes.lock', and money would be spent"),
    ],
)
def test_a_run_that_breaks_a_rule_is_refused_with_its_place(runner: Runner, eyes: Path, rules: str, told: str) -> None:
    policy(eyes, rules)
    refused = runner("run", "eyes.yaml", "--provider", "runflow", "--yes")
    assert (refused.code, refused.out) == (3, "")
    assert refused.err.startswith(f"runner.toml:{told}")
    assert not (eyes / "reports").exists()


@pytest.mark.parametrize("rules", ['models = ["image/*"]\n', "require_lock = true\n", 'max_run = "0.50 USD"\n'])
def test_a_plan_warns_of_what_the_run_would_be_refused_for(runner: Runner, eyes: Path, rules: str) -> None:
    policy(eyes, rules)
    planned = runner("plan", "eyes.yaml", "--provider", "runflow")
    assert planned.code == 0
    assert planned.err.startswith("runner.toml:4:1: warning[policy]: ")
    assert "total" in planned.out


def test_all_broken_rules_are_told_at_once(runner: Runner, eyes: Path) -> None:
    policy(eyes, 'max_run = "0.50 USD"\nmodels = ["image/*"]\nproviders = []\n')
    refused = runner("run", "eyes.yaml", "--provider", "runflow", "--yes")
    places = [line.split(": ")[0] for line in refused.err.splitlines() if line.startswith("runner.toml")]
    assert places == ["runner.toml:4:1", "runner.toml:5:1", "runner.toml:6:1"]


def test_work_on_this_machine_is_always_at_an_allowed_provider(runner: Runner, project: Path) -> None:
    policy(project, "providers = []\nrequire_lock = true\n")
    planned = runner("plan", "cards.yaml")
    assert (planned.code, planned.err) == (0, "")


@pytest.mark.slow
def test_a_lock_that_a_free_run_wrote_is_what_money_may_be_spent_by(runner: Runner, project: Path) -> None:
    policy(project, "require_lock = true\n")
    (project / "fill.yaml").write_text(
        "version: 1\nname: fill\ninputs: { p: { file: photos/a.png }, r: { file: photos/b.png } }\n"
        "masks: { hole: { shape: { rect: [30, 20, 12, 12] } } }\n"
        "steps:\n  - id: fill\n    uses: runflow/reference-inpaint\n"
        '    with: { image: "${{ inputs.p }}", mask: "${{ masks.hole }}", reference: "${{ inputs.r }}" }\n'
    )
    paid = ("run", "fill.yaml", "--provider", "runflow", "--yes")
    assert "require_lock" in runner(*paid).err
    assert runner("run", "fill.yaml", "-q").code == 0
    assert "there is no key for the provider 'runflow'" in runner(*paid).err  # the next thing in the way
    lock = project / "fill.lock"
    lock.write_text(lock.read_text().replace("0.55/request", "0.40/request"))
    refused = runner(*paid)
    assert refused.code == 3
    assert "'fill.lock' does not hold the price of 'runflow/reference-inpaint', and money would be spent" in refused.err
