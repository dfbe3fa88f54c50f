"""The one request that may cost money: sent once, and its answer told apart into yes, no, and nobody knows."""

from dataclasses import dataclass

from runner.core.errors import ProviderError
from runner.core.money import Money
from runner.providers.base import AnswerUnknown, Job, NotSubmitted, Prepared
from runner.providers.runflow.answer import Answer
from runner.providers.runflow.asking import Asker
from runner.providers.runflow.billing import read_balance
from runner.providers.runflow.client import Ask, NoAnswer, NotSent
from runner.providers.runflow.document import read_job
from runner.providers.runflow.refusal import About, Refusal, explain, read_code
from runner.providers.runflow.upload import Uploader

_MAYBE = frozenset({408, 409})
"""Answers that another sending of the same request may have caused, or that say nothing about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitter:
    """Sends prepared requests.

    Attributes:
        asker: Of the provider; its client sends.
        uploader: Forgets what the provider does not have any more.
    """

    asker: Asker
    uploader: Uploader

    async def submit(self, prepared: Prepared, about: About, price: Money) -> Job:
        """Send a request, once; its turn was waited for before.

        Args:
            prepared: What is sent, byte for byte.
            about: For messages.
            price: What the job costs, as the card says.

        Raises:
            NotSubmitted: there is no job for certain.
            AnswerUnknown: there may be one.
        """
        answer = await self.post(
            f"/v1/models/{prepared.request.model}/runs", prepared.reference, prepared.body, about, price
        )
        return self._accepted(answer, prepared, about)

    async def post(self, path: str, key: str, body: bytes, about: About, price: Money) -> Answer:
        """Post what may cost money, once, under an ``Idempotency-Key``, and give an answer that says yes.

        Raises:
            NotSubmitted, AnswerUnknown: as ``submit``.
        """
        headers = {"Idempotency-Key": key}
        ask = Ask(method="POST", path=path, headers=headers, content=body, in_turn=True, alone=True)
        try:
            answer = await self.asker.client.send(ask)
        except NotSent as error:
            message = f"{about.what}: not sent: {error.message}"
            hint = "try again later: runner resume"
            raise NotSubmitted("not-sent", message, hint=hint, retryable=error.retryable) from error
        except NoAnswer as error:
            raise AnswerUnknown("no-answer", f"{about.what}: {error.message}") from error
        if answer.status < 300:
            return answer
        raise await self._no(answer, about, price)

    def _accepted(self, answer: Answer, prepared: Prepared, about: About) -> Job:
        job = read_job(answer.members, self.asker.client.connection)
        if job is not None and job.client_ref in {None, prepared.reference}:
            return Job(job.id, prepared.request)
        host = self.asker.client.connection.host
        message = f"{about.what}: {host} answered {answer.status}, but the answer does not name the job"
        raise AnswerUnknown("garbled-answer", message)

    async def _no(self, answer: Answer, about: About, price: Money) -> ProviderError:
        refusal = explain(answer, about, self.asker.client.connection)
        if answer.status in _MAYBE or answer.status >= 500:
            return AnswerUnknown(
                refusal.code,
                refusal.message,
                hint=refusal.hint,
                is_conflict=answer.status == 409,
                is_busy=_is_busy(answer),
            )
        if answer.status == 402:
            refusal = await self._with_balance(refusal, about, price)
        if answer.status in {400, 422} and self.uploader.forget(refusal.message):
            hint = "it is uploaded anew the next time: runner resume"
            return NotSubmitted("upload-expired", refusal.message, hint=hint, retryable=True, is_stale=True)
        retryable = answer.status in {425, 429}
        return NotSubmitted(
            refusal.code, refusal.message, hint=refusal.hint, retryable=retryable, parameter=refusal.parameter
        )

    async def _with_balance(self, refusal: Refusal, about: About, price: Money) -> Refusal:
        """Say what there is and what is needed, where the provider tells."""
        try:
            balance = await read_balance(self.asker)
        except ProviderError:  # the refusal stands without it
            return refusal
        if balance is None:
            return refusal
        message = f"{about.what}: the balance is ${balance:.2f}, and this needs {price:}"
        if balance >= price.amount:
            message += ": jobs under way have set some of it aside"
        return Refusal(code=refusal.code, message=message, hint=refusal.hint)


def _is_busy(answer: Answer) -> bool:
    """Whether a 503 is a whole answer of the API itself; one of something in between says nothing about the job."""
    return answer.status == 503 and answer.is_whole and bool(read_code(answer))
