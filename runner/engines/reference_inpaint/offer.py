"""What a reference has to offer where it shows nothing of the hole."""

from functools import cached_property

from runner.engines.base import Rgb8
from runner.engines.reference_inpaint.cut import Cut, cut_out
from runner.engines.reference_inpaint.subject import Subject, find_subject
from runner.engines.reference_inpaint.texture import is_texture


class Offer:
    """Looks at a reference when somebody asks, and once, however many holes there are.

    Args:
        reference: The reference.
    """

    def __init__(self, reference: Rgb8) -> None:
        self._reference = reference
        self._subjects: dict[float, Subject | None] = {}

    @cached_property
    def is_texture(self) -> bool:
        """Whether it is the same all over."""
        return is_texture(self._reference)

    def subject(self, least_contrast: float) -> Subject | None:
        """Its one main subject; None where there is none that stands out so much."""
        if least_contrast not in self._subjects:
            cut = self._cut
            found = None if cut is None else find_subject(self._reference, cut, least_contrast)
            self._subjects[least_contrast] = found
        return self._subjects[least_contrast]

    @cached_property
    def _cut(self) -> Cut | None:
        return cut_out(self._reference)
