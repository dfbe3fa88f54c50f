"""What was bought is bought once for a whole team: two projects, a paid provider, and a bucket between them."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import orjson
import pytest

from runner.core.digest import ActionKey
from runner.store.objects import open_objects
from runner.store.remote import Remote
from runner.store.results import Known
from tests.cli.hosted import PRICE, Customer, files_with, jobs_at, open_project
from tests.cli.sharing import make_projects, outputs
from tests.s3 import S3, SECRET, environment_for, serving_s3, use
from tests.server.process import Server, serving

pytestmark = pytest.mark.slow

KEYS = tuple(f"rf_live_{number}23456789abcdef0123456789abcdef0" for number in range(4))
WRITERS = 8


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    options = ("--workers", "1", "--price", f"runflow/reference-inpaint={PRICE}", "--balance", "100")
    with serving(tmp_path_factory.mktemp("server"), *options, key=KEYS[0], others=KEYS[1:]) as started:
        yield started


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    with serving_s3() as started:
        for name in ("first-team", "second-team", "third-team"):
            started.make_bucket(name)
        yield started


@pytest.fixture(autouse=True)
def client(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, s3.environment)


def share(customer: Customer, address: str) -> Customer:
    """Let a project share its results."""
    settings = customer.root / "runner.toml"
    settings.write_text(f'{settings.read_text()}[cache]\nremote = "{address}"\n')
    return customer


def totals_of(ended: subprocess.CompletedProcess[str]) -> dict[str, object]:
    assert ended.returncode == 0, ended.stderr
    found: dict[str, object] = orjson.loads(ended.stdout)["totals"]
    return found


def test_a_colleague_never_buys_what_was_bought(server: Server, tmp_path: Path) -> None:
    address = "s3://first-team/shop/results"
    ann = share(open_project(tmp_path / "ann", server, KEYS[0], photos=3), address)
    bob = share(open_project(tmp_path / "bob", server, None, photos=3), address)
    told = [bob.run("plan", "walls.yaml", "--format", "json")]
    assert totals_of(told[-1])["payable"] == "3.30"
    told.append(ann.run("run", "walls.yaml", "--yes"))
    assert told[-1].returncode == 0, told[-1].stderr
    assert (len(jobs_at(server, KEYS[0])), "warning" in told[-1].stderr) == (6, False)
    told.append(bob.run("plan", "walls.yaml", "--format", "json"))
    totals = totals_of(told[-1])
    assert (totals["list"], totals["payable"], totals["cached"]) == ("3.30", "0.00", 6)
    told.append(bob.run("run", "walls.yaml", "--format", "json"))
    totals = totals_of(told[-1])
    assert (totals["reused"], totals["charged"], totals["cached_value"]) == (6, "0.00", "3.30")
    assert outputs(bob.root) == outputs(ann.root)
    assert len(outputs(bob.root)) == 3
    told += [bob.run("cache", "push", "--verify"), bob.run("cache", "stats", "--remote")]
    assert told[-2].stdout == f"0 results, 0.0 kB sent to {address}; 6 on both sides\n"
    for secret in (SECRET, "AKIDLOOPBACK", KEYS[0], "Signature", "Credential"):
        assert files_with(tmp_path, secret) == []
        assert not [each.args for each in told if secret in each.stdout + each.stderr]


def test_a_picture_that_changed_in_the_bucket_is_quoted_before_anybody_agrees(server: Server, tmp_path: Path) -> None:
    address = "s3://second-team"
    ann = share(open_project(tmp_path / "ann", server, KEYS[1], photos=1), address)
    bob = share(open_project(tmp_path / "bob", server, KEYS[2], photos=1), address)
    assert ann.run("run", "walls.yaml", "--yes").returncode == 0
    raw = orjson.loads(ann.run("plan", "walls.yaml", "--format", "json").stdout)["actions"][0]["key"]
    _spoil("second-team", raw)
    refused = bob.run("run", "walls.yaml")
    assert refused.returncode == 3, refused.stderr
    assert "warning: 1 result in 's3://second-team' cannot be used: " in refused.stderr
    assert f"error[not-confirmed]: ${PRICE} would be spent and nobody can be asked" in refused.stderr
    assert jobs_at(server, KEYS[2]) == []
    assert bob.run("run", "walls.yaml", "--yes").returncode == 0
    assert len(jobs_at(server, KEYS[2])) == 1


def _spoil(bucket: str, key: str) -> None:
    """Change one byte of the picture of a result."""
    objects = open_objects(f"s3://{bucket}")
    known = Remote(objects).result(ActionKey(key))
    assert isinstance(known, Known)
    digest = known.artifact.digest
    path = f"blobs/sha256/{digest[:2]}/{digest}"
    content = objects.read(path, most_bytes=known.artifact.size_bytes)
    assert content is not None
    objects.replace(path, content[:-1] + bytes([content[-1] ^ 1]))


def test_eight_processes_that_push_at_once_come_to_one_whole_remote(tmp_path: Path) -> None:
    make_projects(tmp_path)
    ann, bob = Customer(tmp_path / "ann", None), Customer(tmp_path / "bob", None)
    (ann.root / "runner.toml").write_text("")
    (bob.root / "runner.toml").write_text("")
    assert ann.run("run", "cards.yaml", "-q").returncode == 0
    for each in (ann, bob):
        share(each, "s3://third-team/writers")
    processes = [ann.start("cache", "push") for _ in range(WRITERS)]
    told = [process.communicate(timeout=240) for process in processes]
    assert [process.returncode for process in processes] == [0] * WRITERS, told
    assert bob.run("cache", "pull").stdout.startswith("6 results, ")
    assert bob.run("cache", "verify").returncode == 0
    ran = bob.run("run", "cards.yaml", "--format", "json")
    assert totals_of(ran)["reused"] == 6
    assert outputs(bob.root) == outputs(ann.root)


def test_a_bucket_that_is_not_there_is_one_clear_message(tmp_path: Path) -> None:
    customer = _customer_of(tmp_path, "s3://no-such-team/x")
    for command in ("push", "pull"):
        ended = customer.run("cache", command)
        assert (ended.returncode, ended.stderr.splitlines()) == (
            1,
            [
                "error[remote-missing]: there is no bucket for 's3://no-such-team/x'",
                "hint: make it, or mend 'remote' under [cache] in runner.toml",
            ],
        )


def test_an_object_store_that_is_away_is_one_clear_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, environment_for("http://127.0.0.1:9"))
    ended = _customer_of(tmp_path, "s3://first-team").run("cache", "pull")
    assert (ended.returncode, ended.stderr) == (
        1,
        "error[remote-unreachable]: 's3://first-team' cannot be reached\nhint: look at the network\n",
    )


def test_without_credentials_it_is_said_where_they_come_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    ended = _customer_of(tmp_path, "s3://first-team").run("cache", "pull")
    assert ended.returncode == 1
    assert ended.stderr.startswith("error[remote-denied]: there are no credentials for 's3://first-team'\nhint: ")


def test_a_refusal_is_told_without_the_store_s_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _refusing() as url:
        use(monkeypatch, environment_for(url))
        ended = _customer_of(tmp_path, "s3://first-team").run("cache", "push")
    assert ended.returncode == 1
    assert ended.stderr.startswith("error[remote-denied]: 's3://first-team' does not allow that: AccessDenied\n")
    assert "hush" not in ended.stderr


def _customer_of(root: Path, address: str) -> Customer:
    (root / "runner.toml").write_text("")
    return share(Customer(root, None), address)


@contextmanager
def _refusing() -> Iterator[str]:
    """A server that refuses everything, in words that nobody should repeat."""
    body = b"<Error><Code>AccessDenied</Code><Message>not with the key hush</Message></Error>"

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(403)
            self.send_header("content-type", "application/xml")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
