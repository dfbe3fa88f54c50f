"""What must hold after a campaign, whatever happened in it: the invariants of money, from both sides."""

from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
from PIL import Image

from runner.store.store import open_store
from tests.faults.evidence import Ledger, ServerRun
from tests.faults.project import ACTIONS, PHOTOS
from tests.faults.variants import Variant

_EDITED = np.zeros((16, 24), bool)
_EDITED[2:10, 0:8] = _EDITED[4:12, 12:20] = True
"""Where the two masks are, with a margin that the model may blend in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A campaign at its end.

    Attributes:
        folder: Of the campaign: the project in ``project``, and what was printed.
        ledger: What the runner has written down.
        runs: What the server has.
        rebought: Keys that were in doubt when somebody asked to buy them again.
        code: The last command's exit code.
        cap: Of the month.
        secrets: What must stand in no file.
    """

    folder: Path
    variant: Variant
    ledger: Ledger
    runs: list[ServerRun]
    rebought: AbstractSet[str]
    code: int
    cap: Decimal | None
    secrets: AbstractSet[str]

    @property
    def root(self) -> Path:
        return self.folder / "project"

    @property
    def by_work(self) -> dict[str, list[ServerRun]]:
        """The server's runs by action key and draw."""
        found: dict[str, list[ServerRun]] = defaultdict(list)
        for run in self.runs:
            found[run.work].append(run)
        return found

    @property
    def duplicates(self) -> list[str]:
        """Work that was bought more often than somebody asked for; a run that failed may be followed by another."""
        return [key for key, runs in self.by_work.items() if _paid_or_coming(runs) > 1 + (key in self.rebought)]

    @property
    def lost(self) -> list[str]:
        """Runs that succeeded, and that nobody has the result of or would look for."""
        known = {purchase.job for purchase in self.ledger.purchases.values() if purchase.job is not None}
        given_up = self.ledger.in_doubt | self.rebought
        return [
            run.id
            for run in self.runs
            if run.status == "succeeded" and run.id not in known and run.work not in given_up
        ]


def _paid_or_coming(runs: list[ServerRun]) -> int:
    return sum(run.status != "failed" for run in runs)


def broken(case: Case) -> list[str]:
    """Say which invariants do not hold; an empty list is good news."""
    checks = (_bought_once, _nothing_lost, _doubts, _ledger, _cap, _blobs, _outputs, _codes, _secrets)
    return [problem for check in checks for problem in check(case)]


def _bought_once(case: Case) -> Iterator[str]:
    for key in case.duplicates:
        yield f"bought {len(case.by_work[key])} times: {key}"
    if case.variant.honors_keys or not case.rebought:
        references = [run.reference for run in case.runs]
        if len(references) != len(set(references)):
            yield "two runs have one reference"


def _nothing_lost(case: Case) -> Iterator[str]:
    yield from (f"lost: run {run_id} succeeded and nobody knows of it" for run_id in case.lost)
    runs = {run.id: run for run in case.runs}
    for purchase in case.ledger.purchases.values():
        run = runs.get(purchase.job or "")
        if purchase.job is not None and run is None:
            yield f"purchase {purchase.key} has job {purchase.job}, which the server does not know"
        if run is not None and run.work != purchase.key:
            yield f"purchase {purchase.key} has the job of {run.work}"
        if purchase.state == "finished" and (run is None or run.status != "succeeded" or run.digest != purchase.result):
            yield f"purchase {purchase.key} is finished without the picture of its job"
        if run is not None and run.status == "succeeded" and purchase.state not in {"finished", "accepted"}:
            yield f"purchase {purchase.key} is {purchase.state}, and its job succeeded"


def _doubts(case: Case) -> Iterator[str]:
    """Whatever the provider can tell is not in doubt."""
    for key in case.ledger.in_doubt:
        if case.variant.honors_keys:
            yield f"in doubt with a provider that honors keys: {key}"
        elif case.variant.shows_references and case.by_work.get(key):
            yield f"in doubt although the provider lists it: {key}"


def _ledger(case: Case) -> Iterator[str]:
    """Charges are what the server debited, once for each job."""
    costs = {run.id: run.cost for run in case.runs}
    jobs = [job for job, _ in case.ledger.charges]
    if len(jobs) != len(set(jobs)):
        yield "a job was charged twice in the ledger"
    for job, amount in case.ledger.charges:
        if costs.get(job or "") != amount:
            yield f"the ledger says {amount} for job {job}, the server debited {costs.get(job or '')}"
    for purchase in case.ledger.purchases.values():
        if purchase.state == "finished" and purchase.job not in jobs:
            yield f"purchase {purchase.key} is finished and was not charged"


def _cap(case: Case) -> Iterator[str]:
    taken = sum((taken for scope, taken in case.ledger.taken.items() if scope.startswith("month ")), Decimal())
    if case.cap is not None and taken > case.cap:
        yield f"{taken} is spent or set aside, the cap is {case.cap}"
    if not case.rebought and taken != case.ledger.held:
        yield f"{taken} counts as taken, charges and reservations come to {case.ledger.held}"


def _blobs(case: Case) -> Iterator[str]:
    with open_store(case.root) as store:
        yield from (f"damaged blob {problem.path.name}: {problem.problem}" for problem in store.blobs.verify())
        names = {path.name for path in (case.root / ".runner").glob("blobs/sha256/*/*")}
        if names != set(store.blobs.digests()):
            yield "a file among the blobs is none"
        yield from (f"no blob {digest}" for digest in store.results.references() if not store.blobs.contains(digest))


def _outputs(case: Case) -> Iterator[str]:
    """Each output is the edit of its own photo, and the picture that the server made."""
    done = sum(purchase.state == "finished" for purchase in case.ledger.purchases.values())
    made = sorted((case.root / "out").glob("*.png"))
    if done == ACTIONS and len(made) != PHOTOS:
        yield f"{len(made)} of {PHOTOS} outputs are there, and all was bought"
    pictures = _results(case)
    for path in made:
        output, photo = _pixels(path), _pixels(case.root / "photos" / path.name)
        if output.tobytes() not in pictures:
            yield f"{path.name} is no picture of the server"
        if output.shape != photo.shape or (output[~_EDITED] != photo[~_EDITED]).any():
            yield f"{path.name} is not made of its photo"


def _results(case: Case) -> set[bytes]:
    digests = {run.digest for run in case.runs if run.digest is not None}
    with open_store(case.root) as store:
        return {_pixels(store.blobs.path(digest)).tobytes() for digest in store.blobs.digests() if digest in digests}


def _pixels(path: Path) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def _codes(case: Case) -> Iterator[str]:
    states = [purchase.state for purchase in case.ledger.purchases.values()]
    is_done = states.count("finished") == ACTIONS
    expected = 5 if case.ledger.in_doubt else 0 if is_done else 1
    if case.code != expected:
        yield f"the last exit code is {case.code}, and {states} would be {expected}"


def _secrets(case: Case) -> Iterator[str]:
    """No key, and no query of a signed address, in any file."""
    words = [secret.encode() for secret in case.secrets]
    for path in case.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            yield from (f"{path} holds {word.decode()[:12]}…" for word in words if word in content)
