"""A run over real photos in which every outcome occurs, with its pictures on the disk."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from runner.app.report import write_report
from runner.core.digest import digest_bytes
from runner.core.event import (
    Event,
)
from runner.plan.plan import (
    BudgetState,
    Cell,
    Check,
    Output,
    Plan,
    Quote,
    RecipeName,
    Totals,
)
from runner.report.summary import summarize
from runner.store.store import Store, open_store
from tests.report.photo_room import FABRICS, THRESHOLDS, Room
from tests.report.runs import PRICE, finished, started, step_quote

RECIPE = """\
version: 1
name: autumn interiors
description: Warmer light on every photo, and new upholstery inside the mask.

inputs:
  photo:
    glob: ../photos/*.jpg          # one item a file
    key: ${{ item.stem }}

matrix:
  fabric: [ochre, teal]

masks:
  seat:
    shape: { ellipse: [25%, 30%, 50%, 50%] }
    ops: [{ feather: 3 }]

steps:
  - id: light                      # the same for both fabrics: made and paid once
    uses: studio/tone@2
    with: { image: "${{ item }}", strength: 0.40 }
  - id: fabric
    uses: studio/inpaint@1
    with:
      image: ${{ steps.light.image }}
      mask: ${{ masks.seat }}
      prompt: >-
        upholstery in ${{ matrix.fabric }} bouclé, natural folds, the same light as in the room,
        nothing else is changed
      seed: 20261121
    paste_back: seat

checks:
  - { type: outside_mask_unchanged, mask: seat, max: 0.5% }
  - { type: inside_mask_changed, mask: seat, min: 60%, on_fail: quarantine }
  - { type: max_bytes, max: 900_000, severity: warn }

outputs:
  - { from: fabric, path: "out/${{ item.key }}-${{ matrix.fabric }}.jpg", quality: 90 }

budget: { max: 5.00 USD }
"""

PHOTOS = {
    "garage": ("motorcycle_left.png", None),
    "espresso-bar": ("coffee.png", None),
    "chelsea": ("chelsea.png", None),
    "portrait-collins": ("astronaut.png", (60, 0, 340, 420)),
    "launch-pad-39a": ("rocket.jpg", None),
    "workshop-right": ("motorcycle_right.png", None),
    "deep-field": ("hubble_deep_field.jpg", (0, 0, 1000, 560)),
    "brick-wall-panorama": ("brick.png", (0, 0, 512, 140)),
}


@dataclass(frozen=True, slots=True)
class PhotoRun:
    """A project with its store open, and the journal of its run."""

    root: Path
    store: Store
    events: list[Event]

    def write_page(self) -> Path:
        """Write the report as the command does."""
        return write_report(summarize(self.events), self.store, self.root, self.root / "reports" / "autumn")


@pytest.fixture(scope="module")
def photo_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhotoRun]:
    root = tmp_path_factory.mktemp("project")
    with open_store(root) as store:
        yield PhotoRun(root, store, _journal(root, store))


def _journal(root: Path, store: Store) -> list[Event]:
    (root / "photos").mkdir()
    (root / "out").mkdir()
    rooms = [Room(root, store, name, *source) for name, source in PHOTOS.items()]
    cells = [(room, fabric) for room in rooms for fabric in FABRICS]
    plan = _plan(rooms)
    events = [started(plan, recipe_text=RECIPE)]
    for second, room in enumerate(rooms):
        events += room.lit(1 + 3 * second)
    for second, (room, fabric) in enumerate(cells):
        events += room.upholstered(fabric, 5 + 4 * second)
    return [*events, finished(5 + 4 * len(cells), "failed", 5)]


def _plan(rooms: list[Room]) -> Plan:
    actions = [action for room in rooms for action in room.actions()]
    by_step = {step: [one for one in actions if one.step == step] for step in ("light", "fabric")}
    cells = [(room, fabric) for room in rooms for fabric in FABRICS]
    cached = [one for one in actions if one.decision == "reuse"]
    due = len(actions) - len(cached)
    return Plan(
        recipe=RecipeName(path="recipes/autumn.yaml", name="autumn interiors", digest=digest_bytes(RECIPE.encode())),
        root="/project",
        provider="runflow",
        cells=tuple(
            Cell(
                id=room.cell(fabric),
                item=room.name,
                matrix={"fabric": fabric},
                photo=room.photo,
                actions={"light": room.key(), "fabric": room.key(fabric)},
                skipped={"crop": "when: item.key == 'cover'"},
            )
            for room, fabric in cells
        ),
        actions=tuple(actions),
        masks=(),
        checks=tuple(
            Check(
                at=place,
                cell=room.cell(fabric),
                step="fabric",
                key=room.key(fabric),
                type=type_,
                measure="final",
                severity="error",
                on_fail="fail",
                params={"mask": room.mask} if type_ != "max_bytes" else {},
            )
            for room, fabric in cells
            for place, type_ in enumerate(THRESHOLDS)
        ),
        outputs=tuple(
            Output(
                cell=room.cell(fabric),
                path=f"out/{room.cell(fabric)}.jpg",
                step="fabric",
                key=room.key(fabric),
                source=room.photo,
                media_type="image/jpeg",
                quality=90,
                keep=("icc",),
                mark=True,
            )
            for room, fabric in cells
        ),
        quote=Quote(
            totals=Totals(
                cells=len(cells),
                actions=len(actions),
                cached=len(cached),
                due=due,
                blocked=0,
                list_price=PRICE * len(actions),
                cached_value=PRICE * len(cached),
                payable=PRICE * due,
                worst_case=PRICE * due,
            ),
            steps=tuple(
                replace(
                    step_quote(step, alike, PRICE),
                    cached=sum(one.decision == "reuse" for one in alike),
                    cached_value=PRICE * sum(one.decision == "reuse" for one in alike),
                    payable=PRICE * sum(one.decision == "run" for one in alike),
                )
                for step, alike in by_step.items()
            ),
            budget=BudgetState(max=None, ok=True),
        ),
    )
