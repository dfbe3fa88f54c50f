"""Tasks that write at the same moment share a transaction, and none of them notices."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from runner.core.digest import digest_bytes
from runner.core.errors import StoreError
from runner.store.state import State, open_state
from runner.store.store import Store, open_store

KEYS = [digest_bytes(str(number).encode()) for number in range(20)]


def _on_the_disk(root: Path) -> set[str]:
    """Read by a connection of its own, which sees what is committed."""
    with sqlite3.connect(root / ".runner/state.db") as connection:
        return {str(row[0]) for row in connection.execute("SELECT key FROM encodings")}


async def _keep_all(store: Store, root: Path) -> list[set[str]]:
    async def keep(number: int) -> set[str]:
        await store.scribe.call(store.results.keep_encoding, KEYS[number], KEYS[0])
        return _on_the_disk(root)

    return await asyncio.gather(*(keep(number) for number in range(len(KEYS))))


def test_each_goes_on_when_what_it_wrote_is_on_the_disk(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        seen = asyncio.run(_keep_all(store, tmp_path))
    assert [KEYS[number] in keys for number, keys in enumerate(seen)] == [True] * len(KEYS)


def test_those_that_come_together_share_a_transaction(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        begun: list[str] = []
        store.state._connection.set_trace_callback(lambda sql: begun.append(sql) if sql.startswith("BEGIN") else None)
        asyncio.run(_keep_all(store, tmp_path))
    assert len(begun) < len(KEYS) / 2


def test_one_that_fails_takes_back_its_own_and_nothing_else(tmp_path: Path) -> None:
    def write_and_fail(store: Store) -> None:
        store.results.keep_encoding(KEYS[1], KEYS[0])
        raise ValueError("no")

    async def three(store: Store) -> list[object]:
        call, keep = store.scribe.call, store.results.keep_encoding
        tasks = (call(keep, KEYS[0], KEYS[0]), call(write_and_fail, store), call(keep, KEYS[2], KEYS[0]))
        return list(await asyncio.gather(*tasks, return_exceptions=True))

    with open_store(tmp_path) as store:
        first, failed, last = asyncio.run(three(store))
    assert (first, last) == (None, None)
    assert isinstance(failed, ValueError)
    assert _on_the_disk(tmp_path) == {KEYS[0], KEYS[2]}


def test_they_are_made_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    async def all_of_one_key(store: Store) -> None:
        async with asyncio.TaskGroup() as group:
            for key in KEYS:
                group.create_task(store.scribe.call(store.results.keep_encoding, KEYS[0], key))

    with open_store(tmp_path) as store:
        asyncio.run(all_of_one_key(store))
        assert store.results.encodings(KEYS[:1]) == {KEYS[0]: KEYS[-1]}


def test_where_the_disk_is_full_all_that_wait_are_told(tmp_path: Path) -> None:
    async def too_much(store: Store) -> list[object]:
        call, keep = store.scribe.call, store.results.keep_encoding
        tasks = [call(keep, key, digest_bytes(key.encode())) for key in KEYS]
        return list(await asyncio.gather(*tasks, return_exceptions=True))

    with open_store(tmp_path) as store:
        pages = store.state.read("PRAGMA page_count")[0][0]
        store.state.read(f"PRAGMA max_page_count = {pages}")
        outcomes = [*asyncio.run(too_much(store)), *asyncio.run(too_much(store)), *_fill(store.state)]
    assert {str(one.code) for one in outcomes if isinstance(one, StoreError)} == {"disk-full"}
    kept = [key for key, one in zip(KEYS, outcomes, strict=False) if one is None]
    assert set(kept) <= _on_the_disk(tmp_path)


def _fill(state: State) -> list[object]:
    """Write until nothing more fits."""
    rows = [(f"{number:064}", "x" * 64) for number in range(2_000)]
    with pytest.raises(StoreError) as caught:
        state.together([lambda: state.write(lambda c: c.executemany("INSERT INTO encodings VALUES (?, ?)", rows))])
    return [caught.value]


def test_a_second_loop_may_write_after_the_first_is_gone(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for key in KEYS[:2]:
            asyncio.run(_one(store, key))
    state = open_state(tmp_path / ".runner/state.db")
    assert len(state.read("SELECT key FROM encodings")) == 2
    state.close()


async def _one(store: Store, key: object) -> None:
    await store.scribe.call(store.results.keep_encoding, digest_bytes(str(key).encode()), KEYS[0])
