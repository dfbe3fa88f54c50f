"""The step of `action.yml`: checks recipes, plans them against the base, and keeps one comment up to date.

It runs `runner` as a person would, and needs nothing but the standard library. What GitHub says stands in the
environment; the inputs of the action stand there as REVIEW_….
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

MARKER = "<!-- edit-runner plan -->"
MOST_CHARACTERS = 60_000
MOST_PAGES = 30
ATTEMPTS = 3
ANSWER_S = 30

RUNNER = (sys.executable, "-m", "runner")
REFUSED = ("**Refused**", "**Over budget**")
"""How the third part of a plan's Markdown begins, its verdict, where a run would not begin."""


@dataclass(frozen=True)
class Reviewed:
    """What one recipe came to.

    Attributes:
        markdown: For the comment.
        payable: US dollars; None where there is no plan.
        works: Whether it is right; an error of `check` or `plan` makes it wrong.
        allowed: Whether a run would begin.
    """

    recipe: str
    markdown: str
    payable: Decimal | None
    works: bool
    allowed: bool


def main() -> int:
    """Review the recipes that the inputs name.

    Returns:
        The exit code of the step.
    """
    environment = dict(os.environ)
    token = environment.pop("REVIEW_TOKEN", "")  # no program that is started here sees it
    event = read_event(environment)
    recipes = find_recipes(environment.get("REVIEW_RECIPES", ""))
    if not recipes:
        tell("warning", f"no recipe matches {environment.get('REVIEW_RECIPES', '')!r}")
        return 0
    base = prepare_base(environment.get("REVIEW_BASE") or base_of(event), environment)
    reviews = [review(recipe, base, environment) for recipe in recipes]
    append(environment.get("GITHUB_STEP_SUMMARY"), f"{joined(reviews, 10**6)}\n")
    write_outputs(environment.get("GITHUB_OUTPUT"), reviews)
    number = event.get("pull_request", {}).get("number")
    if number is not None and token and environment.get("REVIEW_COMMENT", "true") == "true":
        comment(environment, token, int(number), joined(reviews, MOST_CHARACTERS))
    return exit_code(reviews, environment.get("REVIEW_FAIL_WHEN_REFUSED", "true") == "true")


def read_event(environment: Mapping[str, str]) -> dict[str, Any]:
    """Read what the workflow was started by; empty where nothing says it."""
    path = environment.get("GITHUB_EVENT_PATH")
    if not path or not Path(path).is_file():
        return {}
    event = json.loads(Path(path).read_text(encoding="utf-8"))
    return event if isinstance(event, dict) else {}


def base_of(event: Mapping[str, Any]) -> str:
    """The commit that a pull request is to be merged into; else that before a push."""
    pull_request = event.get("pull_request")
    if pull_request:
        return str(pull_request["base"]["sha"])
    before = str(event.get("before") or "")
    return before if before.strip("0") else ""  # zeros: the branch is new


def find_recipes(patterns: str) -> list[str]:
    """Find the recipes, each once, in order."""
    here = Path()
    found = [path for pattern in patterns.split() for path in sorted(here.glob(pattern)) if path.is_file()]
    return list(dict.fromkeys(path.as_posix() for path in found))


def prepare_base(base: str, environment: Mapping[str, str]) -> str:
    """Fetch the base where the clone does not have it; none where that fails, and a warning says so."""
    if not base or base.startswith("-"):
        return ""
    if has_commit(base, environment):
        return base
    fetched = start(("git", "fetch", "--quiet", "--no-tags", "--depth=1", "origin", base), environment)
    if fetched.returncode == 0 and has_commit(base, environment):
        return base
    tell("warning", f"the base {base[:12]} could not be fetched: nothing is compared")
    return ""


def has_commit(ref: str, environment: Mapping[str, str]) -> bool:
    """Say whether the clone has a commit."""
    return start(("git", "cat-file", "-e", f"{ref}^{{commit}}"), environment).returncode == 0


def review(recipe: str, base: str, environment: Mapping[str, str]) -> Reviewed:
    """Check a recipe, mark its problems in the file, and plan it."""
    checked = start((*RUNNER, "check", recipe, "--format", "github"), environment)
    print(checked.stdout, end="", flush=True)
    with TemporaryDirectory() as folder:
        saved = Path(folder) / "plan.json"
        against = ("--against", base) if base else ()
        planned = start((*RUNNER, "plan", recipe, *against, "--format", "markdown", "-o", str(saved)), environment)
        plan = json.loads(saved.read_text(encoding="utf-8")) if saved.is_file() else None
    if not planned.stdout:
        print(f"::error file={escaped(recipe)}::{escaped(planned.stderr)}")
    verdict = planned.stdout.split("\n\n")[2:3]
    return Reviewed(
        recipe=recipe,
        markdown=planned.stdout or f"{MARKER}\n\n### {code(recipe)}\n\n**Cannot be planned**: see the job's log\n",
        payable=None if plan is None else Decimal(plan["totals"]["payable"]),
        works=checked.returncode == 0 and planned.returncode == 0,
        allowed=not any(part.startswith(REFUSED) for part in verdict),
    )


