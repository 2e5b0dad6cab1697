import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from app.about import model_hashes
from app.analysis.basis import read_result
from app.analysis.job import Job, Pace, StoppedError, analyse
from app.analysis.plan import Wish, clear_unfinished, make_plan
from app.analysis.progress import Progress, clock
from app.analysis.run import write_summary
from app.cv import cv2
from app.session.reader import read_session
from app.session.video import VideoReader
from app.types import ModelError, SourceError
from app.vision.pipeline import PipelineOptions
from tests.analyze_clips import FPS, contents, rows, write_clip

DATA = Path(__file__).parent / "data"
# By ffprobe -show_entries frame=pts; both files tick 15,360 times a second. 60fps.mp4 has three B frames in a row, so
# that it is decoded in another order than it is shown; of vfr.mp4's 60 frames a second some are left out.
TICKS_PER_S = 15_360
PTS = {
    "60fps.mp4": [256 * index for index in range(60)],
    "vfr.mp4": [
        *(0, 256, 512, 768, 1024, 1280, 1536, 1792, 2048, 2304, 2560, 2816, 3584, 3840, 5120, 5376, 6400, 7168, 7680),
        *(8960, 10240, 10752, 11520, 12544, 12800, 14080, 14336, 15360, 16128, 16640, 17920, 19200, 19712, 20480),
        *(21504, 21760, 23040, 23296, 24320, 25088, 25600, 26880, 28160, 28672, 29440, 30464),
    ],
}


def wish(out: Path, **changes: object) -> Wish:
    return replace(Wish(out, PipelineOptions(), dict(model_hashes())), **changes)  # type: ignore[arg-type]


def job(path: Path, out: Path, **changes: object) -> Job:
    plan = make_plan([path], wish(out, **changes))
    assert plan.complaints == []
    return plan.jobs[0]


def done(job: Job) -> Path:
    analyse(job, lambda _t_s: None)
    return job.out / job.name


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clips") / "clip.mp4")


@pytest.mark.parametrize("name", PTS)
def test_the_times_are_those_of_the_file(tmp_path: Path, name: str) -> None:
    read = rows(done(job(DATA / name, tmp_path)) / "readings.csv")
    assert [int(row["frame"]) for row in read] == list(range(len(PTS[name])))
    assert [float(row["t_s"]) for row in read] == pytest.approx([pts / TICKS_PER_S for pts in PTS[name]], abs=0.002)


def test_every_frame_is_read_and_the_session_says_of_what(clip: Path, tmp_path: Path) -> None:
    folder = done(job(clip, tmp_path))
    session = read_session(folder)
    assert session.complete
    assert session.warnings == ()
    assert sorted(set(session.readings["frame"])) == list(range(15))
    assert len(session.tracks) == 2
    told = json.loads((folder / "session.json").read_text())
    assert datetime.fromisoformat(told["started_utc"]) == datetime.fromtimestamp(1_700_000_000, UTC)
    assert told["settings"]["started_utc_is"] == "the time when the file was last modified"
    assert told["source"] == "clip.mp4"
    assert told["counters"]["frames"] == 15
    assert [event.event for event in session.events] == ["start", "stop"]
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_two_runs_write_the_same_bytes(clip: Path, tmp_path: Path) -> None:
    done(job(clip, tmp_path / "one"))
    done(job(clip, tmp_path / "two"))
    assert len(contents(tmp_path / "one")) == 4
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_fewer_frames_a_second_keep_their_numbers_and_times(clip: Path, tmp_path: Path) -> None:
    folder = done(job(clip, tmp_path, fps=5.0))
    frames = sorted({int(row["frame"]) for row in rows(folder / "readings.csv")})
    assert frames == [0, 3, 6, 9, 12]
    assert json.loads((folder / "session.json").read_text())["settings"]["analyze_fps"] == 5


@pytest.mark.parametrize(
    ("fps", "times_s", "taken"),
    [
        (None, [0, 0.01, 0.02], [0, 0.01, 0.02]),
        (10, [index / 30 for index in range(10)], [0, 3 / 30, 6 / 30, 9 / 30]),
        # Matroska's milliseconds
        (30, [round(index / 60, 3) for index in range(8)], [0, 0.033, 0.067, 0.1]),
        (60, [round(index / 59.94, 3) for index in range(600)], [round(index / 59.94, 3) for index in range(600)]),
        # a pause; what it left out is not made up for but by one
        (2, [0, 5, 5.1, 5.2, 5.3, 5.4, 5.5, 5.6], [0, 5, 5.1, 5.5]),
    ],
)
def test_pace_takes_so_many_frames_a_second(fps: float | None, times_s: list[float], taken: list[float]) -> None:
    pace = Pace(fps)
    assert [t_s for t_s in times_s if pace.takes(t_s)] == taken


