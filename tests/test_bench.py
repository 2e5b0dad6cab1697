"""What ``mien bench`` tells. It is no timed test: no time is held against a limit."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.bench.children import cold_start
from app.bench.frames import MOST_FACES, Frames
from app.bench.machine import describe_machine, resident_mib
from app.bench.measure import FACES, SIZES, Rate, Spread
from app.bench.table import table
from app.resources import weights_dir
from app.types import Frame, MienError
from app.vision.classifier import EmotionClassifier
from app.vision.pipeline import Pipeline

STAGES = ["decode", "detect", "crop", "classify", "track", "draw", "paint"]


@pytest.fixture(scope="module")
def frames() -> Frames:
    return Frames()


def _found(**changes: Any) -> dict[str, Any]:
    spread = asdict(Spread(1.5, 2.5, 60))
    found = {
        "quick": False,
        "machine": {"cpu": "A core", "cores": 2, "system": "Linux"},
        "versions": {"mien": "1", "system": "Linux"},
        "provider": "cpu",
        "threads": 1,
        "stages_ms": dict.fromkeys(STAGES, spread),
        "frames_per_s": [
            asdict(Rate(size, faces, float(faces), 200.0 - faces, Spread(1.5, 2.5, 60)))
            for size in SIZES
            for faces in FACES
        ],
        "start": {
            "first_reading_s": 1.25,
            "frames_per_s": 30.0,
            "dropped": 0,
            "core_share": 0.25,
            "demo_share": 0.1,
            "memory_mib": 300.0,
        },
        "window": {
            "delay_ms": {"median": 12.0, "p95": 21.4, "count": 150},
            "frames_per_s": 30.0,
            "dropped": 0,
            "core_share": 0.4,
            "demo_share": 0.15,
        },
        "core": {"gflop_per_s": 100.0, "ms_a_face": 0.8, "multiply_adds": 50_000_000},
    }
    return found | changes


def _mien(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    main = Path(__file__).resolve().parent.parent / "main.py"
    return subprocess.run(
        [sys.executable, str(main), "bench", *arguments],
        cwd=home,
        env=kept | {"XDG_CONFIG_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


@pytest.mark.slow
def test_bench_measures_each_stage_rate_start_and_core_from_any_folder(tmp_path: Path) -> None:
    done = _mien(tmp_path, "--quick", "--json", "--provider", "cpu", "--threads", "2")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert list(found["stages_ms"]) == STAGES
    assert all(0 < spread["median"] <= spread["p95"] for spread in found["stages_ms"].values())
    assert [(rate["size"], rate["faces"]) for rate in found["frames_per_s"]] == [(s, f) for s in SIZES for f in FACES]
    for rate in found["frames_per_s"]:
        assert rate["frames_per_s"] > 0
        assert 0 < rate["frame_ms"]["median"] <= rate["frame_ms"]["p95"]
        assert 0.8 * rate["faces"] <= rate["read"] <= rate["faces"] + 0.5
    assert found["start"]["first_reading_s"] > 0
    assert found["start"]["frames_per_s"] > 0
    assert 0 < found["window"]["delay_ms"]["median"] <= found["window"]["delay_ms"]["p95"]
    assert found["window"]["frames_per_s"] > 0
    for part in (found["start"], found["window"]):
        assert 0 < part["demo_share"] < part["core_share"]
    assert found["core"]["gflop_per_s"] > 0
    assert found["core"]["ms_a_face"] > 0
    assert (found["provider"], found["threads"]) == ("cpu", 2)
    assert set(found["models_sha256"]) >= {"emotion.onnx", "face_detector.onnx"}
    assert "frames/s, detect to track" in table(found)


def test_a_provider_that_is_not_here_is_told_in_a_line(tmp_path: Path) -> None:
    import onnxruntime

    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this machine's onnxruntime has CUDA")
    done = _mien(tmp_path, "--quick", "--provider", "cuda")
    assert done.returncode == 2
    assert done.stderr == "mien: provider cuda is not available here; take --provider auto or cpu\n"
    assert not done.stdout


def test_a_start_that_fails_is_told_with_its_reason() -> None:
    with pytest.raises(MienError, match=r"ended early .*'nothing'"):
        cold_start("cpu", 1, "nothing")  # type: ignore[arg-type]


def test_the_same_frame_comes_in_every_run(frames: Frames) -> None:
    again = Frames()
    np.testing.assert_array_equal(frames.near(7), again.near(7))
    np.testing.assert_array_equal(frames.crowd(7, 5, 854, 480), again.crowd(7, 5, 854, 480))
    assert (frames.crowd(7, 5, 854, 480) != frames.crowd(8, 5, 854, 480)).any()


@pytest.mark.parametrize("size", SIZES)
def test_as_many_faces_are_in_a_frame_as_are_asked_for(frames: Frames, size: str) -> None:
    width, height = SIZES[size]
    pipeline = Pipeline()
    try:
        for faces in (0, 1, 5, MOST_FACES):
            image = frames.crowd(0, faces, width, height)
            assert image.shape == (height, width, 3)
            assert len(pipeline.process(Frame(0, 0.0, image), still=True).readings) == faces
    finally:
        pipeline.close()


def test_a_spread_is_median_and_95th_percentile() -> None:
    assert Spread.of(float(value) for value in range(101)) == Spread(50.0, 95.0, 101)


def test_the_table_has_each_stage_and_rate_and_the_floor() -> None:
    text = table(_found())
    for line in ("A core, 2 cores, Linux", "  paint                               1.50    2.50"):
        assert line in text.splitlines()
    assert "       200       199       198       195       190" in text
    assert "1.00 ms: 50.0 M multiply-adds" in text
    assert "in the window, capture to paint       12 ms, p95 21 ms; 30.0 frames/s, 0 dropped, 40% of a core" in text
    assert "25% of a core, 10 points of it to draw the demo" in text
    assert "little" not in text


def test_the_table_says_what_is_not_known() -> None:
    found = _found(quick=True, window=None, core={"gflop_per_s": None, "ms_a_face": 0.8, "multiply_adds": None})
    del found["stages_ms"]["paint"]
    found["start"]["memory_mib"] = None
    found["frames_per_s"][4]["read"] = 7.0
    text = table(found)
    assert "the times mean little" in text
    assert "paint: not measured" in text
    assert text.count("not known on this system") == 2
    assert "faces read a frame: 7.0 of 10" in text
    assert "does not say how many multiply-adds" in table(
        _found(core={"gflop_per_s": 100.0, "ms_a_face": 0.8, "multiply_adds": None})
    )


def test_the_machine_is_named() -> None:
    machine = describe_machine()
    assert machine["cpu"]
    assert int(machine["cores"]) >= 1
    memory = resident_mib()
    assert (memory is not None and memory > 10) if sys.platform == "linux" else memory is None


def test_a_network_tells_its_multiply_adds_where_its_file_does(tmp_path: Path) -> None:
    path = tmp_path / "emotion.onnx"
    network = (weights_dir() / "emotion.onnx").read_bytes()
    for value, told in ((b"49000000", 49_000_000), (b"49.0e06?", None)):
        # one more of the file's metadata_props: field 14 of ONNX's ModelProto, a key and a value
        entry = b"\x0a\x0dmultiply_adds\x12\x08" + value
        path.write_bytes(network + b"\x72" + bytes([len(entry)]) + entry)
        assert EmotionClassifier(path, "cpu").multiply_adds == told
