"""Ids and times."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

from runner.server import clock
from runner.server.ids import id_of, is_id, new_id


def test_ids_are_version_7_and_each_is_greater_than_the_one_before() -> None:
    ids = [new_id() for _ in range(10_000)]

    assert ids == sorted(set(ids))
    assert {(uuid.UUID(text).version, uuid.UUID(text).variant) for text in ids} == {(7, uuid.RFC_4122)}


def test_ids_of_several_threads_do_not_meet() -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: [new_id() for _ in range(2_000)], range(8)))

    assert len({text for ids in found for text in ids}) == 16_000


def test_an_id_by_name_is_always_the_same() -> None:
    assert (
        id_of("model", "runflow/eye-color") == id_of("model", "runflow/eye-color") != id_of("org", "runflow/eye-color")
    )
    assert is_id(id_of("org", "x"))
    assert not is_id("x")
    assert not is_id(new_id().upper())


def test_times_sort_as_text_and_never_end_in_z() -> None:
    moment = datetime(2026, 5, 6, 12, 0, tzinfo=timezone(timedelta(hours=2)))

    assert clock.time_text(moment) == "2026-05-06T10:00:00.000+00:00"
    assert clock.time_text(clock.parse_time("2026-04-01")) == "2026-04-01T00:00:00.000+00:00"
    assert clock.time_text(datetime(2026, 5, 6, 10, 0, 0, 1000, UTC)) > clock.time_text(moment)
    assert clock.between_ms("2026-05-06T10:00:00.000+00:00", "2026-05-06T10:00:01.250+00:00") == 1250
    assert clock.between_ms("2026-05-06T10:00:01.250+00:00", "2026-05-06T10:00:00.000+00:00") == 0
