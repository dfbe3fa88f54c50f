"""What the input of a run says, once it is read."""

from collections.abc import Mapping
from dataclasses import dataclass

from runner.core.digest import Json


@dataclass(frozen=True, slots=True)
class Link:
    """A picture, or an archive of pictures, by the field that has its address."""

    field: str
    address: str


@dataclass(frozen=True, slots=True)
class FileOf:
    """A picture in an archive.

    Attributes:
        archive: Where the archive is.
        member: Its name in there.
    """

    archive: Link
    member: str


@dataclass(frozen=True, slots=True)
class ReadInput:
    """What an input says.

    Attributes:
        pictures: Images and masks by parameter.
        params: The other parameters by name, in the form that engines take, with the card's defaults.
    """

    pictures: Mapping[str, Link | FileOf]
    params: Mapping[str, Json]

    @property
    def links(self) -> dict[str, Link]:
        """What has to be fetched, by field; an archive once."""
        found = (source.archive if isinstance(source, FileOf) else source for source in self.pictures.values())
        return {link.field: link for link in found}

    def is_archive(self, link: Link) -> bool:
        """Say whether a link leads to an archive."""
        return any(isinstance(source, FileOf) and source.archive == link for source in self.pictures.values())
