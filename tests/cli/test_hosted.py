"""The whole chain at a paid provider: the command line against the product's own server, each in its own process."""

import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import orjson
import pytest

from tests.cli.hosted import PRICE, balance_at, files_with, free_port, jobs_at, make_callback_secret, open_project
from tests.server.process import Server, serving

pytestmark = pytest.mark.slow

KEYS = tuple(f"rf_live_{number}123456789abcdef0123456789abcdef" for number in range(9))
BALANCE = 12


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    options = ("--workers", "1", "--price", f"runflow/reference-inpaint={PRICE}", "--balance", str(BALANCE))
    with serving(tmp_path_factory.mktemp("server"), *options, key=KEYS[0], others=KEYS[1:]) as started:
        yield started


def test_each_job_is_bought_once_and_kept(server: Server, tmp_path: Path) -> None:
    customer = open_project(tmp_path / "project", server, KEYS[0])
    first = customer.run("run", "walls.yaml", "--yes", "--format", "json")
    assert first.returncode == 0, first.stderr
    totals = orjson.loads(first.stdout)["totals"]
    assert (totals["succeeded"], totals["quoted"], totals["charged"]) == (20, "11.00", "11.00")
    assert (len(jobs_at(server, KEYS[0])), balance_at(server, KEYS[0])) == (20, BALANCE - 20 * PRICE)
    again = customer.run("run", "walls.yaml", "--yes", "--format", "json")
    assert again.returncode == 0, again.stderr
    assert orjson.loads(again.stdout)["totals"]["reused"] == 20
    assert len(jobs_at(server, KEYS[0])) == 20
    assert len(list((customer.root / "out").iterdir())) == 10
    told = first.stdout + first.stderr + again.stdout + again.stderr + server.log_text()
    for secret in (KEYS[0], "signature=", "expires="):
        assert files_with(customer.root, secret) == []
        assert secret not in told


def test_killed_in_the_middle_it_buys_nothing_twice_and_loses_nothing(server: Server, tmp_path: Path) -> None:
    customer = open_project(tmp_path / "project", server, KEYS[1], seed=100)
    for jobs in (4, 11):
        process = customer.start(*(("run", "walls.yaml", "--yes") if jobs == 4 else ("resume",)))
        until = time.monotonic() + 120
        while len(jobs_at(server, KEYS[1])) < jobs:
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < until
            time.sleep(0.02)
        process.kill()
        process.communicate()
    ended = customer.run("resume", "--format", "json")
    assert ended.returncode == 0, ended.stderr
    totals = orjson.loads(ended.stdout)["totals"]
    bought = jobs_at(server, KEYS[1])
    assert Counter(job["status_code"] for job in bought) == {"succeeded": 20}
    assert len({job["client_ref"] for job in bought}) == 20
    assert balance_at(server, KEYS[1]) == BALANCE - 20 * PRICE
    assert (totals["charged"], totals["in_doubt"], totals["failed"]) == ("11.00", 0, 0)
    assert len(list((customer.root / "out").iterdir())) == 10


def test_a_balance_that_does_not_suffice_is_refused_before_anything_is_uploaded(server: Server, tmp_path: Path) -> None:
    customer = open_project(tmp_path / "project", server, KEYS[2], photos=11, seed=200)
    refused = customer.run("run", "walls.yaml", "--yes")
    assert refused.returncode == 3
    assert refused.stderr.startswith(
        "error[balance-too-low]: the balance at 127.0.0.1 is $12.00, and $12.10 may become due\n"
    )
    assert jobs_at(server, KEYS[2]) == []
    assert not (customer.root / "reports").exists()


def test_a_key_that_is_not_accepted_is_refused_before_anything_is_uploaded(server: Server, tmp_path: Path) -> None:
    wrong = "rf_live_ffffffffffffffffffffffffffffffff"
    customer = open_project(tmp_path / "project", server, wrong, photos=1)
    refused = customer.run("run", "walls.yaml", "--yes")
    assert refused.returncode == 3
    assert refused.stderr.startswith("error[key-refused]: 127.0.0.1 does not accept the key in RUNFLOW_API_KEY\n")
    assert files_with(customer.root, wrong) == []


def test_without_a_key_nobody_is_asked_to_spend(server: Server, tmp_path: Path) -> None:
    refused = open_project(tmp_path / "project", server, None, photos=1).run("run", "walls.yaml")
    assert refused.returncode == 3
    assert refused.stderr == (
        "error[missing-key]: there is no key for the provider 'runflow'\n"
        "hint: set the environment variable RUNFLOW_API_KEY\n"
    )


def test_the_cap_of_the_month_holds_over_all_runs(server: Server, tmp_path: Path) -> None:
    customer = open_project(tmp_path / "project", server, KEYS[3], photos=2, seed=300)
    settings = customer.root / "runner.toml"
    settings.write_text(f'{settings.read_text()}[policy]\nmax_month = "1.20 USD"\n')
    first = customer.run("run", "walls.yaml", "--yes", "--select", "0")
    assert first.returncode == 0, first.stderr
    refused = customer.run("run", "walls.yaml", "--yes")
    assert refused.returncode == 3
    assert refused.stderr.startswith(
        "runner.toml:6:1: error[policy]: the run may cost $1.10 and $1.10 is spent this month,"
        " at most $1.20 a month is allowed\n"
    )
    assert len(jobs_at(server, KEYS[3])) == 2


