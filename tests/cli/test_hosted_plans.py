"""Saved plans and lock files where money is spent: bought as approved, once, and made again without buying."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from tests.cli.hosted import Customer, files_with, jobs_at, open_project
from tests.server.process import Server, serving

pytestmark = pytest.mark.slow

KEYS = tuple(f"rf_live_{number}a23456789abcdef0123456789abcdef" for number in range(3))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    options = ("--workers", "1", "--price", "runflow/reference-inpaint=0.55", "--balance", "12")
    with serving(tmp_path_factory.mktemp("server"), *options, key=KEYS[0], others=KEYS[1:]) as started:
        yield started


def blobs_of(customer: Customer) -> Path:
    return customer.root / ".runner" / "blobs"


def test_an_approved_plan_is_bought_once_and_not_again_when_results_are_lost(server: Server, tmp_path: Path) -> None:
    customer = open_project(tmp_path / "project", server, KEYS[0], photos=2)
    saved = customer.run("plan", "walls.yaml", "-o", "plan.json")
    plan_id = orjson.loads((customer.root / "plan.json").read_bytes())["plan_id"]
    assert f"saved plan.json: {plan_id}" in saved.stderr
    asked = customer.run("run", "plan.json")
    assert (asked.returncode, "nobody can be asked" in asked.stderr) == (3, True)
    done = customer.run("run", "plan.json", "--yes", "--format", "json")
    assert done.returncode == 0, done.stderr
    told = orjson.loads(done.stdout)
    assert (told["plan_id"], told["totals"]["quoted"], told["totals"]["charged"]) == (plan_id, "2.20", "2.20")
    assert customer.run("run", "plan.json", "--yes").returncode == 3
    customer.run("plan", "walls.yaml", "-o", "again.json")
    shutil.rmtree(blobs_of(customer))
    lost = customer.run("run", "again.json", "--yes")
    assert lost.returncode == 3
    assert "is out of date: the result of 'first' of '0' is not in the store any more" in lost.stderr
    assert len(jobs_at(server, KEYS[0])) == 4
    assert files_with(customer.root, KEYS[0]) == []


def test_the_lock_holds_what_was_paid_for_and_frozen_makes_it_again_for_nothing(server: Server, tmp_path: Path) -> None:
    customer = open_project(tmp_path / "project", server, KEYS[1], photos=2, seed=700)
    assert customer.run("run", "walls.yaml", "--yes").returncode == 0
    lines = (customer.root / "walls.lock").read_text().splitlines()[1:]
    assert len(lines) == 4
    assert all(" runflow runflow/reference-inpaint@" in line and " 0.55/request@20" in line for line in lines)
    assert all(" reported=" in line for line in lines)
    assert all(" mask.mask=sha256:" in line and " input.reference=sha256:" in line for line in lines)
    clone = Customer(tmp_path / "clone", None)  # a second clone that shares the results, without a key
    shutil.copytree(customer.root, clone.root, ignore=shutil.ignore_patterns("out", "reports"))
    made = clone.run("run", "walls.yaml", "--frozen")
    assert made.returncode == 0, made.stderr
    for name in ("0.png", "1.png"):
        assert (clone.root / "out" / name).read_bytes() == (customer.root / "out" / name).read_bytes()
    shutil.rmtree(blobs_of(clone))
    missed = clone.run("run", "walls.yaml", "--frozen", "--yes")
    assert missed.returncode == 3
    assert "error[frozen-miss]: 2 results of step 'first' are not in the store" in missed.stderr
    assert len(jobs_at(server, KEYS[1])) == 4


def test_with_require_lock_money_is_spent_by_a_saved_plan(server: Server, tmp_path: Path) -> None:
    customer = open_project(tmp_path / "project", server, KEYS[2], photos=1, seed=800)
    settings = customer.root / "runner.toml"
    settings.write_text(f"{settings.read_text()}[policy]\nrequire_lock = true\n")
    refused = customer.run("run", "walls.yaml", "--yes")
    assert refused.returncode == 3
    assert "error[policy]: there is no lock file 'walls.lock', and money would be spent" in refused.stderr
    customer.run("plan", "walls.yaml", "-o", "plan.json")
    assert customer.run("run", "plan.json", "--yes").returncode == 0
    assert (customer.root / "walls.lock").is_file()
    assert len(jobs_at(server, KEYS[2])) == 2
