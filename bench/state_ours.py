"""What a run records of its actions, through the store as a run does: 64 actions in flight, each waiting for the disk.

Usage: python -m bench.state_ours ROOT ACTIONS
"""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey, Json, digest_bytes, digest_json
from runner.core.event import ActionStarted, ActionSucceeded, Phases, RunStarted
from runner.execute.clock import now_text
from runner.store.results import Known
from runner.store.store import Store, open_store

RUN_ID = "20261121T000000-bench1"
IN_FLIGHT = 64
_DETAILS: dict[str, Json] = {"eyes": 2, "eye_color": "amber"}


async def record(store: Store, actions: int) -> None:
    """Record that many actions: each begins, has its result kept, and succeeds."""
    start = RunStarted(at=now_text(), run_id=RUN_ID, plan={"plan_id": "bench"}, recipe_text="")
    await store.scribe.call(store.ledger.append, RUN_ID, [start])
    numbers = iter(range(actions))
    async with asyncio.TaskGroup() as group:
        for _ in range(IN_FLIGHT):
            group.create_task(_record_some(store, numbers))


async def _record_some(store: Store, numbers: Iterator[int]) -> None:
    call, append = store.scribe.call, store.ledger.append
    for number in numbers:
        key = ActionKey(digest_json("bench/1", number))
        content = digest_bytes(key.encode())
        artifact = Artifact(digest=content, media_type="image/png", size_bytes=200_000, width_px=1024, height_px=768)
        at = now_text()
        await call(append, RUN_ID, [ActionStarted(at=at, key=key, attempt=1)])
        await call(store.results.keep, key, Known(artifact=artifact, details={**_DETAILS}, duration_ms=500, made_at=at))
        ended = ActionSucceeded(
            at=now_text(),
            key=key,
            artifact=artifact,
            duration_ms=500,
            attempts=1,
            details={**_DETAILS},
            phases=Phases(queue_ms=10, run_ms=480, download_ms=10),
        )
        await call(append, RUN_ID, [ended])


if __name__ == "__main__":
    with open_store(Path(sys.argv[1])) as opened:
        asyncio.run(record(opened, int(sys.argv[2])))