def test_four_runs_at_once_buy_each_job_once(server: Server, tmp_path: Path) -> None:
    customer = open_project(tmp_path / "project", server, KEYS[4], photos=3, seed=400)
    processes = [customer.start("run", "walls.yaml", "--yes") for _ in range(4)]
    told = [process.communicate(timeout=240) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0, 0], told
    assert len(jobs_at(server, KEYS[4])) == 6
    assert balance_at(server, KEYS[4]) == BALANCE - 6 * PRICE


def test_credit_that_runs_out_on_the_way_fails_what_it_does_not_pay(server: Server, tmp_path: Path) -> None:
    customers = [
        open_project(tmp_path / name, server, KEYS[5], photos=6, seed=seed) for name, seed in (("a", 500), ("b", 600))
    ]
    processes = [customer.start("run", "walls.yaml", "--yes", "--format", "json") for customer in customers]
    told = [process.communicate(timeout=240) for process in processes]
    totals = [orjson.loads(out)["totals"] for out, _ in told]
    assert 1 in [process.returncode for process in processes], told
    assert "the balance is $" in told[0][1] + told[1][1]
    bought = [job for job in jobs_at(server, KEYS[5]) if job["status_code"] == "succeeded"]
    assert sum(Decimal(total["charged"]) for total in totals) == len(bought) * PRICE
    assert balance_at(server, KEYS[5]) == BALANCE - len(bought) * PRICE >= 0
    assert [total["in_doubt"] for total in totals] == [0, 0]


def test_where_the_provider_calls_back_jobs_need_to_be_asked_for_but_once(tmp_path: Path) -> None:
    options = ("--price", f"runflow/reference-inpaint={PRICE}", "--callback-allow", "127.0.0.1")
    with serving(tmp_path / "server", *options, key=KEYS[0]) as server:
        secret = make_callback_secret(server, KEYS[0])
        customer = open_project(tmp_path / "project", server, KEYS[0], seed=700, callback_secret=secret)
        port = free_port()
        callbacks = ("--callback-url", f"http://127.0.0.1:{port}/hook", "--callback-port", str(port))
        ended = customer.run("run", "walls.yaml", "--yes", "--format", "json", "--jobs", "4", *callbacks)
        assert ended.returncode == 0, ended.stderr
        assert orjson.loads(ended.stdout)["totals"]["charged"] == "11.00"
        looks = Counter(line["path"] for line in map(orjson.loads, server.log_text().splitlines()) if "path" in line)
        jobs = [job["id"] for job in jobs_at(server, KEYS[0])]
        asked = [looks[f"/v1/runs/{job}"] for job in jobs]
        assert len(asked) == 20
        assert min(asked) == 1  # a callback that is late, as on a busy machine, has its job asked for once more
    assert files_with(customer.root, secret) == []
    assert secret not in ended.stdout + ended.stderr


def test_callbacks_that_could_not_be_verified_are_not_asked_for(server: Server, tmp_path: Path) -> None:
    customer = open_project(tmp_path / "project", server, KEYS[6], photos=1)
    callbacks = ("--callback-url", "http://127.0.0.1:8790", "--callback-port", "8790")
    refused = customer.run("run", "walls.yaml", "--yes", *callbacks)
    assert refused.returncode == 3
    assert refused.stderr == (
        "error[missing-callback-secret]: callbacks of the provider 'runflow' cannot be verified: there is no secret\n"
        "hint: set the environment variable RUNFLOW_CALLBACK_SECRET to the callback secret of your organization\n"
    )


def test_what_waits_to_be_sent_goes_as_batches(server: Server, tmp_path: Path) -> None:
    customer = open_project(tmp_path / "project", server, KEYS[8], seed=900)
    settings = customer.root / "runner.toml"
    settings.write_text(f"{settings.read_text().replace('100', '20')}concurrency = 16\n")
    ended = customer.run("run", "walls.yaml", "--yes", "--format", "json")
    assert ended.returncode == 0, ended.stderr
    assert orjson.loads(ended.stdout)["totals"]["charged"] == "11.00"
    jobs = jobs_at(server, KEYS[8])
    assert (len(jobs), len({job["client_ref"] for job in jobs})) == (20, 20)
    assert max(Counter(job["batch_id"] for job in jobs if job["batch_id"]).values(), default=0) >= 4


def test_a_provider_under_a_name_of_ones_own_is_bought_from(server: Server, tmp_path: Path) -> None:
    customer = open_project(tmp_path / "project", server, KEYS[7], photos=1, seed=800)
    settings = customer.root / "runner.toml"
    settings.write_text(f'[providers.studio]\nbase_url = "{server.url}"\n')
    assert customer.run("run", "walls.yaml", "--provider", "studio", "--yes").returncode == 0
    assert len(jobs_at(server, KEYS[7])) == 2
    unknown = customer.run("plan", "walls.yaml", "--provider", "stduio")
    assert unknown.returncode == 2
    assert unknown.stderr == (
        "error[unknown-provider]: there is no provider 'stduio'\nhint: there are: local, runflow, studio\n"
    )


def test_doctor_tries_the_key(server: Server, tmp_path: Path) -> None:
    good = open_project(tmp_path / "good", server, KEYS[6], photos=1).run("doctor", "--provider", "runflow")
    assert good.returncode == 0, good.stderr
    assert "127.0.0.1 accepts the key in RUNFLOW_API_KEY; the balance is $12.00" in good.stdout
    wrong = open_project(tmp_path / "wrong", server, "rf_live_ffffffffffffffff", photos=1)
    refused = wrong.run("doctor", "--provider", "runflow")
    assert "127.0.0.1 does not accept the key in RUNFLOW_API_KEY" in refused.stdout
