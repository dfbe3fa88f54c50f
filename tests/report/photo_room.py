"""One photo of a run over real photos: its files, its actions, and what becomes of them."""

import io
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from runner.core.artifact import Artifact, Size
from runner.core.check import CheckType
from runner.core.digest import ActionKey, Digest, digest_bytes
from runner.core.event import (
    ActionFailed,
    ActionInDoubt,
    ActionReused,
    ActionSkipped,
    ActionStarted,
    ActionSucceeded,
    AttemptFailed,
    CheckMeasured,
    Event,
    OutputWritten,
    Phases,
)
from runner.core.money import ZERO
from runner.plan.plan import (
    Action,
    InputImage,
    MaskImage,
    StepImage,
)
from runner.store.store import Store
from tests.report.runs import PRICE, at, key

FABRICS = {"ochre": (0.10, 0.9), "teal": (0.50, 0.8)}
_MEASURED: dict[CheckType, str] = {
    "outside_mask_unchanged": "0.0011",
    "inside_mask_changed": "0.874",
    "max_bytes": "412345",
}
_MEASURED_IN: dict[str, dict[CheckType, str]] = {
    "garage-teal": {"outside_mask_unchanged": "0.042"},
    "portrait-collins-ochre": {"inside_mask_changed": "0.412"},
    "portrait-collins-teal": {"inside_mask_changed": "0.388"},
    "workshop-right-ochre": {"max_bytes": "912345"},
}
THRESHOLDS: dict[CheckType, str] = {
    "outside_mask_unchanged": "at most 0.5%",
    "inside_mask_changed": "at least 60%",
    "max_bytes": "at most 900,000 bytes",
}


