"""The lock file: read, written, merged by git line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.catalog.lock import EMPTY_LOCK, HEADER, Lock, read_lock, with_actions, with_urls, write_lock
from runner.catalog.lock_lines import LockedAction, LockedPrice, UrlPin, action_line, parse_action_line, pin_name
from runner.core.diagnostic import Diagnostic
from runner.core.digest import ActionKey, Digest, digest_bytes
from runner.core.money import parse_money

A, B = "a" * 64, "b" * 64


def check(text: str) -> list[str]:
    found = read_lock(text, "autumn.lock")
    return [f"{problem.span.line} {problem.code}" for problem in found] if isinstance(found, list) else []


def good(text: str) -> Lock:
    found = read_lock(text, "autumn.lock")
    assert isinstance(found, Lock), found
    return found


def pin(url: str, digest: str = A) -> UrlPin:
    return UrlPin(url=url, digest=Digest(digest), media_type="image/png", size_bytes=12)


def action(key: str, *, cell: str = "SOFA-1/oak", result: str = A, reported: str = "") -> LockedAction:
    return LockedAction(
        key=ActionKey(key),
        step="swap",
        cell=cell,
        provider="runflow",
        under="runflow",
        model="runflow/reference-inpaint",
        revision="1",
        price=LockedPrice(amount=parse_money("0.55"), unit="request", as_of="2026-11-20"),
        inputs={"image": Digest(A), "reference": Digest(B)},
        masks={"mask": Digest(B)},
        paste_back=Digest(A),
        reported=reported,
        result=Digest(result),
    )


def test_an_action_is_one_line_that_a_person_can_read() -> None:
    assert action_line(action(A, reported="2026-11 b")) == (
        f"action {A} swap SOFA-1/oak runflow runflow/reference-inpaint@1 0.55/request@2026-11-20"
        f" input.image=sha256:{A} input.reference=sha256:{B} mask.mask=sha256:{B} paste_back=sha256:{A}"
        f" reported=2026-11%20b result=sha256:{A}"
    )


@given(st.text(min_size=1, max_size=20), st.text(max_size=20))
def test_any_name_of_a_cell_is_one_word_of_its_line(cell: str, reported: str) -> None:
    locked = action(A, cell=cell, reported=reported)
    line = action_line(locked)
    assert len(line.split()) == 13 - (not reported)
    assert parse_action_line(line) == locked


def test_results_of_both_sides_of_a_merge_are_kept() -> None:
    text = write_lock(with_actions(EMPTY_LOCK, [action(A)])) + write_lock(
        with_actions(EMPTY_LOCK, [action(A, result=B)])
    )
    assert [each.result for each in good(text).actions[ActionKey(A)]] == [A, B]


def test_lines_are_sorted_below_the_header() -> None:
    lock = with_urls(EMPTY_LOCK, [pin("https://b.example/b.png", B), pin("https://a.example/a.png")])
    assert write_lock(lock) == (
        "# runner-lock/1\n"
        f"url https://a.example/a.png sha256:{A} image/png 12\n"
        f"url https://b.example/b.png sha256:{B} image/png 12\n"
    )


def test_what_is_written_is_read_back() -> None:
    lock = with_urls(Lock(others=("later 12 of another version",)), [pin("https://a.example/a.png")])
    lock = with_actions(lock, [action(A), action(B, result=A), action(B, result=B)])
    assert good(write_lock(lock)) == lock


def test_lines_of_other_kinds_are_kept_where_urls_are_replaced() -> None:
    text = f"{HEADER}\nlater x y z\n# a note\nurl https://a.example/a sha256:{A} image/png 1\n"
    assert write_lock(with_urls(good(text), [])) == f"{HEADER}\n# a note\nlater x y z\n"


def test_lines_that_a_merge_doubled_are_one() -> None:
    line = f"url https://a.example/a.png sha256:{A} image/png 12\n"
    assert write_lock(good(f"{HEADER}\n{line}{HEADER}\n\n{line}")) == f"{HEADER}\n{line}"


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    assert good(f"\ufeff{HEADER}\r\nurl https://a.example/a sha256:{A} image/png 1\r\n").urls.keys() == {
        "https://a.example/a"
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["1 bad-lock-line"]),
        ("# runner-lock/2\nwhatever\n", ["1 lock-version"]),
        (
            f"{HEADER}\n<<<<<<< ours\naction a\n=======\naction b\n>>>>>>> theirs\n",
            ["2 merge-conflict"],
        ),
        (
            f"{HEADER}\nurl\nurl https://a.example/a sha256:{A[1:]} image/png 1\n",
            ["2 bad-lock-line", "3 bad-lock-line"],
        ),
        (f"{HEADER}\nurl https://a.example/a?key=1 sha256:{A} image/png 1\n", ["2 bad-lock-line"]),
        (f"{HEADER}\nurl http://a.example/a sha256:{A} image/png 1\n", ["2 bad-lock-line"]),
        (f"{HEADER}\naction {A} swap sofa local\n", ["2 bad-lock-line"]),
        (f"<<<<<<< ours\n{HEADER}\n", ["1 merge-conflict"]),
        (f"{HEADER}\n  oops\n", ["2 bad-lock-line"]),
        (
            f"{HEADER}\nurl https://a.example/ sha256:{A} image/png 1\nurl https://a.example/ sha256:{B} image/png 1\n",
            ["3 repeated-pin"],
        ),
    ],
)
def test_every_wrong_line_is_reported(text: str, expected: list[str]) -> None:
    assert check(text) == expected


def test_a_query_is_named_by_its_digest_alone() -> None:
    signed = pin_name("https://a.example/a.png?sig=secret#top")
    assert signed == f"https://a.example/a.png?sha256:{digest_bytes(b'sig=secret')[:16]}"
    assert signed != pin_name("https://a.example/a.png?sig=other")
    assert good(write_lock(with_urls(EMPTY_LOCK, [pin(signed)]))).urls.keys() == {signed}


def test_a_fragment_is_no_part_of_the_name() -> None:
    assert pin_name("https://a.example/a.png#top") == pin_name("https://a.example/a.png?") == "https://a.example/a.png"


@pytest.mark.parametrize("url", ["https://a.example/a?key=1", "http://a.example/a", "https://a.example/a b"])
def test_a_url_that_could_not_be_read_back_is_not_written(url: str) -> None:
    with pytest.raises(ValueError, match="cannot be pinned"):
        write_lock(with_urls(EMPTY_LOCK, [pin(url)]))


_LINES = st.lists(
    st.sampled_from(
        [
            HEADER,
            "",
            "action a",
            action_line(action(A)),
            "# x",
            "<<<<<<< a",
            f"url https://a.example/a sha256:{A} image/png 1",
            "\r",
        ]
    )
    | st.text()
)


@given(_LINES.map(lambda lines: "\n".join([HEADER, *lines])) | st.text())
def test_any_text_is_a_lock_that_stays_the_same_or_problems(text: str) -> None:
    found = read_lock(text, "autumn.lock")
    if isinstance(found, list):
        assert found
        assert all(isinstance(problem, Diagnostic) for problem in found)
    else:
        assert good(write_lock(found)) == found
