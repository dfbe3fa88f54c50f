"""The page of figures: sections that can be measured again one by one."""

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime


def with_section(page: str, headings: Sequence[str], heading: str, lines: Sequence[str], *, begin: str) -> str:
    """Replace the section of a heading by other lines.

    Args:
        page: Markdown; may be empty.
        headings: Of all sections, in order; sections with other headings are dropped.
        heading: Of the second level, one of these.
        lines: What stands below it; the date and the machine are set before them.
        begin: What a page begins with that is empty so far.
    """
    before, *sections = re.split(r"^## ", page or begin, flags=re.MULTILINE)
    by_heading = {section.partition("\n")[0]: section for section in sections}
    by_heading[heading] = "\n".join([heading, "", _measured(), "", *lines])
    kept = [f"## {by_heading[known].strip()}\n" for known in headings if known in by_heading]
    return "\n".join([before.strip() + "\n", *kept])


def _measured() -> str:
    machine = f"{platform.system()} {platform.machine()} · {os.cpu_count()} cores · Python {platform.python_version()}"
    return f"{datetime.now(UTC):%Y-%m-%d} · {machine}"
