"""A run in, ``runner-run/1`` out."""

import json

from jsonschema import Draft7Validator

from runner.report.document import run_document, run_schema
from runner.report.summary import summarize
from tests.report.runs import RUN_ID, digest, full_journal, key


def test_the_document_has_the_documented_keys() -> None:
    document = run_document(summarize(full_journal()))
    assert list(document) == [
        "format", "run_id", "plan_id", "state", "exit_code", "started_at", "finished_at",
        "totals", "actions", "checks", "outputs",
    ]  # fmt: skip
    assert (document["format"], document["run_id"], document["state"]) == ("runner-run/1", RUN_ID, "failed")


def test_the_totals_count_actions_by_outcome() -> None:
    assert run_document(summarize(full_journal()))["totals"] == {
        "cells": 3,
        "actions": 6,
        "succeeded": 2,
        "reused": 2,
        "failed": 1,
        "skipped": 1,
        "in_doubt": 0,
        "quoted": "0.30",
        "reserved": "0.00",
        "charged": "0.15",
        "cached_value": "0.00",
    }


def test_an_action_is_written_in_full() -> None:
    actions = run_document(summarize(full_journal()))["actions"]
    assert isinstance(actions, list)
    assert actions[2] == {
        "key": key("tone", "b"),
        "step": "tone",
        "cells": ["b"],
        "outcome": "failed",
        "attempts": 1,
        "job_id": "job-2",
        "quoted": "0.05",
        "charged": "0.05",
        "duration_ms": 700,
        "artifact": None,
        "error": {"code": "no-visible-iris", "message": "photos/b.jpg: no visible iris", "retryable": False},
    }


def test_an_output_that_was_not_written_has_no_digest() -> None:
    assert run_document(summarize(full_journal()))["outputs"] == [
        {"cell": "a", "path": "out/a.jpg", "digest": digest("out a")},
        {"cell": "b", "path": "out/b.jpg", "digest": None},
        {"cell": "c", "path": "out/c.jpg", "digest": None},
    ]


def test_documents_obey_their_schema_also_where_the_journal_was_cut_off() -> None:
    schema = run_schema()
    Draft7Validator.check_schema(schema)
    for length in range(len(full_journal()) + 1):
        document = run_document(summarize(full_journal()[:length]))
        assert not list(Draft7Validator(schema).iter_errors(json.loads(json.dumps(document))))


def test_the_schema_refuses_an_unknown_state() -> None:
    document = {**run_document(summarize(full_journal())), "state": "fine"}
    assert [error.json_path for error in Draft7Validator(run_schema()).iter_errors(document)] == ["$.state"]
