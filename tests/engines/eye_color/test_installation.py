"""What is not installed is said with what to type."""

import subprocess
import sys

import numpy as np
import pytest

from runner.core.digest import Json
from runner.core.errors import EngineError
from runner.engines.eye_color.engine import recolor_irises
from runner.engines.eye_color.installation import installation_explained
from runner.engines.eye_color.network import weights_path

PARAMS: dict[str, Json] = {"eye_color": "blue", "rgb": [1, 2, 3], "rgb_given": True}


def test_a_missing_package_is_named_with_the_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(EngineError, match="mediapipe") as refusal:
        recolor_irises({"image": np.zeros((64, 64, 3), np.uint8)}, PARAMS)
    assert (refusal.value.code, refusal.value.hint) == ("engine-not-installed", 'pip install "edit-runner[local]"')


def test_missing_weights_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(EngineError, match="face_landmarker") as refusal:
        weights_path()
    assert refusal.value.code == "engine-not-installed"


@pytest.mark.parametrize("kind", [OSError, ImportError])
def test_a_missing_system_library_has_a_hint_of_its_own(kind: type[Exception]) -> None:
    with pytest.raises(EngineError) as refusal, installation_explained():
        raise kind("libGLESv2.so.2: cannot open shared object file: No such file or directory")
    assert "libgles2" in refusal.value.hint


def test_a_photo_beyond_50_megapixels_is_refused() -> None:
    photo = np.broadcast_to(np.zeros(3, np.uint8), (8000, 7000, 3))
    with pytest.raises(EngineError, match="7000×8000") as refusal:
        recolor_irises({"image": photo}, PARAMS)
    assert refusal.value.code == "photo-too-large"


@pytest.mark.slow
def test_nothing_is_written_to_the_terminal() -> None:
    code = (
        "import numpy as np\n"
        "from runner.core.errors import EngineError\n"
        "from runner.engines.eye_color.engine import recolor_irises\n"
        "try:\n"
        "    recolor_irises({'image': np.full((300, 300, 3), 128, np.uint8)}, "
        "{'eye_color': 'blue', 'rgb': [1, 2, 3], 'rgb_given': True})\n"
        "except EngineError as error:\n"
        "    raise SystemExit(0 if error.code == 'no-face' else 1)\n"
        "raise SystemExit(1)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.slow
def test_what_others_write_while_the_network_loads_is_not_lost() -> None:
    code = (
        "import os, threading\n"
        "from runner.engines.eye_color.network import open_network\n"
        "over = threading.Event()\n"
        "def write():\n"
        "    while not over.is_set():\n"
        "        os.write(2, b'x\\n'); counts.append(1); over.wait(0.001)\n"
        "counts = []\n"
        "writer = threading.Thread(target=write); writer.start()\n"
        "with open_network():\n"
        "    pass\n"
        "over.set(); writer.join(); print(len(counts))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "x\n" * int(done.stdout)


def test_the_engine_is_imported_without_its_packages() -> None:
    code = (
        "import sys\nimport runner.engines.eye_color.engine, runner.engines.eye_color.revision\n"
        "raise SystemExit(sum(name in sys.modules for name in ('cv2', 'mediapipe', 'scipy', 'PIL')))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
