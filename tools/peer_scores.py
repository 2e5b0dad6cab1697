"""How often the PyPI package ``fer`` is right on FER-2013's own faces, beside Mien's network on the same.

    python -m tools.peer_scores --peer-python fer-env/bin/python --data fer2013.csv [--split PublicTest]

``fer`` is installed in an environment of its own: docs/peers.md. Each 48x48 face is enlarged to 240 pixels and given to
``FER.detect_emotions`` with itself as the face's rectangle, so that its detector loses none; at that size the ten
pixels by which ``fer`` widens a rectangle are few, as they are in a frame. The set is one that ``fer``'s network, too,
was trained on; which of its parts were held back there is not known.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

import numpy as np
import numpy.typing as npt

from model.card_tables import table
from model.data import SPLITS, DataError, Pixels, Split, load_fer2013
from model.inference import onnx_classifier
from model.labels import FER2013_LABELS
from tools.arguments import ToolParser

_ROOT: Final = Path(__file__).resolve().parent.parent
_ENLARGED_PX: Final = 240
# what ``fer`` calls FER-2013's labels, in their order
PEER_LABELS: Final = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
_CHILD: Final = """
import sys, cv2, numpy as np
from fer.fer import FER
faces, out, side, labels = np.load(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4].split(",")
settings = {} if sys.argv[5] == "default" else {"use_tflite": False}
reader, found = FER(**settings), []
for face in faces:
    image = cv2.cvtColor(cv2.resize(face, (side, side), interpolation=cv2.INTER_CUBIC), cv2.COLOR_GRAY2BGR)
    (read,) = reader.detect_emotions(image, face_rectangles=[(0, 0, side, side)])
    found.append(labels.index(max(read["emotions"], key=read["emotions"].get)))
np.save(out, np.array(found))
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Score and print; return the exit status: 0 done, 2 for what cannot be used."""
    parser = ToolParser("peer_scores", "How often the PyPI package fer is right on FER-2013, beside Mien.")
    parser.add_argument("--peer-python", required=True, metavar="PYTHON", help="of the environment that fer is in")
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="Kaggle's fer2013.csv")
    parser.add_argument("--split", choices=SPLITS, default="PublicTest", help="default: PublicTest")
    args = parser.parse_args(argv)
    try:
        faces = load_fer2013(args.data, cast("Split", args.split))
        mien = onnx_classifier(_ROOT / "weights" / "emotion.onnx")(faces.pixels).fer2013.argmax(1)
        said = {"Mien": mien}
        for name, path in (("`fer`, its defaults", "default"), ("`fer`, Keras", "keras")):
            said[name] = _peer(args.peer_python, path, faces.pixels)
    except DataError as error:
        print(f"peer_scores: {error}", file=sys.stderr)
        return 2
    print(f"FER-2013 {args.split}, {len(faces)} faces\n")
    print(
        table(("network", "accuracy"), [(name, f"{accuracy(one, faces.labels):.2f} %") for name, one in said.items()])
    )
    return 0


def accuracy(said: npt.NDArray[np.int64], labels: npt.NDArray[np.int64]) -> float:
    """Return in how many of a hundred faces ``said`` (N,) is the label (N,), both by ``FER2013_LABELS``."""
    return float((said == labels).mean() * 100)


def _peer(python: str, path: str, pixels: Pixels) -> npt.NDArray[np.int64]:
    """Let ``fer`` read faces, uint8 (N, 48, 48); return labels (N,).

    Raises:
        DataError: it cannot be run there.
    """
    assert len(PEER_LABELS) == len(FER2013_LABELS)
    with tempfile.TemporaryDirectory(prefix="mien-peers-") as folder:
        given, out = Path(folder, "faces.npy"), Path(folder, "labels.npy")
        np.save(given, pixels)
        command = [python, "-c", _CHILD, str(given), str(out), str(_ENLARGED_PX), ",".join(PEER_LABELS), path]
        try:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        except OSError as error:
            raise DataError(f"--peer-python {python}: {error.strerror}; docs/peers.md tells how") from error
        except subprocess.CalledProcessError as error:
            lines = error.stderr.strip().splitlines() or [f"exit status {error.returncode}"]
            raise DataError(f"--peer-python {python}: fer ended ({lines[-1]}); docs/peers.md tells how") from error
        labels: npt.NDArray[np.int64] = np.load(out)
        return labels


if __name__ == "__main__":
    sys.exit(main())
