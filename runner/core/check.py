"""The types of checks, by the names that recipes give them."""

from typing import Literal

CheckType = Literal[
    "outside_mask_unchanged",
    "inside_mask_changed",
    "color_in_mask",
    "same_size",
    "not_blank",
    "ssim",
    "max_bytes",
    "format",
]
