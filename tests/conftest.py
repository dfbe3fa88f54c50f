"""What every test may ask for."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("edit-runner", deadline=None)  # how long an example takes says nothing about the product
settings.load_profile("edit-runner")

_ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real photos that are not part of the repository; tests that need them skip where they are absent."""
    place = Path(os.environ.get("EDIT_RUNNER_SHARED_DATA", _ROOT.parent / "shared" / "data"))
    if not (place / "README.md").is_file():
        pytest.skip(f"no real photos: {place} is absent (set EDIT_RUNNER_SHARED_DATA)")
    return place


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--live", action="store_true", help="run the tests that spend money at a provider")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--live"):
        return
    for item in items:
        if item.get_closest_marker("live") is not None:
            item.add_marker(pytest.mark.skip(reason="it spends money: make live"))
