"""Where a callback may go."""

from collections.abc import Set as AbstractSet

from runner.core.errors import UsageError
from runner.providers.exchange import Web
from runner.providers.web_url import parse_url

ATTEMPT_S = 10.0
"""How long one attempt at a delivery may take as a whole."""

_CONNECT_S = 5.0


def check_callback_url(url: str, callback_allow: AbstractSet[str]) -> None:
    """Prove that a callback could be sent to an address; its host is looked up when it is sent.

    Args:
        url: As the client wrote it.
        callback_allow: Hosts, in lower case, for which ``http:`` will do.

    Raises:
        ValueError: it is no https address; the message stands after the field's name.
    """
    try:
        parse_url(url, callback_allow)
    except UsageError as error:
        raise ValueError("must be an https address, such as https://example.com/hook") from error


def callback_web(callback_allow: frozenset[str]) -> Web:
    """Open the doors through which callbacks are sent.

    Args:
        callback_allow: Hosts that may be private, and reached by ``http:``.
    """
    return Web(open_hosts=callback_allow, connect_s=_CONNECT_S, idle_s=ATTEMPT_S, attempt_s=ATTEMPT_S)
