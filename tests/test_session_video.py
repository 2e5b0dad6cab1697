"""A session's video: each picture at its own time, what was read drawn on it, faces hidden where that is set."""

import json
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.capture.video import VideoSource
from app.cv import cv2
from app.palette import COLOURS
from app.recorder import Recorder
from app.session import backlog
from app.session.log import SessionInfo, prepare_folder
from app.session.video import VideoReader, VideoWriter
from app.settings import Settings
from app.status import State
from app.types import UNCERTAIN, Box, Frame, FrameResult, Image, RecordingError
from app.vision.draw import Annotator, label
from app.vision.veil import BLOCKS, Veil, around_head, pixelate
from tests.engine_fakes import wait
from tests.ui.fakes import TinySource, fake_engine, reading

# uneven, with two in the same millisecond and gaps
TIMES = [0.0, 0.0331, 0.0672, 0.0674, 0.1, 0.1335, 0.5, 4.0, 4.0333, 12.5, 12.5334, 12.6]


def _numbered(number: int, height: int = 120, width: int = 160) -> Image:
    """A picture that says its number in the grey of its left half, and half of it in the right."""
    image = np.full((height, width, 3), number * 20, np.uint8)
    image[:, width // 2 :] = number * 10
    return image


def _number(image: Image | None) -> int:
    assert image is not None
    return round(float(image[20:-20, 10 : image.shape[1] // 2 - 10].mean()) / 20)


def _video(path: Path) -> None:
    writer = VideoWriter(path)
    for number, t_s in enumerate(TIMES):
        writer.write(_numbered(number), t_s)
    writer.close()


def test_pictures_are_found_again_at_their_own_times(tmp_path: Path) -> None:
    _video(tmp_path / "v.mkv")
    reader = VideoReader(tmp_path / "v.mkv")
    places = np.random.default_rng(0).permutation(len(TIMES)).tolist()
    for place in [*range(len(TIMES)), *places]:
        # the second of two in a millisecond comes a millisecond later
        assert _number(reader.at(0.068 if place == 3 else TIMES[place])) == place
        assert reader.since_s == pytest.approx(TIMES[place], abs=0.0011)
    assert _number(reader.at(3.9)) == 6
    assert _number(reader.at(11.0)) == 8
    assert _number(reader.at(1e6)) == len(TIMES) - 1
    assert reader.at(-0.1) is None
    reader.close()


def test_mien_reads_its_own_video_at_the_same_times(tmp_path: Path) -> None:
    _video(tmp_path / "v.mkv")
    source = VideoSource(str(tmp_path / "v.mkv"), name="v")
    read = [source.read() for _ in range(len(TIMES) + 1)]
    source.close()
    assert read.pop() is None
    assert [round(frame.t_s, 3) for frame in read if frame] == pytest.approx(TIMES, abs=0.0011)


def test_a_video_that_breaks_off_is_read_up_to_there(tmp_path: Path) -> None:
    whole, cut = tmp_path / "v.mkv", tmp_path / "cut.mkv"
    writer = VideoWriter(whole)
    noise = np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8)
    for number in range(60):
        writer.write(noise, number / 30)
    # as a killed process leaves it: no index, no end
    cut.write_bytes(whole.read_bytes()[:-5000])
    writer.close()
    reader = VideoReader(cut)
    assert reader.at(1e6) is not None
    assert reader.since_s > 1.0
    assert reader.at(0.5) is not None
    assert reader.since_s == 0.5
    reader.close()


def test_a_picture_of_another_size_is_fitted_in(tmp_path: Path) -> None:
    writer = VideoWriter(tmp_path / "v.mkv")
    writer.write(_numbered(1), 0.0)
    writer.write(np.full((120, 80, 3), 200, np.uint8), 1.0)
    writer.close()
    reader = VideoReader(tmp_path / "v.mkv")
    fitted = reader.at(1.0)
    reader.close()
    assert fitted is not None
    assert fitted.shape == (120, 160, 3)
    assert fitted[60, 80].tolist() == [200, 200, 200]
    assert fitted[60, 5].max() < 10


def test_a_video_that_cannot_be_made_or_read_is_one_line(tmp_path: Path) -> None:
    writer = VideoWriter(tmp_path / "no" / "v.mkv")
    with pytest.raises(RecordingError, match=r"v\.mkv: the video cannot be written"):
        writer.write(_numbered(0), 0.0)
    (tmp_path / "text.mkv").write_text("no video")
    for name in ("text.mkv", "missing.mkv"):
        with pytest.raises(RecordingError, match=f"{name}: no video"):
            VideoReader(tmp_path / name)


def test_a_video_that_does_not_grow_is_told(tmp_path: Path) -> None:
    writer = VideoWriter(tmp_path / "v.mkv")
    noise = np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8)
    for number in range(200):
        writer.write(noise, number / 30)
    writer.check()
    (tmp_path / "v.mkv").rename(tmp_path / "taken away")
    for number in range(200, 400):
        writer.write(noise, number / 30)
    with pytest.raises(RecordingError, match="cannot write the video"):
        writer.check()
    with pytest.raises(RecordingError, match="took only"):
        writer.close()
    writer.close()


def _shown(blur: bool, **changes: object) -> tuple[Image, Image]:
    """A frame of noise with a face, and what is drawn of it."""
    noise = np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8)
    face = replace(reading(box=Box(120, 100, 60, 70)), **changes)  # type: ignore[arg-type]
    return noise, Annotator().draw(FrameResult(Frame(0, 0.0, noise), (face,)), blur=blur)


def test_box_and_label_are_in_the_emotion_s_colour_and_the_frame_is_left_alone() -> None:
    noise, drawn = _shown(blur=False, emotion="surprise")
    assert np.array_equal(noise, np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8))
    red, green, blue = (int(COLOURS["surprise"][at : at + 2], 16) for at in (1, 3, 5))
    edge = drawn[110:165, 118:123].reshape(-1, 3).astype(int)
    assert (np.abs(edge - [blue, green, red]).sum(axis=1) < 40).mean() > 0.15
    above = drawn[80:99, 121:180].reshape(-1, 3).astype(int)
    assert (np.abs(above - [blue, green, red]).sum(axis=1) < 10).mean() > 0.5
    assert np.array_equal(drawn[:, 250:], noise[:, 250:])


