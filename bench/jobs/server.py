"""How many runs a server takes and ends, against a bare endpoint and the engine pool alone."""

import asyncio
from pathlib import Path

from bench.results import Claim, Result
from bench.server import measure as measure_load
from bench.server_floors import ACCEPT_TO_REACH, FINISH_TO_REACH, ROUNDS, WORKERS, measure_accept, measure_finish

_RUNS = 2000
_CLIENTS = 64


def measure(place: Path) -> Result:  # noqa: ARG001 - a server makes a folder of its own
    """Measure both, and what many clients at once do to its memory."""
    accepted, bare = asyncio.run(measure_accept())
    finished, pool = asyncio.run(measure_finish())
    load = measure_load(_RUNS, _CLIENTS, WORKERS)
    before, *_, after = load.memory_mib
    rates = (
        f"Accepted: {accepted:.0f} runs a second, {bare:.0f} by the bare endpoint. Finished: {finished:.1f} a second, "
        f"{pool:.1f} by the pool. Medians of {ROUNDS} rounds in alternation."
    )
    crowd = (
        f"{_CLIENTS} clients at once: {len(load.ids):,} runs accepted in {load.accept_s:.1f} s, ended in "
        f"{load.finish_s:.1f} s; the server's memory went from {before:.0f} to {after:.0f} MiB."
    )
    return Result(
        claims=[
            Claim(
                text="runs accepted (create and get, durable) over a bare endpoint",
                measured=accepted / bare,
                bar=ACCEPT_TO_REACH,
                at_least=True,
            ),
            Claim(
                text="local runs finished over the pool alone",
                measured=finished / pool,
                bar=FINISH_TO_REACH,
                at_least=True,
            ),
            Claim(text=f"runs lost or doubled, of {_RUNS:,}", measured=load.lost + load.doubled, bar=0, unit=""),
        ],
        notes=[rates, crowd],
    )
