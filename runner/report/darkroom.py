"""Draws the pictures of a report, from bytes to bytes."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from runner.core.artifact import Size
from runner.core.digest import digest_bytes
from runner.core.errors import ImageError
from runner.images.change import Change
from runner.plan.plan import MaskImage
from runner.report.pictures import Drawn
from runner.report.wanted import HeatPicture, InputPicture, MaskPicture, PictureId, Wanted, Whole

if TYPE_CHECKING:
    from runner.images.photo import Mask8, Photo

SMALL_PX = 480
LARGE_PX = 2 * SMALL_PX
_KEPT = 16
"""Pictures and masks that are kept small for the next drawing of the same item, at most 3 MB each."""

T = TypeVar("T")
Decode: TypeAlias = "Callable[[bytes, str], Photo]"


class Sources(Protocol):
    """Where the bytes come from."""

    def picture(self, picture: Whole) -> bytes:
        """Read a picture."""
        ...

    def mask(self, mask: MaskImage) -> Mapping[str, bytes]:
        """Read what a mask is made from, by what its spec calls it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """One picture in the sizes that it has, and the change that it shows where it shows one."""

    large: bytes
    drawn: Drawn
    small: bytes = b""
    change: Change | None = None

    @property
    def contents(self) -> tuple[bytes, ...]:
        """The bytes, in the order of its files' names."""
        return (self.large,) if self.drawn.sizes == "large" else (self.small, self.large)


def to_compare(wanted: Iterable[Wanted]) -> frozenset[PictureId]:
    """Say which pictures must not be decoded at a part of their size, because they are compared with other formats."""
    pairs = ((one.before, one.after) for one in wanted if isinstance(one, HeatPicture))
    return frozenset(
        picture.id
        for pair in pairs
        if any(picture.artifact.media_type != "image/jpeg" for picture in pair)
        for picture in pair
    )


class Darkroom:
    """Draws the pictures of one item; each file is decoded once.

    Args:
        sources: Where the bytes come from; what it raises is passed on.
        exact: The pictures of `to_compare`.
        decode: How they are read, from their bytes and a name for messages; None for always anew.
    """

    def __init__(self, sources: Sources, exact: Collection[PictureId], decode: "Decode | None" = None) -> None:
        self._sources = sources
        self._decode = decode
        self._exact = exact
        self._photos: OrderedDict[str, Photo] = OrderedDict()
        self._compared: OrderedDict[str, Photo] = OrderedDict()
        self._masks: OrderedDict[str, Mask8] = OrderedDict()

    def draw(self, wanted: Wanted) -> Print:
        """Draw a picture.

        Raises:
            ImageError: the bytes are not those that the run saw (``changed-picture``), or no picture that can be read.
        """
        match wanted:
            case HeatPicture():
                return self._heat(wanted)
            case MaskPicture(drawn="outline"):
                return self._outline(wanted)
            case MaskPicture():
                return self._tinted(wanted)
            case _:
                return _in_both_sizes(self._photo(wanted))

    def _heat(self, wanted: HeatPicture) -> Print:
        from runner.images.fit import fit_mask
        from runner.images.heat import differences, draw_heat, measure_change

        found = differences(self._to_compare(wanted.before), self._to_compare(wanted.after))
        rows, columns = found.shape
        mask = None if wanted.mask is None else fit_mask(self._mask(wanted.mask), Size(columns, rows))
        return Print(large=draw_heat(found), drawn=Drawn(".png", "large"), change=measure_change(found, mask))

    def _outline(self, wanted: MaskPicture) -> Print:
        from runner.images.fit import fit_mask
        from runner.images.mask import draw_outline

        size = wanted.photo.artifact.size
        scale = LARGE_PX / max(size.width_px, size.height_px)
        shown = Size(max(1, round(size.width_px * scale)), max(1, round(size.height_px * scale)))
        return Print(large=draw_outline(fit_mask(self._mask(wanted.mask), shown)), drawn=Drawn(".png", "large"))

    def _tinted(self, wanted: MaskPicture) -> Print:
        from runner.images.fit import fit_mask
        from runner.images.mask import draw_over

        photo = self._photo(wanted.photo)
        mask = fit_mask(self._mask(wanted.mask), photo.size)
        return _in_both_sizes(replace(photo, pixels=draw_over(photo.pixels, mask), alpha=None))

    def _to_compare(self, picture: Whole) -> "Photo":
        from runner.images.heat import HEAT_PX
        from runner.images.thumbnail import shrink

        return _kept(self._compared, picture.id, lambda: shrink(self._photo(picture), HEAT_PX))

    def _photo(self, picture: Whole) -> "Photo":
        return _kept(self._photos, picture.id, lambda: self._decoded(picture))

    def _decoded(self, picture: Whole) -> "Photo":
        """Refuse to show what was not there when the run was: a photo edited since would be a wrong 'before'."""
        from runner.images.thumbnail import draft_photo, shrink, shrunk_photo

        content, name = self._sources.picture(picture), picture_name(picture)
        if digest_bytes(content) != picture.artifact.digest:
            raise ImageError("changed-picture", f"{name} is no longer what the run saw")
        if picture.id not in self._exact:
            return draft_photo(content, name, LARGE_PX)
        if self._decode is None:
            return shrunk_photo(content, name, LARGE_PX)
        return shrink(self._decode(content, name), LARGE_PX)

    def _mask(self, mask: MaskImage) -> "Mask8":
        return _kept(self._masks, mask.digest, lambda: self._drawn_mask(mask))

    def _drawn_mask(self, mask: MaskImage) -> "Mask8":
        """Draw a mask at its own size, where its lengths are meant, and keep it small."""
        from runner.images.fit import fit_mask
        from runner.plan.masks import draw_mask

        contents = self._sources.mask(mask)
        files = [source.ref for source in mask.sources if source.kind == "file"]
        if any(digest_bytes(contents.get(ref, b"")) != ref for ref in files):
            raise ImageError("changed-picture", f"mask '{mask.name}' is no longer what the run saw")
        return fit_mask(draw_mask(mask.spec, contents, mask.size), _at_most(mask.size, LARGE_PX))


def picture_name(picture: Whole) -> str:
    """Name a picture in a message."""
    return picture.path if isinstance(picture, InputPicture) else f"result {picture.id}"


def _in_both_sizes(photo: "Photo") -> Print:
    from runner.images.thumbnail import encode_small, shrink

    large, media_type = encode_small(photo)
    small, _ = encode_small(shrink(photo, SMALL_PX))
    return Print(small=small, large=large, drawn=Drawn(".png" if media_type == "image/png" else ".jpg"))


def _at_most(size: Size, long_side_px: int) -> Size:
    scale = min(1.0, long_side_px / max(size.width_px, size.height_px))
    return Size(max(1, round(size.width_px * scale)), max(1, round(size.height_px * scale)))


def _kept(shelf: "OrderedDict[str, T]", name: str, make: Callable[[], T]) -> T:
    """Give what was made before, or make it; what was not asked for the longest makes room."""
    if name not in shelf:
        shelf[name] = make()
        if len(shelf) > _KEPT:
            shelf.popitem(last=False)
    shelf.move_to_end(name)
    return shelf[name]