def joined(reviews: Sequence[Reviewed], most: int) -> str:
    """Write all reviews as one text; those that have no room are named, or only counted."""
    parts, room, left_out = [MARKER], most - 4_000, []
    for each in reviews:
        body = each.markdown.replace(MARKER, "").strip()
        if len(body) <= room:
            parts.append(body)
            room -= len(body) + 2
        else:
            left_out.append(each)
    if left_out:
        shown = [f"{code(each.recipe)} ({'?' if each.payable is None else f'${each.payable}'})" for each in left_out]
        names = ", ".join(shown[:20]) if sum(map(len, shown[:20])) < 3_000 else ""
        parts.append(f"And {len(left_out)} more recipes, in the job's summary: {names}")
    return "\n\n".join(parts)


def exit_code(reviews: Sequence[Reviewed], fails_when_refused: bool) -> int:
    """Say how the step ends: 1 for a wrong recipe, 3 for one that a run would refuse, as `runner` does."""
    if not all(each.works for each in reviews):
        return 1
    return 3 if fails_when_refused and not all(each.allowed for each in reviews) else 0


def write_outputs(path: str | None, reviews: Sequence[Reviewed]) -> None:
    """Give the outputs of the action."""
    payable = sum((each.payable for each in reviews if each.payable is not None), Decimal())
    ok = all(each.works and each.allowed for each in reviews)
    append(path, f"payable={payable}\nok={'true' if ok else 'false'}\n")


class CommentError(Exception):
    """The comments could not be read or written; the message says why, without the token."""


class Comments:
    """The comments of one pull request."""

    def __init__(self, environment: Mapping[str, str], token: str, number: int) -> None:
        api = environment.get("GITHUB_API_URL", "https://api.github.com")
        repository = environment.get("GITHUB_REPOSITORY", "")
        self._token = token
        self._api = f"{api}/repos/{repository}/issues"
        self._number = number
        self._author = environment.get("REVIEW_AUTHOR") or "github-actions[bot]"
        parts = urlsplit(api)
        if parts.scheme != "https" and parts.hostname != "127.0.0.1":
            raise CommentError(f"the API at {parts.hostname} is not https")

    def own(self) -> int | None:
        """Find the comment that was written before; one of somebody else is left alone, whatever it says."""
        for page in range(1, MOST_PAGES + 1):
            found = self._ask("GET", f"/{self._number}/comments?per_page=100&page={page}")
            for each in found:
                if str(each["body"]).startswith(MARKER) and each["user"]["login"] == self._author:
                    return int(each["id"])
            if len(found) < 100:
                return None
        return None

    def create(self, body: str) -> None:
        """Write a new comment."""
        self._ask("POST", f"/{self._number}/comments", body)

    def update(self, comment: int, body: str) -> None:
        """Write a comment again."""
        self._ask("PATCH", f"/comments/{comment}", body)

    def _ask(self, method: str, path: str, body: str | None = None) -> Any:
        """Ask once; a question again where the server was busy. What writes is not repeated: it might stand twice."""
        for attempt in range(1, (ATTEMPTS if method != "POST" else 1) + 1):
            try:
                return self._request(method, path, body)
            except urllib.error.HTTPError as error:
                error.close()
                if error.code < 500 or attempt == ATTEMPTS or method == "POST":
                    raise CommentError(f"{method} was answered with {error.code}") from None
            except (OSError, ValueError) as error:
                if attempt == ATTEMPTS or method == "POST":
                    raise CommentError(f"{method} failed: {type(error).__name__}") from None
            time.sleep(attempt)
        raise AssertionError("the loop ends before")

    def _request(self, method: str, path: str, body: str | None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - https, or this machine
            f"{self._api}{path}",
            data=None if body is None else json.dumps({"body": body}).encode(),
            method=method,
            headers={
                "Authorization": f"Bearer {self._token}",
                "Accept": "application/vnd.github+json",
                "Content-Type": "application/json",
                "X-GitHub-Api-Version": "2022-11-28",
                "User-Agent": "edit-runner",
            },
        )
        with _OPENER.open(request, timeout=ANSWER_S) as answer:
            return json.load(answer)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The token goes to the API and nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


def comment(environment: Mapping[str, str], token: str, number: int, body: str) -> None:
    """Write the comment, or write it again; where that is not allowed, the summary has to do."""
    try:
        comments = Comments(environment, token, number)
        own = comments.own()
        if own is None:
            comments.create(body)
        else:
            comments.update(own, body)
    except CommentError as error:
        tell("notice", f"no comment was written ({error}): the review stands in the job's summary")


def start(command: Sequence[str], environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run a program to its end."""
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=dict(environment), check=False)


def tell(level: str, text: str) -> None:
    """Say something where GitHub shows it."""
    print(f"::{level}::{escaped(text)}", flush=True)


def escaped(text: str) -> str:
    """Keep a text from ending its workflow command, or beginning another."""
    pieces = {"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"}
    return "".join(pieces.get(character, character) for character in text)


def code(name: str) -> str:
    """Write a name in Markdown."""
    return f"`{name.replace('`', chr(39))}`"


def append(path: str | None, text: str) -> None:
    """Add to one of GitHub's files."""
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    sys.exit(main())
