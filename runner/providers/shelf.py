"""What a process decoded or encoded last, so that the steps of one picture do not decode it again and again."""

from collections import OrderedDict
from typing import TYPE_CHECKING

from runner.core.digest import Digest, digest_bytes

if TYPE_CHECKING:
    from runner.images.photo import Photo

KEPT_BYTES = 128 * 2**20
"""What a worker process of a run keeps: a picture and what it was made from, to some 20 megapixels."""


class Shelf:
    """Photos by the digest of their files; those that nobody asked for the longest make room.

    Their arrays are shared: nobody may write into them.

    Attributes:
        most_bytes: Of the arrays of all together; a larger photo is not kept.
    """

    def __init__(self, most_bytes: int = 0) -> None:
        self.most_bytes = most_bytes
        self._photos: OrderedDict[Digest, Photo] = OrderedDict()

    def decode(self, content: bytes, name: str) -> "Photo":
        """Read a picture as `runner.images.codec.decode` does, or give what it gave for the same bytes.

        Raises:
            ImageError: it cannot be read.
        """
        from runner.images.codec import decode

        if not self.most_bytes:
            return decode(content, name)
        digest = digest_bytes(content)
        photo = self._photos.get(digest)
        if photo is None:
            photo = decode(content, name)
        self._put(digest, photo)
        return photo

    def encode_png(self, photo: "Photo") -> bytes:
        """Save a photo as PNG, and keep what `decode` will give for it.

        Raises:
            ImageError: as `runner.images.codec.encode`.
        """
        from runner.images.codec import encode, photo_saved

        content = encode(photo, "image/png")
        if self.most_bytes:
            self._put(digest_bytes(content), photo_saved(content, "result", photo))
        return content

    def _put(self, digest: Digest, photo: "Photo") -> None:
        if _size_bytes(photo) > self.most_bytes:
            return
        self._photos[digest] = photo
        self._photos.move_to_end(digest)
        while sum(map(_size_bytes, self._photos.values())) > self.most_bytes:
            self._photos.popitem(last=False)


SHELF = Shelf()
"""Of this process; it keeps nothing unless the process is a worker that was told to."""


def _size_bytes(photo: "Photo") -> int:
    return photo.pixels.nbytes + (0 if photo.alpha is None else photo.alpha.nbytes)
