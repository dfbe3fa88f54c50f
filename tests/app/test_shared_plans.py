"""Plans of paid work, some of which the cache remote has."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from runner.app.apply import ApplyRequest, apply_plan
from runner.app.carry_out import RunDone
from runner.app.manner import Manner
from runner.app.plan import Planned, PlanRequest, make_plan
from runner.app.plan_file import write_saved_plan
from runner.app.ready import make_ready_plan, take_for
from runner.app.run import How
from runner.core.errors import ExitCode, Refused
from runner.plan.keys import redrawn_key
from runner.plan.plan import Action, Plan
from runner.store.remote import Remote
from runner.store.store import open_store
from tests.cli.conftest import draw_photo
from tests.store.remotes import Place, blob_path, folder_place, known_of, picture
from tests.walls import RECIPE


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = folder_place(tmp_path)
    place.remote.begin()
    return place


@pytest.fixture
def recipe(tmp_path: Path, place: Place) -> Path:
    """A recipe of two paid steps for one photo, in a project that shares its results."""
    root = tmp_path / "project"
    (root / "photos").mkdir(parents=True)
    (root / "runner.toml").write_text(f'provider = "runflow"\n[cache]\nremote = "{place.remote.address}"\n')
    (root / "walls.yaml").write_text(RECIPE)
    draw_photo(root / "photos" / "a.png", seed=1, size=(96, 64))
    draw_photo(root / "second.png", seed=2, size=(96, 64))
    return root / "walls.yaml"


def planned(recipe: Path) -> Planned:
    made = make_plan(PlanRequest(recipe=recipe))
    assert isinstance(made, Planned)
    return made


def first_of(plan: Plan) -> Action:
    return next(action for action in plan.actions if action.step == "first")


def put(remote: Remote, action: Action, seed: int) -> None:
    """Put a result of an action into the remote."""
    remote.put(action.raw_key, known_of(picture(seed)), picture(seed))


def silent(_what: str, _total: int) -> AbstractContextManager[Callable[[int], None]]:
    return nullcontext(lambda _size_bytes: None)


def test_what_the_remote_has_costs_nothing_and_what_it_has_not_is_quoted(recipe: Path, place: Place) -> None:
    before = planned(recipe).plan
    put(place.remote, first_of(before), 1)
    after = planned(recipe).plan
    assert [(action.decision, str(action.payable)) for action in before.actions] == [("run", "0.55")] * 2
    assert [(action.decision, str(action.payable)) for action in after.actions] == [("reuse", "0.00"), ("run", "0.55")]
    assert (str(before.quote.totals.payable), str(after.quote.totals.payable)) == ("1.10", "0.55")


def test_the_newest_draw_of_a_colleague_counts(recipe: Path, place: Place) -> None:
    first = first_of(planned(recipe).plan)
    put(place.remote, first, 1)
    put(place.remote, replace(first, raw_key=redrawn_key(first.raw_key, 1)), 2)
    drawn = first_of(planned(recipe).plan)
    assert (drawn.draw, drawn.decision) == (1, "reuse")


def test_a_draw_that_turns_out_damaged_gives_way_to_the_one_before(recipe: Path, place: Place) -> None:
    first = first_of(planned(recipe).plan)
    put(place.remote, first, 1)
    put(place.remote, replace(first, raw_key=redrawn_key(first.raw_key, 1)), 2)
    place.objects.replace(blob_path(picture(2)), picture(2)[:-1] + b"x")
    told: list[str] = []
    ready = make_ready_plan(PlanRequest(recipe=recipe), told.append, silent)
    assert isinstance(ready, Planned)
    assert (first_of(ready.plan).draw, first_of(ready.plan).decision) == (0, "reuse")
    assert [text.split(":")[0] for text in told] == ["warning"]


def test_a_run_that_is_gone_on_with_takes_what_came_in_meanwhile(recipe: Path, place: Place) -> None:
    made = planned(recipe)
    put(place.remote, first_of(made.plan), 1)
    take_for(made.plan, made.project.settings, made.project.root, print, silent)
    with open_store(made.project.root) as store:
        assert set(store.lookup(action.key for action in made.plan.actions)) == {first_of(made.plan).key}


def applied(recipe: Path) -> RunDone:
    """Save the plan of a recipe, and apply it where nobody can be asked and there is no key."""
    saved = recipe.with_name("plan.json")
    write_saved_plan(saved, planned(recipe).document)
    how = How(
        manner=Manner(),
        progress=lambda _plan: nullcontext(lambda _event: None),
        confirm=None,
        warn=print,
        tell=print,
        meter=silent,
    )
    done = apply_plan(ApplyRequest(path=saved, how=how))
    assert isinstance(done, RunDone)
    return done


@pytest.mark.slow
def test_a_saved_plan_whose_results_only_the_remote_has_is_applied_for_nothing(recipe: Path, place: Place) -> None:
    for seed, action in enumerate(planned(recipe).plan.actions):
        put(place.remote, action, seed)
    done = applied(recipe)
    assert (done.exit_code, str(done.closing.charged)) == (ExitCode.DONE, "0.00")
    assert (recipe.parent / "out" / "a.png").is_file()
    assert (recipe.with_suffix(".lock")).read_text().count("\naction ") == 2


def test_a_saved_plan_whose_result_turns_out_damaged_is_refused_before_money_is_spent(
    recipe: Path, place: Place
) -> None:
    for seed, action in enumerate(planned(recipe).plan.actions):
        put(place.remote, action, seed)
    place.objects.replace(blob_path(picture(0)), picture(0)[:-1] + b"x")
    with pytest.raises(Refused, match="the result of 'first' of 'a' is not in the store any more"):
        applied(recipe)
