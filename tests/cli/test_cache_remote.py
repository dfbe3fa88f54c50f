"""The cache remote on the command line: what one person made, others need not make again."""

import os
import shutil
from pathlib import Path

import orjson
import pytest

from runner.cli.main import run_command
from tests.cli.conftest import RECIPE, Ended, Runner, draw_photo
from tests.cli.sharing import Team, make_projects, open_team, outputs

pytestmark = pytest.mark.slow


@pytest.fixture
def team(tmp_path: Path, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> Team:
    """Two colleagues who did nothing yet."""
    make_projects(tmp_path)
    return open_team(tmp_path, runner, monkeypatch)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is there after Ann ran the recipe, and Bob did not."""
    folder = tmp_path_factory.mktemp("done")
    make_projects(folder)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("NO_COLOR", "1")
        team = open_team(folder, lambda *words: Ended(run_command(list(words)), "", ""), monkeypatch)
        assert team.at(team.ann, "run", "cards.yaml", "-q").code == 0
    return folder


@pytest.fixture
def ran(done: Path, tmp_path: Path, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> Team:
    """The same in a folder of the test's own."""
    monkeypatch.setenv("NO_COLOR", "1")
    return open_team(Path(shutil.copytree(done, tmp_path / "team")), runner, monkeypatch)


def decisions(team: Team, root: Path) -> list[tuple[str, str]]:
    ended = team.at(root, "plan", "cards.yaml", "--format", "json")
    assert ended.code == 0, ended.err
    return [(action["decision"], action["reason"]) for action in orjson.loads(ended.out)["actions"]]


def runs_anew(team: Team, root: Path) -> tuple[int, int]:
    """Run, and give how many actions were done and how many reused."""
    ended = team.at(root, "run", "cards.yaml", "--format", "json")
    assert ended.code == 0, ended.err
    totals = orjson.loads(ended.out)["totals"]
    return totals["succeeded"], totals["reused"]


def test_what_one_ran_the_other_reuses_byte_for_byte(ran: Team) -> None:
    assert decisions(ran, ran.bob) == [("reuse", "done before, in the cache remote")] * 6
    assert runs_anew(ran, ran.bob) == (0, 6)
    assert outputs(ran.bob) == outputs(ran.ann)
    assert len(outputs(ran.bob)) == 3


def test_a_plan_takes_nothing_and_writes_nothing(ran: Team) -> None:
    before = {path: path.stat().st_mtime_ns for path in ran.share.rglob("*")}
    decisions(ran, ran.bob)
    assert [path.name for path in (ran.bob / ".runner").iterdir() if not path.name.startswith("state.db")] == []
    assert {path: path.stat().st_mtime_ns for path in ran.share.rglob("*")} == before


def test_only_what_is_different_is_done(ran: Team) -> None:
    draw_photo(ran.bob / "photos" / "b.png", seed=77)
    assert runs_anew(ran, ran.bob) == (2, 4)
    assert runs_anew(ran, ran.ann) == (0, 6)


def test_push_and_pull_exchange_everything_and_then_nothing(team: Team) -> None:
    (team.ann / "runner.toml").write_text("")
    runs_anew(team, team.ann)
    shutil.copy(team.bob / "runner.toml", team.ann)
    sizes = sum(path.stat().st_size for path in (team.ann / ".runner" / "blobs").rglob("*") if path.is_file())
    told = f"6 results, {sizes / 1000:.1f} kB"
    assert (
        team.at(team.ann, "cache", "push", "--dry-run").out
        == f"{told} would be sent to {remote(team)}; 0 on both sides\n"
    )
    assert not team.share.exists()
    pushed = team.at(team.ann, "cache", "push")
    assert pushed.out == f"{told} sent to {remote(team)}; 0 on both sides\n"
    assert pushed.err == f"sending 6/6 results, {sizes / 1000:.1f} kB\n"
    assert team.at(team.ann, "cache", "push").out == f"0 results, 0.0 kB sent to {remote(team)}; 6 on both sides\n"
    dry = team.at(team.bob, "cache", "pull", "--dry-run")
    assert dry.out == f"{told} would be fetched from {remote(team)}; 0 on both sides\n"
    assert team.at(team.bob, "cache", "pull").out == f"{told} fetched from {remote(team)}; 0 on both sides\n"
    assert team.at(team.bob, "cache", "pull", "-q").err == ""
    shutil.rmtree(team.share)
    assert runs_anew(team, team.bob) == (0, 6)
    assert outputs(team.bob) == outputs(team.ann)


def remote(team: Team) -> str:
    return f"file://{team.share}"


def test_stats_measures_the_remote_when_asked(ran: Team) -> None:
    size = sum(path.stat().st_size for path in ran.objects("blobs"))
    assert ran.at(ran.bob, "cache", "stats", "--remote").out.splitlines()[1:] == [
        f"6 blobs, {size / 1000:.1f} kB in {remote(ran)}"
    ]
    assert "share" not in ran.at(ran.bob, "cache", "stats").out


def test_verify_and_gc_treat_fetched_blobs_as_any_other(ran: Team) -> None:
    for path in ran.objects("results"):
        path.write_bytes(orjson.dumps(orjson.loads(path.read_bytes()) | {"made_at": "2020-01-01T00:00:00Z"}))
    ran.at(ran.bob, "cache", "pull")
    assert ran.at(ran.bob, "cache", "verify").code == 0
    for path in (ran.bob / ".runner" / "blobs").rglob("*"):
        os.utime(path, (0, 0))
    assert ran.at(ran.bob, "cache", "gc").out == "0 blobs, 0.0 kB dropped\n"
    assert ran.at(ran.bob, "cache", "gc", "--older-than", "1").out.startswith("6 blobs, ")


@pytest.mark.parametrize("spoiled", [b"no picture", "cut off", "changed"])
def test_a_damaged_picture_is_not_taken_but_made_again_and_mended(ran: Team, spoiled: bytes | str) -> None:
    path = ran.objects("blobs")[0]
    content = path.read_bytes()
    path.write_bytes({"cut off": content[:-1], "changed": content[:-1] + b"x"}.get(str(spoiled), b"no picture"))
    pulled = ran.at(ran.bob, "cache", "pull")
    assert (pulled.code, pulled.out[:10]) == (0, "5 results,")
    assert f"warning: 1 result in '{remote(ran)}' cannot be used: " in pulled.err
    assert runs_anew(ran, ran.bob) == (1, 5)
    assert outputs(ran.bob) == outputs(ran.ann)
    assert ran.at(ran.bob, "cache", "verify").code == 0
    assert path.read_bytes() == content


def test_a_picture_that_turns_out_damaged_is_planned_anew_before_anything_is_done(ran: Team) -> None:
    path = ran.objects("blobs")[0]
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert decisions(ran, ran.bob) == [("reuse", "done before, in the cache remote")] * 6
    ended = ran.at(ran.bob, "run", "cards.yaml", "--format", "json")
    assert "the bytes of its picture do not match the digest; 'runner cache push --verify' mends it" in ended.err
    actions = orjson.loads(ended.out)["actions"]
    assert sorted(action["outcome"] for action in actions) == ["reused"] * 5 + ["succeeded"]


def test_a_missing_picture_of_a_known_key_is_seen_by_the_plan(ran: Team) -> None:
    ran.objects("blobs")[0].unlink()
    assert sorted(decision for decision, _ in decisions(ran, ran.bob)) == ["reuse"] * 5 + ["run"]
    told = ran.at(ran.bob, "plan", "cards.yaml").err
    assert told.startswith(f"warning: 1 result in '{remote(ran)}' cannot be used: ")
    assert runs_anew(ran, ran.bob) == (1, 5)


def test_push_with_verify_mends_what_is_damaged(ran: Team) -> None:
    before = {path: path.read_bytes() for path in (*ran.objects("blobs"), *ran.objects("results"))}
    ran.objects("blobs")[0].write_bytes(b"no picture")
    ran.objects("blobs")[1].unlink()
    ran.objects("results")[2].write_bytes(b"{}")
    assert ran.at(ran.ann, "cache", "push").out.startswith("0 results")
    assert ran.at(ran.ann, "cache", "push", "--verify").out.startswith("3 results")
    assert {path: path.read_bytes() for path in (*ran.objects("blobs"), *ran.objects("results"))} == before


def test_a_blob_that_is_damaged_here_is_not_sent(team: Team) -> None:
    (team.ann / "runner.toml").write_text("")
    runs_anew(team, team.ann)
    shutil.copy(team.bob / "runner.toml", team.ann)
    next(path for path in (team.ann / ".runner" / "blobs").rglob("*") if path.is_file()).write_bytes(b"damaged")
    pushed = team.at(team.ann, "cache", "push")
    assert pushed.out.startswith("5 results")
    assert "its picture is damaged here" in pushed.err


def test_a_result_under_another_key_is_not_taken(ran: Team) -> None:
    first, second, *_ = ran.objects("results")
    first.write_bytes(second.read_bytes())
    assert runs_anew(ran, ran.bob) == (1, 5)
    assert outputs(ran.bob) == outputs(ran.ann)


def test_a_document_that_leads_out_of_the_project_writes_nothing_there(ran: Team) -> None:
    for path in ran.objects("results"):
        document = orjson.loads(path.read_bytes())
        document["artifact"]["digest"] = "../../../../hostile"
        path.write_bytes(orjson.dumps(document))
    assert runs_anew(ran, ran.bob) == (6, 0)
    assert list(ran.share.parent.rglob("hostile*")) == []


def test_a_remote_that_is_away_is_one_warning_and_work_goes_on(team: Team) -> None:
    away = f"file://{team.share.parent}/nowhere/share"
    (team.bob / "runner.toml").write_text(f'[cache]\nremote = "{away}"\n')
    said = f"there is no folder for '{away}'"
    planned = team.at(team.bob, "plan", "cards.yaml")
    assert (planned.code, planned.err) == (0, f"warning: planned without the cache remote: {said}\n")
    ran = team.at(team.bob, "run", "cards.yaml")
    assert ran.code == 0
    assert [line for line in ran.err.splitlines() if line.startswith("warning")] == [
        f"warning: planned without the cache remote: {said}",
        f"warning: not all results are in the cache remote: {said}; 'runner cache push' sends the rest",
    ]
    pushed = team.at(team.bob, "cache", "push")
    assert pushed.code == 1
    assert pushed.err.startswith(f"error[remote-missing]: {said}\n")


def test_a_plan_without_work_asks_nothing_of_a_remote_that_is_away(ran: Team) -> None:
    shutil.rmtree(ran.share)
    (ran.ann / "runner.toml").write_text(f'[cache]\nremote = "file://{ran.share.parent}/nowhere/share"\n')
    assert ran.at(ran.ann, "plan", "cards.yaml").err == ""
    again = ran.at(ran.ann, "run", "cards.yaml")
    assert (again.code, "warning" in again.err) == (0, False)


def test_a_remote_of_a_newer_version_is_left_alone(ran: Team) -> None:
    marker = ran.share / "edit-runner-cache.json"
    marker.write_text('{"format":"edit-runner-cache/2"}')
    before = {path: path.read_bytes() for path in ran.share.rglob("*") if path.is_file()}
    assert runs_anew(ran, ran.bob) == (6, 0)
    assert ran.at(ran.bob, "cache", "push").err.startswith("error[remote-format]: ")
    assert ran.at(ran.bob, "cache", "pull").err.startswith("error[remote-format]: ")
    assert {path: path.read_bytes() for path in ran.share.rglob("*") if path.is_file()} == before


def test_without_a_remote_push_and_pull_say_how_to_set_one(project: Path, runner: Runner) -> None:
    for command in ("push", "pull"):
        ended = runner("cache", command)
        assert (ended.code, ended.err.splitlines()) == (
            2,
            [
                f"error[no-remote]: the project '{project}' has no cache remote",
                'hint: write into runner.toml, under [cache]: remote = "file:///…", "s3://…" or "gs://…"',
            ],
        )


def test_a_package_that_is_not_installed_is_named(
    project: Path, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "gcsfs", None)
    (project / "runner.toml").write_text('[cache]\nremote = "gs://team/results"\n')
    pulled = runner("cache", "pull")
    assert (pulled.code, pulled.err.splitlines()) == (
        1,
        [
            "error[remote-not-installed]: what reads 'gs://team/results' is not installed",
            'hint: pip install "edit-runner[gs]"',
        ],
    )
    assert runner("plan", "cards.yaml").err == (
        "warning: planned without the cache remote: what reads 'gs://team/results' is not installed\n"
    )


def test_frozen_does_not_ask_the_remote(ran: Team) -> None:
    shutil.copy(ran.ann / "cards.lock", ran.bob)
    for command in ("plan", "run"):
        missed = ran.at(ran.bob, command, "cards.yaml", "--frozen")
        assert (missed.code, missed.err.count("error[frozen-miss]: 3 results of step ")) == (3, 2)
        assert missed.err.count(" are not in the store\n") == 2
    assert ran.at(ran.bob, "cache", "pull").code == 0
    shutil.rmtree(ran.share)
    done = ran.at(ran.bob, "run", "cards.yaml", "--frozen")
    assert (done.code, "warning" in done.err) == (0, False)
    assert outputs(ran.bob) == outputs(ran.ann)
    assert not ran.share.exists()


def test_results_are_shared_by_what_is_done_not_by_what_it_is_called(ran: Team) -> None:
    (ran.bob / "cards.yaml").unlink()
    (ran.bob / "photos").rename(ran.bob / "pictures")
    renamed = RECIPE.replace("name: cards", "name: other").replace("photos/", "pictures/")
    (ran.bob / "other.yaml").write_text(renamed)
    ended = ran.at(ran.bob, "run", "other.yaml", "--format", "json")
    assert orjson.loads(ended.out)["totals"]["reused"] == 6
