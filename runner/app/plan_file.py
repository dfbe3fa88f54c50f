"""A saved plan: a ``runner-plan/1`` document in a file, with what identifies it."""

from dataclasses import dataclass
from pathlib import Path

import orjson

from runner.core.digest import Json
from runner.core.errors import UsageError
from runner.plan.document import read_document
from runner.plan.plan import Plan
from runner.plan.plan_id import document_id


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPlan:
    """A plan from a file.

    Attributes:
        path: As the user named it.
        document: As it stands in the file.
    """

    path: Path
    plan: Plan
    document: dict[str, Json]

    @property
    def id(self) -> str:
        """What it says that its digest is: ``sha256:…``."""
        return str(self.document["plan_id"])

    @property
    def saved_at(self) -> str:
        """When it was made, RFC 3339 UTC."""
        return str(self.document["created_at"])

    @property
    def name(self) -> str:
        """What it is applied under: two plans that were saved at two times are two plans, alike or not."""
        return f"{self.id} of {self.saved_at}"

    @property
    def is_edited(self) -> bool:
        """Whether it was changed after it was made."""
        return self.id != document_id(self.document)


def read_saved_plan(path: Path) -> SavedPlan:
    """Read a saved plan, however old it is and whatever was changed in it.

    Raises:
        UsageError: there is no such file, or it is no plan.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError("unreadable-file", f"cannot read '{path}': {error.strerror}") from error
    try:
        return SavedPlan(path=path, plan=read_document(content), document=orjson.loads(content))
    except ValueError as error:
        raise UsageError("not-a-plan", f"'{path}': {str(error).splitlines()[0]}") from error


def write_saved_plan(path: Path, document: dict[str, Json]) -> None:
    """Save a plan.

    Raises:
        UsageError: the file cannot be written.
    """
    try:
        path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    except OSError as error:
        raise UsageError("not-writable", f"cannot write '{path}': {error.strerror}") from error