def test_a_face_at_the_edge_is_drawn_too() -> None:
    for box in (Box(-20, -20, 60, 60), Box(290, 210, 60, 60), Box(-90, 300, 20, 20)):
        _, drawn = _shown(blur=True, face=replace(reading().face, box=box))
        assert drawn.shape == (240, 320, 3)


def test_a_label_tells_number_emotion_and_confidence_or_why_not() -> None:
    assert label(reading("anger", track=3, confidence=0.934)) == "#3 anger 93 %"
    assert label(reading(UNCERTAIN, "dark;turned")) == "#1 uncertain (dark, turned)"
    assert label(reading(UNCERTAIN)) == "#1 uncertain"


def test_a_blurred_head_is_a_few_squares() -> None:
    noise, _ = _shown(blur=False)
    head = around_head(Box(120, 100, 60, 70))
    hidden = noise.copy()
    pixelate(hidden, [head])
    inside = hidden[round(head.y) + 1 : 183, round(head.x) + 1 : 190].reshape(-1, 3)
    assert len(np.unique(inside, axis=0)) <= BLOCKS**2
    assert np.array_equal(hidden[:, :90], noise[:, :90])


def test_blurring_hides_what_is_under_the_drawing_and_a_face_that_was_just_lost() -> None:
    noise, drawn = _shown(blur=True)
    assert not np.array_equal(drawn[130:160, 125:140], noise[130:160, 125:140])
    annotator = Annotator()
    face = reading(box=Box(120, 100, 60, 70))
    annotator.draw(FrameResult(Frame(0, 0.0, noise), (face,)), blur=False)
    lost = annotator.draw(FrameResult(Frame(1, 0.5, noise)), blur=True)
    assert not np.array_equal(lost[110:160, 125:170], noise[110:160, 125:170])
    gone = annotator.draw(FrameResult(Frame(2, 1.6, noise)), blur=True)
    assert np.array_equal(gone, noise)


