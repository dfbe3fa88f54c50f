"""Writes what came of many campaigns as a page: ``docs/reliability.md``."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from tests.faults.campaign import Outcome
from tests.faults.faults import ENDPOINTS, Endpoint
from tests.faults.kills import WORDS
from tests.faults.variants import VARIANTS

_HEADINGS: dict[Endpoint, str] = {
    "create": "create a run",
    "poll": "read a run",
    "list": "list runs",
    "upload": "announce, confirm an upload",
    "put": "upload",
    "download": "download",
    "account": "balance, model",
    "callback": "callback",
}

_FIGURES: tuple[tuple[str, Callable[[Outcome], int]], ...] = (
    ("campaigns", lambda _: 1),
    ("actions", lambda outcome: outcome.actions),
    ("commands", lambda outcome: outcome.commands),
    ("faults", lambda outcome: sum(outcome.thrown.values())),
    ("kills of the runner", lambda outcome: sum(outcome.kills.values())),
    ("kills of the server, as campaigns met them", lambda outcome: outcome.server_kills),
    ("runs that the server made", lambda outcome: outcome.created),
    ("results collected", lambda outcome: outcome.finished),
    ("… of what was under way when the runner was killed", lambda outcome: outcome.collected),
    ("in doubt in the end", lambda outcome: outcome.doubted),
    ("bought again because somebody asked for it", lambda outcome: outcome.rebought),
    ("**bought twice without being asked**", lambda outcome: outcome.duplicates),
    ("**paid for and lost**", lambda outcome: outcome.lost),
    ("**campaigns that break an invariant**", lambda outcome: bool(outcome.broken)),
)


def page(outcomes: Sequence[Outcome], first_seed: int) -> str:
    """Write the page.

    Args:
        outcomes: Of all campaigns, in any order.
        first_seed: Of the campaigns of each variant.
    """
    each = max(Counter(outcome.variant for outcome in outcomes).values())
    lines = [
        *_BEGINNING.splitlines(),
        "",
        "## What came of it",
        "",
        *_by_variant(outcomes),
        "",
        _COMMAND.format(each=each, seed=first_seed),
        "",
        "## Faults",
        "",
        *_WORDS_ON_FAULTS.splitlines(),
        "",
        *_by_fault(outcomes),
        "",
        "## Kills",
        "",
        *_WORDS_ON_KILLS.splitlines(),
        "",
        *_by_kill(outcomes),
        "",
        *_END.splitlines(),
    ]
    return "\n".join(lines) + "\n"


def _by_variant(outcomes: Sequence[Outcome]) -> Iterator[str]:
    names = [name for name in VARIANTS if any(outcome.variant == name for outcome in outcomes)]
    yield f"| a provider that … | {' | '.join(VARIANTS[name].words for name in names)} |"
    yield "|---" + "|--:" * len(names) + "|"
    for words, figure in _FIGURES:
        sums = (sum(figure(outcome) for outcome in outcomes if outcome.variant == name) for name in names)
        yield f"| {words} | {' | '.join(f'{number:,}' for number in sums)} |"


def _by_fault(outcomes: Sequence[Outcome]) -> Iterator[str]:
    thrown: Counter[tuple[Endpoint, str]] = sum((outcome.thrown for outcome in outcomes), Counter())
    names = dict.fromkeys(name for _, name in sorted(thrown, key=lambda pair: (pair[0] == "callback", pair[1])))
    yield f"| fault | {' | '.join(_HEADINGS[endpoint] for endpoint in ENDPOINTS)} | campaigns | broken |"
    yield "|---" + "|--:" * (len(ENDPOINTS) + 2) + "|"
    for name in names:
        met = [outcome for outcome in outcomes if any(known == name for _, known in outcome.thrown)]
        counts = " | ".join(f"{thrown[endpoint, name]:,}" if thrown[endpoint, name] else "" for endpoint in ENDPOINTS)
        yield f"| {name} | {counts} | {len(met):,} | {sum(bool(outcome.broken) for outcome in met)} |"


def _by_kill(outcomes: Sequence[Outcome]) -> Iterator[str]:
    kills: Counter[str] = sum((outcome.kills for outcome in outcomes), Counter())
    yield "| the runner was killed at | before it was written | after it was written |"
    yield "|---|--:|--:|"
    for what, words in WORDS.items():
        yield f"| {words} | {kills[f'before {what}']:,} | {kills[f'after {what}']:,} |"
    yield f"| a request that makes a run, sent and not answered | | {kills['from outside']:,} |"


_BEGINNING = """\
# Reliability: what is promised of money, and how it is tried

<!-- Written by `make faults`; changes here are lost. -->

## The promise

What is bought from a hosted provider costs money, and no network, no server and no machine can be relied on. The
runner promises, whatever happens:

- **at most one charge for each action and draw**, unless somebody asks to buy again what is in doubt;
- **nothing that was paid for is lost**: a result that was made is collected, now or by `runner resume`;
- what cannot be known is said to be **in doubt** (exit code 5) and neither bought again nor forgotten;
- what is spent and set aside stays **below the cap** at every instant;
- the ledger says what the provider charged, job by job, and nothing else;
- no key and no signed address stands in any file or message.

## How it is tried

One campaign is a project of ten photos and two edits of each: twenty purchases. The runner's own command line buys them
from `runner serve`, through a proxy that harms what passes: each request may meet one of the faults below, drawn from
the campaign's seed. In a half of the campaigns the server reports the ends of jobs by callbacks too, in a third the
budget is exactly what twenty actions cost. The runner is killed with SIGKILL at instants drawn from the seed, and the
server now and then. After one to three commands in this storm the proxy becomes honest, and `runner resume` is called
until it has nothing left to do; where something stays in doubt, half of the campaigns buy it again on request.

Then both sides are compared: the runner's state, files and messages, and the server's own database. A campaign is
broken if

- work was bought twice, or a run that succeeded is neither collected nor in doubt;
- something is in doubt that the provider could have told;
- the ledger differs from what the server debited, or the cap was passed at any instant that was looked at;
- a blob is damaged, or an output is not the edit of its photo;
- an exit code lies, or a key or signature stands in any file.
"""

_COMMAND = """\
Made by `make faults`, which is `python -m tests.faults --campaigns {each} --seed {seed} --write`. What a campaign meets
is drawn from its seed; what comes of it also depends on timing, so that a second run gives slightly other figures.
A campaign that breaks an invariant prints its seed, keeps its folder, and makes the command fail."""

_WORDS_ON_FAULTS = """\
How often each was met, by what was asked for; in how many campaigns; and how many of those break an invariant.
"Delivered" means that the server carried the request out, and the runner did not hear of it."""

_WORDS_ON_KILLS = """\
Each purchase goes through these; every one is on the disk before the next is taken. Killed before: it was decided and
not yet written. Killed after: it was written, and nothing that follows was done."""

_END = """\
## What cannot be promised

- A provider that neither honors `Idempotency-Key` nor lists the run cannot tell whether a request without an answer was
  carried out, and nobody else can. Such an action is in doubt until somebody decides. `--rebuy-in-doubt` may then pay
  twice for one result; it is the only way to.
- The same holds where the runner dies between writing down that it sends and sending: no run is listed, and one could
  still come. With a provider that honors the key, the same bytes are sent again instead.
- `honors_idempotency = true` for a provider that does not honor it gives the promise away.
- An answer of 429 is believed to mean that nothing was made of the request, and so is one of 503 with the provider's
  own code where the list, asked three times, does not show the run.
- A provider that charges other than its card says can exceed a cap; the charge is shown as it is.
- A whole, undamaged picture of another job under the right address cannot be told from the right one."""
