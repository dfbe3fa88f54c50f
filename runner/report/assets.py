"""The page's own files under ``static/``, which are written into it."""

STYLES = ("base.css", "top.css", "grid.css", "cell.css", "print.css")

SCRIPTS = (
    "storage.js",
    "theme.js",
    "elements.js",
    "table.js",
    "verdicts.js",
    "stage.js",
    "sheet.js",
    "bar.js",
    "compare.js",
    "facts.js",
    "checks.js",
    "step.js",
    "cell.js",
    "card.js",
    "list.js",
    "filters.js",
    "view.js",
    "controls.js",
    "tabs.js",
    "keys.js",
    "page.js",
)
"""In the order in which they stand in the page: each may use what those before it define."""
