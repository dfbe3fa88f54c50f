"""Draw what was seen in a photo as a mask."""

from collections.abc import Sequence
from decimal import Decimal

import cv2
import numpy as np

from runner.core.artifact import Size
from runner.engines.base import Mask8, Rgb8
from runner.engines.eye_color.face import Face
from runner.engines.eye_color.refusal import no_face, nothing_found
from runner.engines.eye_color.seeing import has_usable_eye, see_faces
from runner.engines.eye_color.visible import VisibleIris, draw_visible
from runner.images.shapes import draw_shape

_MESH_POINTS = 468
"""Of a face; those behind are the irises."""
_INSTEAD = ", or another kind of mask, such as 'file' or 'shape'"


def draw_faces(rgb: Rgb8) -> Mask8:
    """Do what ``detect_faces`` says."""
    faces = see_faces(rgb)
    if not faces:
        raise no_face(_INSTEAD)
    return fill_ovals([seen.face for seen in faces], _size(rgb))


def fill_ovals(faces: Sequence[Face], size: Size) -> Mask8:
    """Fill the convex outline of the points of each face."""
    mask = np.zeros((size.height_px, size.width_px), np.uint8)
    for face in faces:
        outline = cv2.convexHull(np.ascontiguousarray(face.points[:_MESH_POINTS, :2], np.float32))[:, 0]
        corners = [[Decimal(f"{x:.3f}"), Decimal(f"{y:.3f}")] for x, y in outline.tolist()]
        np.maximum(mask, draw_shape("polygon", corners, size), out=mask)
    return mask


def draw_irises(rgb: Rgb8) -> Mask8:
    """Do what ``detect_irises`` says."""
    faces = see_faces(rgb)
    if not has_usable_eye(faces):
        raise nothing_found(faces, "no visible iris to take as a mask", instead=_INSTEAD)
    eyes = [seen.found for face in faces for seen in face.eyes if seen.is_usable]
    return fill_irises([draw_visible(rgb, found.eye, found.outline) for found in eyes], _size(rgb))


def fill_irises(irises: Sequence[VisibleIris], size: Size) -> Mask8:
    """Fill each visible iris where it has half of a pixel or more."""
    mask = np.zeros((size.height_px, size.width_px), np.uint8)
    for iris in irises:
        iris.box.of(mask)[iris.share >= 0.5] = 255
    return mask


def _size(rgb: Rgb8) -> Size:
    return Size(rgb.shape[1], rgb.shape[0])
