"""Outcomes in a file, one a line, so that campaigns that were cut off go on where they were."""

from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import Any

import orjson

from tests.faults.campaign import Outcome


def keep(outcome: Outcome, path: Path) -> None:
    """Write an outcome behind those that are there."""
    members = {field.name: getattr(outcome, field.name) for field in fields(outcome)}
    thrown = [[*fault, count] for fault, count in outcome.thrown.items()]
    with path.open("ab") as file:
        file.write(orjson.dumps({**members, "thrown": thrown}, option=orjson.OPT_APPEND_NEWLINE))


def read_kept(path: Path) -> list[Outcome]:
    """Read the outcomes of earlier times; none where there is no such file."""
    if not path.is_file():
        return []
    return [_outcome(orjson.loads(line)) for line in path.read_bytes().splitlines()]


def _outcome(kept: dict[str, Any]) -> Outcome:
    thrown = Counter({(endpoint, name): count for endpoint, name, count in kept["thrown"]})
    return Outcome(**{**kept, "thrown": thrown, "kills": Counter(kept["kills"]), "broken": tuple(kept["broken"])})
