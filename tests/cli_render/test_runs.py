"""How runs look: exact text, read line by line."""

from dataclasses import replace

from runner.cli.render.paint import colored, plain
from runner.cli.render.runs import run_line, run_text, runs_document, runs_text
from runner.report.closing import closing_of
from runner.report.summary import RunSummary, summarize
from tests.cli_render.journal import RUN_ID, doubted, events, measured, succeeded


def test_a_run_says_how_it_ended_and_what_needs_a_person() -> None:
    assert run_text(closing_of(summarize(events())), plain).splitlines() == [
        f"portraits   run {RUN_ID}   failed: 3 of 5 cells failed: no-visible-iris ×2, no-space ×1",
        "cells     2 done · 3 failed",
        "actions   5 done · 1 reused · 2 failed · 2 skipped",
        "outputs   1 written · 1 unchanged · 3 missing",
        "charged   $0.58 of $1.16 quoted",
        "time      12.3 s",
        "failed[no-visible-iris]: step eyes, 2 cells",
        "  d02: photos/d02.jpg: no visible iris",
        "  d03: photos/d03.jpg: no visible iris",
        "hint: choose a photo with open eyes",
        "failed[no-space]: writing outputs, 1 cell",
        "  d04: out/d04.jpg: the disk is full",
        "hint: the result is kept: runner run writes it again without paying",
    ]


def test_a_run_that_was_cut_off_is_interrupted() -> None:
    text = run_text(closing_of(summarize(events()[:5])), plain)
    assert text.splitlines()[0].startswith(f"portraits   run {RUN_ID}   interrupted: ")


def test_checks_are_counted_and_a_failed_one_needs_a_person() -> None:
    told = [*events()[:6], replace(measured("0.042"), on_fail="quarantine"), measured("0", passed=True), events()[-1]]
    lines = run_text(closing_of(summarize(told)), plain).splitlines()
    assert "cells     1 in quarantine · 2 skipped · 2 in doubt" in lines
    assert "checks    1 passed · 1 in quarantine" in lines
    assert "in quarantine[check-failed]: check outside_mask_unchanged of step eyes, 1 cell" in lines
    assert "  d00: 4.2%, demanded at most 3%" in lines
    assert run_line(summarize(told), "failed").failed == 1


def doubtful() -> RunSummary:
    return summarize([*events()[:5], succeeded("eyes", "d01", 1.4, 1200), doubted("d02", 1.5), *events()[-1:]])


def test_what_is_in_doubt_is_told_first_with_what_is_set_aside() -> None:
    lines = run_text(closing_of(doubtful()), plain).splitlines()
    assert "charged   $0.29 of $1.16 quoted · $0.29 set aside, in doubt" in lines
    at = lines.index("in doubt[in-doubt]: step eyes, 1 cell")
    assert lines[at + 1 : at + 3] == [
        "  d02: photos/d02.jpg: nobody can say whether 'eyes' was bought: no answer",
        "hint: runner resume looks again; runner resume --rebuy-in-doubt buys it once more",
    ]


def test_runs_with_doubts_have_two_columns_more() -> None:
    head, row = runs_text([run_line(doubtful(), "failed")], plain).splitlines()
    assert head.endswith("   cells   done   failed   quoted   charged   in doubt   set aside")
    assert row.endswith("       5      1        0    $1.16     $0.29          1       $0.29")


def test_color_changes_no_letter() -> None:
    import click

    summary = summarize(events())
    closing = closing_of(summary)
    assert click.unstyle(run_text(closing, colored)) == run_text(closing, plain)


def test_runs_stand_in_a_table() -> None:
    line = run_line(summarize(events()), "failed")
    assert runs_text([line], plain).splitlines() == [
        "run                      recipe      state    started (UTC)      cells   done   failed   quoted   charged",
        "20261121T072500-ab12cd   portraits   failed   2026-11-21 07:25       5      2        3    $1.16     $0.58",
    ]


def test_a_run_that_is_worked_on_has_the_ledger_s_word() -> None:
    assert run_line(summarize(events()[:5]), "running").state == "running"


def test_no_runs_are_said_in_words() -> None:
    assert runs_text([], plain) == "no runs yet"


def test_runs_as_json_have_money_as_text() -> None:
    assert runs_document([run_line(summarize(events()), "failed")]) == [
        {
            "run_id": RUN_ID,
            "recipe": "portraits",
            "state": "failed",
            "started_at": "2026-11-21T07:25:00.000Z",
            "cells": 5,
            "done": 2,
            "failed": 3,
            "in_doubt": 0,
            "quoted": "1.16",
            "reserved": "0.00",
            "charged": "0.58",
        }
    ]