def test_a_veil_begins_anew_with_another_source() -> None:
    veil = Veil()
    noise, _ = _shown(blur=False)
    veil.boxes(FrameResult(Frame(9, 5.0, noise), (reading(),)))
    assert veil.boxes(FrameResult(Frame(0, 0.0, noise))) == []


def test_a_recording_with_video_has_a_picture_for_each_row(tmp_path: Path) -> None:
    engine = fake_engine(lambda _spec: TinySource(frames=60), Settings(blur_faces=True))
    engine.start("x", record=tmp_path, record_video=True)
    wait(lambda: engine.status().state is State.ENDED)
    assert engine.close()
    session = json.loads((tmp_path / "session.json").read_text())
    frames = session["counters"]["frames"]
    assert session["video"] == {"file": "video.mkv", "frames": frames, "blurred": frames, "left_out": 0}
    capture = cv2.VideoCapture(str(tmp_path / "video.mkv"))
    times = []
    while capture.grab():
        times.append(capture.get(cv2.CAP_PROP_POS_MSEC) / 1000)
    capture.release()
    rows = (tmp_path / "readings.csv").read_text().splitlines()[1:]
    assert times == pytest.approx([float(row.split(",")[1]) for row in rows], abs=0.0011)


def test_blurring_is_followed_while_recording_and_the_next_recording_has_no_video(tmp_path: Path) -> None:
    engine = fake_engine()
    engine.start("x")
    wait(lambda: engine.status().processed > 2)
    engine.start_recording(tmp_path / "one", video=True)
    wait(lambda: (status := engine.status().recording) is not None and status.rows > 5)
    engine.configure(Settings(blur_faces=True))
    wait(lambda: (status := engine.status().recording) is not None and status.rows > 20)
    engine.stop_recording()
    wait(lambda: engine.status().recorded is not None)
    engine.start_recording(tmp_path / "two")
    wait(lambda: (status := engine.status().recording) is not None and status.rows > 5)
    assert engine.close()
    video = json.loads((tmp_path / "one" / "session.json").read_text())["video"]
    assert 0 < video["blurred"] < video["frames"]
    assert json.loads((tmp_path / "two" / "session.json").read_text())["video"] is None
    assert not (tmp_path / "two" / "video.mkv").exists()


def test_pictures_that_find_no_room_are_left_out_and_counted_and_their_rows_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "MAX_BYTES", 3 * 48 * 64 * 3)
    going = threading.Event()
    draw = Annotator.draw

    def stalled(annotator: Annotator, result: FrameResult, *, blur: bool) -> Image:
        assert going.wait(20)
        return draw(annotator, result, blur=blur)

    monkeypatch.setattr(Annotator, "draw", stalled)
    prepare_folder(tmp_path)
    recorder = Recorder(tmp_path, video=True)
    image = np.zeros((48, 64, 3), np.uint8)
    for index in range(10):
        recorder.write(FrameResult(Frame(index, index / 10, image)), lambda: SessionInfo("x", "cpu"), live=True)
    # the pictures hold up no row but those that came while the first was drawn
    wait(lambda: (status := recorder.status()) is not None and status.rows > 0)
    going.set()
    recorder.close("")
    assert recorder.join(5)
    session = json.loads((tmp_path / "session.json").read_text())
    assert session["counters"]["rows"] == 10
    assert session["video"]["left_out"] == 7
    assert session["video"]["frames"] == 3
    assert "dropped,video: 7 frames" in (tmp_path / "events.csv").read_text()


def test_a_file_waits_for_its_video(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "MAX_BYTES", 3 * 48 * 64 * 3)
    prepare_folder(tmp_path)
    recorder = Recorder(tmp_path, video=True)
    image = np.zeros((48, 64, 3), np.uint8)
    for index in range(40):
        recorder.write(FrameResult(Frame(index, index / 10, image)), lambda: SessionInfo("x", "cpu"), live=False)
    recorder.close("")
    assert recorder.join(10)
    video = json.loads((tmp_path / "session.json").read_text())["video"]
    assert (video["frames"], video["left_out"]) == (40, 0)