def test_a_folder_of_images_is_one_session_of_stills(tmp_path: Path) -> None:
    (tmp_path / "faces").mkdir()
    for name in ("2.png", "10.png"):
        cv2.imwrite(str(tmp_path / "faces" / name), np.full((40, 60, 3), 90, np.uint8))
        os.utime(tmp_path / "faces" / name, (1_600_000_000, 1_600_000_000))
    (tmp_path / "faces" / "3.png").write_bytes(b"broken")
    folder = done(job(tmp_path / "faces", tmp_path / "out", fps=0.1))
    read = rows(folder / "readings.csv")
    assert [(row["frame"], row["t_s"]) for row in read] == [("0", "0.0000"), ("2", "2.0000")]
    assert read[0]["utc"] == "2020-09-13T12:26:40.000Z"
    assert "first image" in json.loads((folder / "session.json").read_text())["settings"]["started_utc_is"]
    # what was skipped is in the data, too
    assert "3.png: not an image" in rows(folder / "events.csv")[-1]["note"]


def test_a_video_is_kept_where_it_is_wished(clip: Path, tmp_path: Path) -> None:
    folder = done(job(clip, tmp_path, video=True, options=PipelineOptions(blur_faces=True)))
    video = VideoReader(folder / "video.mkv")
    original = cv2.VideoCapture(str(clip)).read()[1]
    picture = video.at(0.0)
    assert picture is not None
    assert picture.shape == original.shape
    assert video.at(14 / FPS) is not None
    video.close()
    told = json.loads((folder / "session.json").read_text())
    assert told["video"] == {"file": "video.mkv", "frames": 15, "blurred": 15, "left_out": 0}


def test_pictures_too_large_for_a_video_cost_that_file_alone(tmp_path: Path) -> None:
    wide = tmp_path / "wide.png"
    cv2.imwrite(str(wide), np.zeros((8, 70_000, 3), np.uint8))
    out = tmp_path / "out"
    # a SourceError is one file's; the run goes on with the others
    with pytest.raises(
        SourceError, match=r"wide\.png: pictures of 70000 x 8 are too large for a video; read it without"
    ):
        done(job(wide, out, video=True))
    assert list(out.iterdir()) == []
    done(job(wide, out))


