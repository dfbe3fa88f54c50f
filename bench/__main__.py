"""Run every benchmark and write ``bench/RESULTS.md``: `make bench`."""

import os
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench import report, startup
from bench.alternate import Ratio

_RESULTS = Path(__file__).parent / "RESULTS.md"


def main() -> None:
    """Measure, show and write."""
    text = "\n".join(_lines([*startup.ratios(), *report.ratios()])) + "\n"
    _RESULTS.write_text(text, encoding="utf-8")
    print(text)


def _lines(ratios: list[Ratio]) -> Iterator[str]:
    yield from (
        "# Results",
        "",
        "Medians of runs in alternation; a claim is a ratio within one run. `make bench` writes this page.",
        "",
    )
    machine = f"{platform.system()} {platform.machine()} · {os.cpu_count()} cores · Python {platform.python_version()}"
    yield f"{datetime.now(UTC):%Y-%m-%d} · {machine}"
    yield from ("", "| job | command | ms | floor | ms | ratio | to reach |", "|---|---|--:|---|--:|--:|--:|")
    for ratio in ratios:
        yield (
            f"| {ratio.job} | `{ratio.command}` | {ratio.median_ms:.0f} | `{ratio.floor}` | {ratio.floor_ms:.0f} "
            f"| {ratio.median_ms / ratio.floor_ms:.2f} | {ratio.to_reach} |"
        )


if __name__ == "__main__":
    main()
