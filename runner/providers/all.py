"""The providers by name."""

from collections.abc import Callable, Iterable

from runner.core.errors import Refused
from runner.providers.base import Provider
from runner.providers.local import LocalProvider
from runner.providers.pool import WorkerPool

PROVIDERS: dict[str, Callable[[WorkerPool], Provider] | None] = {
    "local": LocalProvider,
    "runflow": None,
}
"""What makes a provider; None for one that recipes may name but this version cannot reach."""


def refuse_unavailable(names: Iterable[str]) -> None:
    """Refuse providers that cannot be reached, before a person is asked to pay for them.

    Raises:
        Refused: one of them is unknown or not available.
    """
    for name in names:
        _factory(name)


def make_providers(names: Iterable[str], pool: WorkerPool) -> dict[str, Provider]:
    """Make the providers that a plan needs.

    Raises:
        Refused: one of them is unknown or not available.
    """
    return {name: _factory(name)(pool) for name in names}


def _factory(name: str) -> Callable[[WorkerPool], Provider]:
    factory = PROVIDERS.get(name)
    if factory is None:
        raise Refused(
            "provider-not-available",
            f"the provider '{name}' is not available in this version",
            hint="set provider: local, or --provider local",
        )
    return factory
