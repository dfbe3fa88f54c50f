"""One try at a delivery, and what follows from its answer."""

import time
from dataclasses import dataclass, replace

from runner.core.errors import UsageError
from runner.providers.exchange import TryLater, Web
from runner.providers.runflow.signature import signature_of
from runner.providers.web_post import Answered, post
from runner.server.callback_secrets.row import SecretRow
from runner.server.callbacks.row import AttemptRow, DeliveryRow
from runner.server.clock import later, now
from runner.server.ids import new_id

WAITS_S = (1.0, 2.0)
"""How long to wait after the first and the second try."""

MAX_ATTEMPTS = len(WAITS_S) + 1

_SHOWN_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class Tried:
    """A try, and its delivery as it is from then on."""

    attempt: AttemptRow
    delivery: DeliveryRow


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What came of sending.

    Attributes:
        reason: Why it failed, as a code; None where it did not.
        again: Whether another try may help.
    """

    reason: str | None
    again: bool = False
    status: int | None = None
    body: str | None = None
    error: str | None = None


async def attempt_delivery(web: Web, delivery: DeliveryRow, secret: SecretRow | None) -> Tried:
    """Send a callback once, signed if there is a secret to sign with."""
    headers = {"Content-Type": "application/json", "Runflow-Request-Id": delivery.request_id}
    if secret is not None:
        headers["Runflow-Signature"] = signature_of(secret.plain_secret, delivery.payload)
    began_s = time.monotonic()
    outcome = await _send(web, delivery, headers)
    attempt = AttemptRow(
        id=new_id(),
        delivery_id=delivery.id,
        attempt_number=delivery.attempt_count + 1,
        status_code=outcome.status,
        response_body=outcome.body,
        response_time_ms=round((time.monotonic() - began_s) * 1000),
        error_message=outcome.error,
        created_at=now(),
    )
    signed_with = None if secret is None else secret.id
    return Tried(attempt, _after(replace(delivery, signing_secret_id=signed_with), attempt, outcome))


async def _send(web: Web, delivery: DeliveryRow, headers: dict[str, str]) -> _Outcome:
    try:
        answer = await post(web, delivery.callback_url, delivery.payload, headers)
    except UsageError as error:
        is_lookup = error.code == "unknown-host"
        return _Outcome(reason="NETWORK_ERROR" if is_lookup else "REFUSED", again=is_lookup, error=error.message)
    if isinstance(answer, TryLater):
        return _Outcome(reason="NETWORK_ERROR", again=True, error=answer.message)
    return _judged(answer)


def _judged(answer: Answered) -> _Outcome:
    body = answer.beginning.decode("utf-8", "replace")[:_SHOWN_CHARACTERS]
    if 200 <= answer.status < 300:
        return _Outcome(reason=None, status=answer.status, body=body)
    message = f"answered {answer.status}"
    return _Outcome(reason="HTTP_STATUS", again=answer.status >= 500, status=answer.status, body=body, error=message)


def _after(delivery: DeliveryRow, attempt: AttemptRow, outcome: _Outcome) -> DeliveryRow:
    counted = replace(delivery, attempt_count=attempt.attempt_number, updated_at=attempt.created_at)
    if outcome.reason is None:
        return _ended(replace(counted, status_code="succeeded", failure_reason_code=None, failure_detail=None))
    failed = replace(counted, failure_reason_code=outcome.reason, failure_detail=outcome.error)
    if outcome.again and attempt.attempt_number < MAX_ATTEMPTS:
        return replace(failed, next_attempt_at=later(attempt.created_at, WAITS_S[attempt.attempt_number - 1]))
    return _ended(replace(failed, status_code="failed"))


def _ended(delivery: DeliveryRow) -> DeliveryRow:
    return replace(delivery, next_attempt_at=None, completed_at=delivery.updated_at)
