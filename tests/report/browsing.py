"""What tests of the page look for: cards, the open cell, the picture on the stage; and what axe finds."""

from dataclasses import replace

from playwright.sync_api import Locator, Page

from runner.core.event import Event
from tests.report.runs import checked_journal, checked_plan, finished, plan_of, started, succeeded

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def card(page: Page, cell: str) -> Locator:
    return page.locator("#list li").filter(has=page.get_by_text(cell, exact=True)).get_by_role("link")


def opened(page: Page) -> Locator:
    return page.locator("dialog#cell")


def title(page: Page) -> Locator:
    return opened(page).get_by_role("heading", level=2)


def axe(page: Page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # ships no types

    found = Axe().run(page, options={"runOnly": _RULES}).response["violations"]
    return [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"]]


def share_before(page: Page) -> float:
    """The share of the picture's width in which it is seen as it was before."""
    share = """(line) => {
        const box = line.parentElement.querySelector("input").getBoundingClientRect();
        return (line.getBoundingClientRect().left + 1 - box.left) / box.width;
    }"""
    return float(page.locator(".handle").evaluate(share))


def done_journal(cells: int) -> list[Event]:
    names = [f"item-{number:05}" for number in range(cells)]
    return [started(plan_of(*names)), *(succeeded("tone", name, 1) for name in names), finished(2)]


def matrix_journal() -> list[Event]:
    """The checked run, its cells named by a matrix."""
    finishes = {"a": "oak", "b": "teal", "c": "oak", "d": "teal", "e": "white"}
    plan = checked_plan(*finishes)
    cells = tuple(replace(cell, item=f"sofa-{cell.id}", matrix={"finish": finishes[cell.id]}) for cell in plan.cells)
    return [started(replace(plan, cells=cells)), *checked_journal()[1:]]
