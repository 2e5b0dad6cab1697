"""What the documentation says of training does what it is there for: on a made-up set, with a tiny network."""

import shutil

import pytest

pytest.importorskip("torch", reason="the train extra is not installed")

from app.capture.demo import DemoClip
from app.types import Frame
from app.vision.pipeline import Pipeline

from ..docs_commands import Block, pages
from ..docs_folder import fails, furnish, run
from .conftest import TINY, MadeUp

TRAINING = [block for page in pages() for block in page.blocks if block.trains and block.reason is None]


@pytest.fixture
def furnished(tmp_path):
    """A folder with what the pages name, the data set among it; each config is a tiny one."""
    furnish(tmp_path)
    MadeUp(tmp_path)
    for config in (tmp_path / "model" / "configs").iterdir():
        config.write_text(TINY, encoding="utf-8")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("block", TRAINING, ids=lambda block: block.where)
def test_a_block_that_trains_runs(block, furnished):
    assert fails(block, furnished) == ""


def test_training_is_documented():
    assert len(TRAINING) >= 2


@pytest.mark.slow
def test_the_app_reads_by_the_network_that_the_example_made(furnished):
    command = "python examples/train.py --data fer2013.csv --ferplus fer2013new.csv --config tiny.toml --out runs/mine"
    done = run(Block("the example", "sh", command, None), furnished)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "wrote runs/mine/emotion.onnx"
    folder = furnished / "runs" / "mine"
    shutil.copy(furnished / "weights" / "face_detector.onnx", folder)
    pipeline = Pipeline(weights=folder)
    readings = pipeline.process(Frame(0, 0.0, DemoClip().render(7.5)), still=True).readings
    pipeline.close()
    assert len(readings) >= 1
    again = run(Block("the example", "sh", command, None), furnished)
    assert (again.returncode, len(again.stderr.splitlines())) == (2, 1)
    assert "runs/mine: holds a run already" in again.stderr
