"""What a provider is: prepare, submit, then collect; or find what became of a request that got no answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from runner.core.digest import ActionKey, Digest, Json
from runner.core.errors import ProviderError
from runner.core.money import ZERO, Money


@dataclass(frozen=True, slots=True)
class Picture:
    """An image in a file format, under the name that a person knows it by.

    Attributes:
        digest: Of the content; None where nobody took it.
    """

    name: str
    content: bytes
    digest: Digest | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One piece of work.

    Attributes:
        key: Of the work alone, without what is done to its result here.
        model: The model id.
        revision: Of the model, as planned.
        images: By parameter name, in the order of the step.
        masks: By parameter name: PNGs in gray, 255 is edited; of the size of the image they belong to.
        params: The other parameters, by name.
    """

    key: ActionKey
    model: str
    revision: str
    images: Mapping[str, Picture]
    masks: Mapping[str, bytes]
    params: Mapping[str, Json]

    @property
    def name(self) -> str:
        """The photo's name for messages: the parameter ``image``, or else the first one."""
        first = next(iter(self.images.values()), Picture(self.model, b""))
        return self.images.get("image", first).name


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A request as it is sent, byte for byte: written down before it is sent, so that it can only be sent again alike.

    Attributes:
        reference: What the provider knows it by: the same for every sending of one attempt, another for the next.
        body: What is sent, for it alone or for the bundle that it is part of; empty where nothing leaves this machine.
    """

    request: Request
    reference: str
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Job:
    """An accepted request; the id is the provider's own."""

    id: str
    request: Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came of a job.

    Attributes:
        content: An image in the format of ``media_type``.
        details: What the model said about the result.
        notes: Sentences for a person.
        charged: What the provider says the job cost.
        revision: What the provider says made it; empty where it does not say.
        run_ms: How long it was worked on; None where nobody says.
        download_ms: How long the result took to come here.
    """

    content: bytes
    media_type: str
    details: Mapping[str, Json] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    charged: Money = ZERO
    revision: str = ""
    run_ms: int | None = None
    download_ms: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """What a provider says before anything is bought.

    Attributes:
        balance: What is left to spend, in US dollars; None where it does not tell, or nothing costs anything.
    """

    balance: Decimal | None = None


class Uploads(Protocol):
    """What was uploaded to a provider before: the same content is sent once, and named alike ever after."""

    async def find(self, digest: Digest) -> str | None:
        """Give the reference under which the provider has some content; None where it was never uploaded."""
        ...

    async def keep(self, digest: Digest, reference: str) -> None:
        """Remember a reference."""
        ...


class NotSubmitted(ProviderError):
    """It is certain that the provider created no job; ``retryable`` says whether sending can succeed another time.

    Args:
        is_stale: Whether the request has to be prepared anew for that, because an upload is not there any more.
        parameter: Which parameter of the step was found wrong; empty where that is not known.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        hint: str = "",
        retryable: bool = False,
        is_stale: bool = False,
        parameter: str = "",
    ) -> None:
        super().__init__(code, message, hint=hint, retryable=retryable)
        self.is_stale = is_stale
        self.parameter = parameter


class AnswerUnknown(ProviderError):
    """The request was sent, and nobody can say whether a job was created: no answer, or half of one, or a 5xx.

    Args:
        is_conflict: Whether the provider knows the reference already, so that sending again tells nothing more.
        is_busy: Whether the provider says that it had no time. Something between may say so in its place, so this is
            believed only where the provider lists no job.
    """

    def __init__(
        self, code: str, message: str, *, hint: str = "", is_conflict: bool = False, is_busy: bool = False
    ) -> None:
        super().__init__(code, message, hint=hint)
        self.is_conflict = is_conflict
        self.is_busy = is_busy


class JobFailed(ProviderError):
    """The job came to its end without a result.

    Args:
        charged: What the provider says it cost nevertheless.
    """

    def __init__(
        self, code: str, message: str, *, hint: str = "", retryable: bool = False, charged: Money = ZERO
    ) -> None:
        super().__init__(code, message, hint=hint, retryable=retryable)
        self.charged = charged


class Bundler(Protocol):
    """Takes several requests of one model as one bundle: all of them become jobs, or none."""

    @property
    def most(self) -> int:
        """How many requests one bundle may hold."""
        ...

    def bundle(self, requests: Sequence[Prepared]) -> bytes:
        """Write the bytes that are sent for several requests; the same requests, the same bytes."""
        ...

    async def submit(self, requests: Sequence[Prepared], body: bytes) -> Mapping[str, Job]:
        """Hand over a bundle, or again one of which some requests are left; money may be spent from here on.

        Returns:
            The jobs by the references of their requests; a request whose job the answer does not name is left out.

        Raises:
            NotSubmitted: there are no jobs for certain.
            AnswerUnknown: there may be some.
        """
        ...


class Provider(Protocol):
    """A place where models run. It never touches the store or another provider."""

    @property
    def charges(self) -> bool:
        """Whether its jobs may cost money, so that each is bought by the purchase protocol."""
        ...

    @property
    def honors_references(self) -> bool:
        """Whether it is known to create one job for one reference, however often it is sent."""
        ...

    @property
    def most_jobs(self) -> int | None:
        """How many jobs it is given at one time, at most; None where this machine is the only limit."""
        ...

    def bundler(self, model: str) -> Bundler | None:
        """Give what sends several requests of a model as one; None where each goes alone."""
        ...

    async def preflight(self, models: Iterable[str], payable: Money) -> Account:
        """Look, before the first upload, whether it can be bought from; nothing is uploaded or bought.

        Args:
            models: Ids of the models that will be used.
            payable: What will be bought, at most.

        Raises:
            Refused: something stands in the way, such as the key, the balance, or a model that changed.
        """
        ...

    async def turn(self) -> None:
        """Wait until a request may be sent, so that what is noted as sent leaves at once; before each ``submit``."""
        ...

    async def prepare(self, request: Request, reference: str, uploads: Uploads) -> Prepared:
        """Make a request ready to be sent; inputs may be uploaded, and nothing is bought.

        Raises:
            RunnerError: an input could not be handed over, or the request cannot be put into the model's form.
        """
        ...

    async def submit(self, prepared: Prepared) -> Job:
        """Hand over a request; money may be spent from here on.

        Raises:
            NotSubmitted: there is no job for certain.
            AnswerUnknown: there may be one.
        """
        ...

    async def find(self, prepared: Prepared, sent_at: str) -> Job | None:
        """Look for the job of a request that got no answer, back to before it was first sent, RFC 3339 UTC.

        Returns:
            The job; None where it is not listed, which does not prove that it will never be.

        Raises:
            ProviderError: nobody could be asked.
        """
        ...

    async def wait(self, job: Job) -> None:
        """Wait until a job has come to its end, whatever it is: it takes no place at the provider any more.

        Raises:
            RunnerError: nobody could be asked, or it takes too long.
        """
        ...

    async def collect(self, job: Job) -> Response:
        """Wait for a job and fetch its result; safe to call again.

        Raises:
            JobFailed: the job came to its end without a result; the message names the picture and says what the
                provider answered.
            RunnerError: the result could not be fetched now.
        """
        ...