class Room:
    """One photo: its files, its actions, and what becomes of them."""

    def __init__(self, root: Path, store: Store, name: str, file_name: str, box: tuple[int, ...] | None) -> None:
        self.name = name
        self._root = root
        self._store = store
        self._picture = _read(file_name, box)
        content = _jpeg(self._picture)
        (root / "photos" / f"{name}.jpg").write_bytes(content)
        self.photo = InputImage(path=f"photos/{name}.jpg", artifact=_artifact(content))
        self.size = Size(*self._picture.size)
        self.mask = MaskImage(
            name="seat",
            digest=digest_bytes(f"seat {name}".encode()),
            size=self.size,
            area=0.196,
            path=None,
            spec={
                "shape": "ellipse",
                "values": ["25%", "30%", "50%", "50%"],
                "black_edits": False,
                "ops": ["feather 3"],
            },
        )

    def cell(self, fabric: str) -> str:
        return f"{self.name}-{fabric}"

    def key(self, fabric: str = "") -> ActionKey:
        return key("fabric", self.cell(fabric)) if fabric else key("light", self.name)

    def actions(self) -> list[Action]:
        reused = self.name == "espresso-bar"
        light = Action(
            key=self.key(),
            raw_key=self.key(),
            step="light",
            uses="studio/tone@2",
            provider="runflow",
            revision="2.4.1",
            cells=tuple(self.cell(fabric) for fabric in FABRICS),
            params={"image": self.photo, "strength": "0.40"},
            paste_back=None,
            needs=(),
            output_size=self.size,
            list_price=PRICE,
            payable=ZERO if reused else PRICE,
            decision="reuse" if reused else "run",
            reason="" if reused else "not made before",
        )
        return [light, *(self._fabric_action(light, fabric) for fabric in FABRICS)]

    def _fabric_action(self, light: Action, fabric: str) -> Action:
        return replace(
            light,
            key=self.key(fabric),
            raw_key=key("fabric raw", self.cell(fabric)),
            step="fabric",
            uses="studio/inpaint@1",
            revision="1.0.3",
            cells=(self.cell(fabric),),
            params={
                "image": StepImage(step="light", key=light.key, size=self.size),
                "mask": self.mask,
                "prompt": f"upholstery in {fabric} bouclé, natural folds, the same light as in the room, "
                "nothing else is changed",
                "seed": 20261121,
            },
            paste_back=self.mask,
            needs=(light.key,),
        )

    def lit(self, second: int) -> list[Event]:
        made = self._keep(self._lit())
        if self.name == "espresso-bar":
            return [ActionReused(at=at(second), key=self.key(), artifact=made)]
        began = ActionStarted(at=at(second), key=self.key(), attempt=1)
        if self.name == "deep-field":
            return [began, self._refused(second + 2)]
        return [began, self._made(self.key(), made, second + 2, f"job-light-{self.name}", 1900)]

    def upholstered(self, fabric: str, second: int) -> list[Event]:
        mine = self.key(fabric)
        made = self._keep(self._upholstered(fabric))
        began = ActionStarted(at=at(second), key=mine, attempt=1)
        match self.name, fabric:
            case "deep-field", _:
                return [ActionSkipped(at=at(second), key=mine, reason="step light failed")]
            case "espresso-bar", _:
                return [ActionReused(at=at(second), key=mine, artifact=made), *self._checked(fabric, second)]
            case "launch-pad-39a", "teal":
                return [began, self._doubted(mine, second + 9)]
            case "chelsea", "teal":
                busy = AttemptFailed(
                    at=at(second + 3),
                    key=mine,
                    attempt=1,
                    code="provider-busy",
                    message="studio/inpaint@1: rate limited, retry after 1 s",
                    hint="",
                    duration_ms=2600,
                )
                late = ActionStarted(at=at(second + 4), key=mine, attempt=2)
                done = replace(self._made(mine, made, second + 8, "job-fabric-2b", 7100), attempts=2)
                return [began, busy, late, done, *self._checked(fabric, second + 8)]
        done = self._made(mine, made, second + 5, f"job-fabric-{self.cell(fabric)}", 4200 + 37 * second)
        return [began, done, *self._checked(fabric, second + 5)]

    def _made(self, mine: ActionKey, made: Artifact, second: int, job_id: str, duration_ms: int) -> ActionSucceeded:
        return ActionSucceeded(
            at=at(second),
            key=mine,
            artifact=made,
            duration_ms=duration_ms,
            attempts=1,
            charged=PRICE,
            job_id=job_id,
            phases=Phases(queue_ms=duration_ms // 4, run_ms=duration_ms // 2, download_ms=duration_ms // 8),
            details={"sampler": "euler", "steps": 28, "guidance": 4.5},
        )

    def _refused(self, second: int) -> ActionFailed:
        return ActionFailed(
            at=at(second),
            key=self.key(),
            code="provider-refused",
            message="studio/tone@2: the model refused the picture: no light source was found",
            hint="choose another model for this photo, or leave it out of the inputs",
            retryable=False,
            duration_ms=1700,
            attempts=1,
            charged=PRICE,
            job_id="job-light-deep-field",
        )

    def _doubted(self, mine: ActionKey, second: int) -> ActionInDoubt:
        return ActionInDoubt(
            at=at(second),
            key=mine,
            message="nobody can say whether 'fabric' was bought: the connection broke after the request was sent",
            hint="runner resume looks again",
            reserved=PRICE,
            duration_ms=9000,
            attempts=1,
        )

    def _checked(self, fabric: str, second: int) -> list[Event]:
        cell = self.cell(fabric)
        values = {**_MEASURED, **_MEASURED_IN.get(cell, {})}
        bad = {"0.042", "0.412", "0.388", "912345"}
        measured = [
            CheckMeasured(
                at=at(second),
                cell=cell,
                step="fabric",
                key=self.key(fabric),
                draw=0,
                type=type_,
                measure="final",
                value=value,
                threshold=THRESHOLDS[type_],
                passed=value not in bad,
                severity="warn" if type_ == "max_bytes" else "error",
                on_fail="quarantine" if type_ == "inside_mask_changed" else "fail",
            )
            for type_, value in values.items()
        ]
        if cell == "garage-teal":
            return [*measured]
        folder = "quarantine/out" if cell.startswith("portrait") else "out"
        written = self._write(folder, fabric)
        reused = self.name == "espresso-bar"
        return [
            *measured,
            OutputWritten(at=at(second), cell=cell, path=written[0], digest=written[1], unchanged=reused),
        ]

    def _write(self, folder: str, fabric: str) -> tuple[str, Digest]:
        path = f"{folder}/{self.cell(fabric)}.jpg"
        content = _jpeg(self._upholstered(fabric))
        (self._root / folder).mkdir(parents=True, exist_ok=True)
        (self._root / path).write_bytes(content)
        return path, digest_bytes(content)

    def _keep(self, picture: Image.Image) -> Artifact:
        content = _jpeg(picture)
        self._store.blobs.put(content)
        return _artifact(content)

    def _lit(self) -> Image.Image:
        pixels = np.asarray(self._picture, np.float32) / 255
        warm = np.clip(pixels**0.85 * np.array([1.06, 1.0, 0.9], np.float32), 0, 1)
        return Image.fromarray((warm * 255).astype(np.uint8))

    def _upholstered(self, fabric: str) -> Image.Image:
        hue, saturation = FABRICS[fabric]
        lit = self._lit()
        _, _, value = lit.convert("HSV").split()
        flat = [Image.new("L", lit.size, round(255 * part)) for part in (hue, saturation * 0.45)]
        dyed = Image.merge("HSV", (*flat, value)).convert("RGB")
        return Image.composite(dyed, lit, _ellipse(lit.size))


def _read(file_name: str, box: tuple[int, ...] | None) -> Image.Image:
    spec = find_spec("skimage")
    if spec is None or spec.origin is None:
        pytest.skip("no photos: the package scikit-image is absent")
    picture = Image.open(Path(spec.origin).parent / "data" / file_name).convert("RGB")
    return picture.crop((box[0], box[1], box[0] + box[2], box[1] + box[3])) if box else picture


def _ellipse(size: tuple[int, int]) -> Image.Image:
    columns, rows = size
    down, right = np.mgrid[:rows, :columns]
    inside = ((right / columns - 0.5) / 0.25) ** 2 + ((down / rows - 0.55) / 0.25) ** 2
    return Image.fromarray((np.clip((1 - inside) * 40, 0, 1) * 255).astype(np.uint8))


def _jpeg(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=92)
    return written.getvalue()


def _artifact(content: bytes) -> Artifact:
    columns, rows = Image.open(io.BytesIO(content)).size
    return Artifact(
        digest=digest_bytes(content),
        media_type="image/jpeg",
        size_bytes=len(content),
        width_px=columns,
        height_px=rows,
    )
