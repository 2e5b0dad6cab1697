"""A made-up FER-2013 with FER+ votes, small enough to train on in seconds."""

import os
from pathlib import Path

# before anything imports torch: threads that share out a tiny network mostly wait for each other
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pytest

from model.cli import main
from model.data import SIDE_PX
from model.labels import FER2013_LABELS

ROWS = {"Training": 40, "PublicTest": 21, "PrivateTest": 7}
VOTES_HEADER = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"
# FER+ columns of FER-2013's labels 0 to 6
VOTED = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
TINY = """
epochs = 2
localise_epochs = 1
batch = 8
lr = 0.02
widths = [4, 8, 8, 8]
averaging = 0.5
"""


class MadeUp:
    """Paths of a made-up data set: ``data`` (fer2013.csv), ``ferplus`` (fer2013new.csv), ``config`` (a tiny run)."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "fer2013.csv"
        self.ferplus = folder / "fer2013new.csv"
        self.config = folder / "tiny.toml"
        self.config.write_text(TINY, encoding="utf-8")
        rng = np.random.default_rng(0)
        faces, votes = ["emotion,pixels,Usage"], [VOTES_HEADER]
        columns = VOTES_HEADER.split(",")
        for usage, count in ROWS.items():
            for i in range(count):
                label = i % len(FER2013_LABELS)
                faces.append(f"{label},{' '.join(map(str, face(label, rng).ravel()))},{usage}")
                cells = dict.fromkeys(columns, "0") | {"Usage": usage, "Image name": f"{i}.png", VOTED[label]: "10"}
                votes.append(",".join(cells[column] for column in columns))
        self.data.write_text("\n".join(faces) + "\n", encoding="utf-8")
        self.ferplus.write_text("\n".join(votes) + "\n", encoding="utf-8")

    def arguments(self) -> list[str]:
        """``--data`` and ``--ferplus`` for the command line."""
        return ["--data", str(self.data), "--ferplus", str(self.ferplus)]

    def train(self, out: Path, *more: str) -> int:
        """Run ``python -m model train``; return its exit status."""
        return main(["train", *self.arguments(), "--config", str(self.config), "--out", str(out), *more])


def face(label: int, rng: np.random.Generator) -> np.ndarray:
    """A disc with a label's own stripe pattern in it, and noise: uint8 (48, 48)."""
    y, x = np.mgrid[:SIDE_PX, :SIDE_PX] - (SIDE_PX - 1) / 2
    inside = np.hypot(x, y * 0.8) < 17
    pattern = 60 * np.sin(0.15 * (label + 1) * x) + 60 * np.cos(0.1 * label * y)
    grey = 90 + inside * (50 + pattern) + rng.normal(0, 6, x.shape)
    return np.asarray(np.clip(grey, 0, 255), np.uint8)


@pytest.fixture(scope="session")
def made_up(tmp_path_factory):
    return MadeUp(tmp_path_factory.mktemp("fer2013"))


@pytest.fixture(scope="session")
def run(made_up, tmp_path_factory):
    """A finished run of three epochs on the made-up set: its folder."""
    pytest.importorskip("torch", reason="the train extra is not installed")
    folder = tmp_path_factory.mktemp("runs") / "run"
    assert made_up.train(folder) == 0
    return folder


@pytest.fixture(scope="session")
def exported(made_up, run, tmp_path_factory):
    """The run's network as ONNX: its path."""
    out = tmp_path_factory.mktemp("exported") / "tiny.onnx"
    assert main(["export", "--run", str(run), *made_up.arguments(), "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="session")
def sets(tmp_path_factory):
    """Folders of made-up data sets by name; ``ck48`` is CK+ as cropped copies."""
    from . import made_sets

    root = tmp_path_factory.mktemp("sets")
    made = {"ferg": made_sets.ferg, "jaffe": made_sets.jaffe, "ckplus": made_sets.ckplus, "ck48": made_sets.ck48}
    return {name: make(root / name) for name, make in made.items()}


@pytest.fixture
def refused(capsys):
    """Run the command line, which must refuse: status 2, nothing on stdout; return its one line of stderr."""

    def refuse(*arguments):
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert (status, out) == (2, "")
        assert err.startswith("model: ")
        assert err.count("\n") == 1
        assert "Traceback" not in err
        return err

    return refuse
