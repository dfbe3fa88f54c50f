"""Keys from the keyring: the true library, with a store of the test's own behind it."""

from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from runner.core.errors import Refused
from runner.settings import ProviderSettings, ask_keyring, find_callback_secret, find_key


class Drawer(KeyringBackend):
    """Keeps passwords in memory."""

    priority = -10  # never chosen by the library itself
    kept: dict[tuple[str, str], str]

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    before = keyring.get_keyring()
    drawer = Drawer()  # type: ignore[no-untyped-call]  # its base has no types
    drawer.kept = {}
    keyring.set_keyring(drawer)
    yield drawer
    keyring.set_keyring(before)


@pytest.mark.usefixtures("drawer")
def test_a_key_of_the_keyring_is_found_under_the_providers_name() -> None:
    keyring.set_password("edit-runner", "studio", "rf_live_kept")
    found = find_key("studio", ProviderSettings(), {}, ask_keyring)
    assert (found.secret.get_secret_value(), found.source) == ("rf_live_kept", "the keyring's entry 'studio'")


@pytest.mark.usefixtures("drawer")
def test_the_environment_comes_before_the_keyring() -> None:
    keyring.set_password("edit-runner", "runflow", "rf_live_kept")
    found = find_key("runflow", ProviderSettings(), {"RUNFLOW_API_KEY": "rf_live_given"}, ask_keyring)
    assert (found.secret.get_secret_value(), found.source) == ("rf_live_given", "RUNFLOW_API_KEY")


@pytest.mark.usefixtures("drawer")
def test_a_callback_secret_of_the_keyring_has_an_entry_of_its_own() -> None:
    keyring.set_password("edit-runner", "runflow callbacks", "whsec_kept")
    assert find_callback_secret("runflow", ProviderSettings(), {}, ask_keyring).get_secret_value() == "whsec_kept"


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring])
def test_a_machine_without_a_keyring_has_no_key(drawer: Drawer, backend: type[KeyringBackend]) -> None:
    keyring.set_keyring(backend())
    with pytest.raises(Refused, match="there is no key for the provider 'runflow'"):
        find_key("runflow", ProviderSettings(), {}, ask_keyring)
