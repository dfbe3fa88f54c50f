"""The model cards that come with the runner."""

from importlib import resources

from runner.catalog.catalog import Catalog, build_catalog
from runner.catalog.parse import parse_cards


def bundled() -> Catalog:
    """Read them all."""
    folder = resources.files("runner.catalog") / "cards"
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".yaml")}
    return build_catalog(parse_cards(texts).cards)
