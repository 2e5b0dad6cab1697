"""The network, by ONNX Runtime."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from app.types import CROP_PX, EMOTIONS, Crop, Floats, Image, MienError, ModelError
from app.vision.workers import Workers

if TYPE_CHECKING:
    from app.vision.ort import Session

Provider = Literal["auto", "cpu", "cuda"]
_NAMES: Final = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
_OUTPUTS: Final = ("ferplus", "theta", "attended")
# Fewer faces than these are not worth a thread of their own.
_FACES_A_THREAD: Final = 2


@dataclass(frozen=True, slots=True)
class Classified:
    """What the network says of N faces.

    Attributes:
        probabilities: float32 (N, 8) in the order of ``EMOTIONS``.
        theta: float32 (N, 2, 3).
        attended: uint8 (N, 48, 48).
    """

    probabilities: Floats
    theta: Floats
    attended: Image


class EmotionClassifier:
    """``emotion.onnx`` in an inference session.

    Attributes:
        provider: where it really runs: ``cpu`` or ``cuda``.
        failure: one line on a provider that could not be started or failed during a run, since when it is the
            processor; empty otherwise.
        neutral_log_mean: float32 (8,), what it says of neutral faces: the mean log probability of each emotion.
        multiply_adds: of one face, where the file tells them, else None.

    Args:
        model_path: the network, as the contract in the documentation describes it.
        provider: where it runs; ``auto`` takes CUDA where it is there.
        workers: among whom the CPU shares out faces, two or more to each; default: the caller reads all.

    Raises:
        ModelError: the file is missing, damaged, or not such a network.
        MienError: the provider is not available.
    """

    def __init__(self, model_path: Path, provider: Provider = "auto", workers: Workers | None = None) -> None:
        # only those who read faces wait for ONNX Runtime
        from app.vision import ort

        wanted = _choose(provider, ort.providers())
        self._path, self._workers = model_path, workers or Workers()
        self._session = ort.open_session(model_path, "network", wanted)
        self.failure = ""
        self.neutral_log_mean: Floats = _check(self._session, model_path)
        multiply_adds = self._session.get_modelmeta().custom_metadata_map.get("multiply_adds", "")
        self.multiply_adds: int | None = int(multiply_adds) if multiply_adds.isdecimal() else None
        taken = self._session.get_providers()[0]
        self.provider: str = next((short for short, name in _NAMES.items() if name == taken), taken)
        if self.provider == "cpu" and wanted[0] != _NAMES["cpu"]:
            # onnxruntime takes the CPU, without an error, where CUDA's own libraries are missing
            could_not = "could not be started here; are CUDA and cuDNN installed, as onnxruntime-gpu needs them?"
            if provider != "auto":
                raise MienError(f"provider {provider} {could_not} Or take --provider auto or cpu")
            self.failure = f"cuda {could_not} The network runs on the processor"

    def classify(self, crops: list[Crop]) -> Classified:
        """Read all ``crops`` of a frame in one batch; there must be at least one.

        A provider other than the processor that fails is left for good: the processor reads this frame and all others,
        and ``failure`` says so.
        """
        faces = np.stack([crop.pixels for crop in crops])[:, None]
        probabilities, theta, attended = self._run(faces)
        pixels = np.rint(attended[:, 0] * 255).astype(np.uint8)
        return Classified(probabilities, theta, pixels)

    def _run(self, faces: Image) -> list[Floats]:
        parts = min(self._workers.count, len(faces) // _FACES_A_THREAD)
        if parts < 2 or self.provider != "cpu":
            return self._run_at_once(faces)
        # ONNX Runtime's own threads share out each layer: ten faces take a quarter longer then, and one face no less
        found = self._workers.map(self._run_at_once, np.array_split(faces, parts))
        return [np.concatenate(outputs) for outputs in zip(*found, strict=True)]

    def _run_at_once(self, faces: Image) -> list[Floats]:
        from app.vision import ort

        try:
            return [np.asarray(output) for output in self._session.run(list(_OUTPUTS), {"faces": faces})]
        except ort.RUN_FAILURES as error:
            if self.provider == "cpu":
                raise
            reason = str(error).strip().partition("\n")[0]
            self.failure = f"{self.provider} failed ({reason}); the network runs on the processor from here on"
            self.provider = "cpu"
            self._session = ort.open_session(self._path, "network", [_NAMES["cpu"]])
            return self._run_at_once(faces)


def _choose(provider: Provider, available: list[str]) -> list[str]:
    if provider == "auto":
        return [name for name in (_NAMES["cuda"], _NAMES["cpu"]) if name in available]
    if _NAMES[provider] not in available:
        raise MienError(f"provider {provider} is not available here; take --provider auto or cpu")
    return [_NAMES[provider]]


def _check(session: "Session", path: Path) -> Floats:
    """Hold the network against the contract: names, shapes, dtype, labels; return its ``neutral_log_mean``.

    Raises:
        ModelError: it is another network.
    """
    inputs = {i.name: (i.type, i.shape[1:]) for i in session.get_inputs()}
    outputs = {o.name for o in session.get_outputs()}
    metadata = session.get_modelmeta().custom_metadata_map
    try:
        labels = json.loads(metadata.get("labels_ferplus", "[]"))
        neutral = np.array(json.loads(metadata.get("neutral_log_mean", "[]")), np.float32)
    except (TypeError, ValueError):
        labels, neutral = None, np.empty(0, np.float32)
    fits = (
        inputs == {"faces": ("tensor(uint8)", [1, CROP_PX, CROP_PX])}
        and outputs >= set(_OUTPUTS)
        and labels == list(EMOTIONS)
        and neutral.shape == (len(EMOTIONS),)
        and bool(np.isfinite(neutral).all())
    )
    if not fits:
        raise ModelError(f"{path}: a network, but not one of Mien's; export one with 'python -m model export'")
    return neutral