def test_a_job_that_is_stopped_leaves_nothing(clip: Path, tmp_path: Path) -> None:
    def stop(t_s: float) -> None:
        if t_s > 0.2:
            raise StoppedError

    with pytest.raises(StoppedError):
        analyse(job(clip, tmp_path / "out"), stop)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    "spoil",
    [lambda path: path.write_bytes(b"no video"), lambda path: path.write_bytes(b""), lambda path: path.unlink()],
)
def test_a_file_that_cannot_be_read_leaves_nothing(clip: Path, tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    path = tmp_path / "bad.mp4"
    path.write_bytes(clip.read_bytes())
    wanted = job(path, tmp_path / "out")
    spoil(path)
    with pytest.raises(SourceError, match=r"bad\.mp4: [^\n]+$"):
        analyse(wanted, lambda _t_s: None)
    assert not list(tmp_path.glob("out/*"))


def test_a_file_that_changes_meanwhile_is_not_taken_for_read(clip: Path, tmp_path: Path) -> None:
    path = tmp_path / "growing.mp4"
    path.write_bytes(clip.read_bytes())
    wanted = job(path, tmp_path / "out")
    with pytest.raises(SourceError, match="changed while it was read"):
        analyse(wanted, lambda _t_s: os.utime(path))
    assert list((tmp_path / "out").iterdir()) == []


def test_a_machine_with_other_models_reads_nothing(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="other models there than here"):
        analyse(job(clip, tmp_path, models={"emotion.onnx": "0"}), lambda _t_s: None)


def test_what_is_finished_is_not_read_again_until_something_changes(clip: Path, tmp_path: Path) -> None:
    path, out = tmp_path / "clip.mp4", tmp_path / "out"
    path.write_bytes(clip.read_bytes())
    folder = done(job(path, out))
    plan = make_plan([path], wish(out))
    assert (plan.jobs, plan.finished, plan.left, plan.complaints) == ([], 1, 0, [])
    # the number of threads is the machine's
    assert make_plan([path], wish(out, options=PipelineOptions(threads=2))).finished == 1

    def told(**changes: object) -> str:
        plan = make_plan([path], wish(out, **changes))
        assert (plan.jobs, plan.finished, plan.left) == ([], 0, 1)
        [complaint] = plan.complaints
        assert complaint.startswith(f"{path}: analysed before, ")
        assert "--again" in complaint
        [job] = make_plan([path], wish(out, again=True, **changes)).jobs
        assert job.path == path
        return complaint

    assert "min_confidence 0.5, now 0.7" in told(options=PipelineOptions(min_confidence=0.7))
    assert "analyze_fps None, now 5.0" in told(fps=5.0)
    assert "analyze_video False, now True" in told(video=True)
    assert "with other models" in told(models={"emotion.onnx": "0"})
    os.utime(path)
    assert "the file has changed" in told()
    before = (folder / "session.json").read_text()
    done(job(path, out, again=True))
    assert (folder / "session.json").read_text() != before
    assert make_plan([path], wish(out)).finished == 1


def test_what_the_user_put_beside_a_result_stays_when_it_is_made_anew(clip: Path, tmp_path: Path) -> None:
    folder = done(job(clip, tmp_path))
    own = {"notes.csv": "t_s,note\n0.1,mine\n", "mine.txt": "mine", "more/deep.txt": "mine"}
    (folder / "more").mkdir()
    for name, text in own.items():
        (folder / name).write_text(text)
    (folder / "report.html").write_text("<!doctype html>of the earlier numbers")
    again = job(clip, tmp_path, fps=5.0, again=True)
    told = analyse(again, lambda _t_s: None).remarks
    assert {name: (folder / name).read_text() for name in own} == own
    assert not (folder / "report.html").exists()
    assert told == (f"{again.name}: report.html was of the earlier reading, and is gone; 'mien report' makes it anew",)
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_a_result_with_text_that_no_file_can_hold_is_none(clip: Path, tmp_path: Path) -> None:
    folder = done(job(clip, tmp_path))
    content = json.loads((folder / "analysis.json").read_text())
    for part, name in (("made_from", "source"), ("summary", "session")):
        damaged = content | {part: content[part] | {name: "\ud800"}}
        (folder / "analysis.json").write_text(json.dumps(damaged))
        assert read_result(folder) is None
        assert write_summary(tmp_path) == 0


def test_many_files_with_other_settings_are_one_line(tmp_path: Path) -> None:
    paths = [DATA / "60fps.mp4", DATA / "vfr.mp4"]
    for path in paths:
        done(job(path, tmp_path))
    plan = make_plan(paths, wish(tmp_path, fps=1.0))
    assert plan.left == 2
    assert [line.split(":")[0] for line in plan.complaints] == [f"{paths[0]} and 1 more"]


def test_a_folder_that_is_not_ours_is_left_alone(clip: Path, tmp_path: Path) -> None:
    folder = tmp_path / job(clip, tmp_path).name
    folder.mkdir()
    (folder / "precious.txt").write_text("precious")
    plan = make_plan([clip], wish(tmp_path, again=True))
    assert plan.jobs == []
    assert "not an analysis of" in plan.complaints[0]
    (tmp_path / "other.partial").mkdir()
    leftover = tmp_path / f"{folder.name}.0123abcd.partial"
    leftover.mkdir()
    folder.rename(tmp_path / "elsewhere")
    clear_unfinished(tmp_path, make_plan([clip], wish(tmp_path)).jobs)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["elsewhere", "other.partial"]


def test_a_result_says_what_it_was_made_from(clip: Path, tmp_path: Path) -> None:
    wanted = job(clip, tmp_path)
    result = read_result(done(wanted))
    assert result is not None
    assert result.basis == wanted.basis
    assert result.summary["session"] == wanted.name
    assert result.summary["frames"] == "15"


def test_progress_goes_to_the_stderr_of_the_moment_or_nowhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for stderr in (sys.stderr, None):
        monkeypatch.setattr(sys, "stderr", stderr)
        with Progress(1, 2.0) as progress:
            progress.say(f"a line {stderr is not None}")
            progress.show(1, 2.0)
    assert capsys.readouterr() == ("", "a line True\n")


def test_a_name_can_forge_no_line_and_steer_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(1, 2.0) as progress:
        progress.say("mien: \x1b[31mred\nmien: all fine.png: not an image")
    assert capsys.readouterr().err == "mien: \ufffd[31mred\ufffdmien: all fine.png: not an image\n"


def test_how_long_is_read_like_a_clock() -> None:
    assert [clock(seconds) for seconds in (0, 59.6, 754, 7384)] == ["0:00", "1:00", "12:34", "2:03:04"]
