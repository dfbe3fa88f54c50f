"""The page's own files under ``static/``, which are written into it."""

STYLES = ("page.css",)

SCRIPTS = ("theme.js", "elements.js", "compare.js", "checks.js", "cell.js", "list.js", "filters.js", "page.js")
"""In the order in which they stand in the page: each may use what those before it define."""
