"""What a provider is: submit, then collect."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from runner.core.digest import ActionKey, Json
from runner.core.money import ZERO, Money


@dataclass(frozen=True, slots=True)
class Picture:
    """An image in a file format, under the name that a person knows it by."""

    name: str
    content: bytes


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
    """

    content: bytes
    media_type: str
    details: Mapping[str, Json] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    charged: Money = ZERO


class Provider(Protocol):
    """A place where models run. It never touches the store or another provider."""

    async def submit(self, request: Request) -> Job:
        """Hand over a request; money may be spent from here on.

        Raises:
            RunnerError: the request was refused or could not be handed over.
        """
        ...

    async def collect(self, job: Job) -> Response:
        """Wait for a job and fetch its result; safe to call again.

        Raises:
            RunnerError: the job failed; the message names the picture and says what the provider answered.
        """
        ...
