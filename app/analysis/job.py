"""One source from opening to its finished session folder, on the caller's thread: what every worker does."""

import contextlib
import secrets
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.about import model_hashes, versions
from app.analysis.basis import BASIS, Basis, Result, content_of, write_result
from app.capture.source import Source
from app.capture.sources import open_source
from app.remarks import listening
from app.session.backlog import Begin, Shot
from app.session.log import SessionInfo, prepare_folder
from app.session.reader import read_session
from app.session.recording import Recording
from app.session.schema import EVENTS, READINGS, REPORT, SESSION, VIDEO
from app.session.summary import SUMMARY_COLUMNS, summarise, summary_row
from app.types import FolderGoneError, Frame, ModelError, PictureError, RecordingError, SourceError
from app.vision.draw import Annotator
from app.vision.pipeline import Pipeline, PipelineOptions

PARTIAL: Final = ".partial"
# Containers round: Matroska's clock ticks milliseconds.
_ROUNDING_S: Final = 0.001
_MOST_REMARKS: Final = 3


class StoppedError(Exception):
    """The user ended the run."""


@dataclass(frozen=True, slots=True)
class Job:
    """A source to be read.

    Attributes:
        number: its place among the run's jobs.
        path: a video, an image or a folder of images; absolute.
        out: the folder of all sessions; absolute.
        name: of its session folder in ``out``.
        basis: what the result is made from.
        options: of the reading.
        fps: frames to read of a second; None reads all.
        video: keep an annotated video, its faces hidden where ``options`` say so.
        media_s: how long it is as far as its header knows, seconds; images count 1 s each.
    """

    number: int
    path: Path
    out: Path
    name: str
    basis: Basis
    options: PipelineOptions
    fps: float | None
    video: bool
    media_s: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: frames read, seconds of media, and what was odd, a line each."""

    frames: int
    media_s: float
    remarks: tuple[str, ...]


class Pace:
    """Picks ``fps`` frames of each second, evenly as far as the video has them."""

    def __init__(self, fps: float | None) -> None:
        self._step_s = 0.0 if fps is None else 1 / fps
        self._due_s = 0.0

    def takes(self, t_s: float) -> bool:
        """Whether the frame at ``t_s``, seconds of media time and never less than before, is one of them."""
        if t_s < self._due_s - _ROUNDING_S:
            return False
        # what a video with few frames leaves out is not made up for later, by more than one frame
        self._due_s = max(self._due_s, t_s - self._step_s) + self._step_s
        return True


def analyse(job: Job, report: Callable[[float], None]) -> Outcome:
    """Read a source into a folder ``*.partial``, and give that its name when all is written.

    Args:
        job: what to read.
        report: told with each frame how far it is, seconds of media; what it raises ends the job.

    Raises:
        SourceError: it cannot be read; others may.
        MienError: the network or the output's folder cannot be used: no other job can be done either.
    """
    if dict(job.basis.models) != dict(model_hashes()):
        raise ModelError(f"{socket.gethostname()}: other models there than here; install the same version of Mien")
    # A name of its own: a worker that a scheduler took for dead may still be writing.
    partial = job.out / f"{job.name}.{secrets.token_hex(4)}{PARTIAL}"
    remarks: list[str] = []
    try:
        with listening(remarks.append):
            frames, media_s = _read(job, partial, remarks, report)
        row = dict(zip(SUMMARY_COLUMNS, summary_row(summarise(read_session(partial))), strict=True))
        row["session"] = job.name
        remarks += _finish(job, partial, row)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return Outcome(frames, media_s, tuple(remarks))


def _read(job: Job, folder: Path, remarks: list[str], report: Callable[[float], None]) -> tuple[int, float]:
    """Read the source into a session; return how many frames were read, and the last one's time."""
    content, made = content_of(job.path)
    with contextlib.ExitStack() as stack:
        source = open_source(str(job.path))
        stack.callback(source.close)
        pipeline = Pipeline(job.options)
        stack.callback(pipeline.close)
        first = source.read()
        if first is None:
            raise SourceError(f"{job.path.name}: no frame in it that can be read")
        prepare_folder(folder, video=job.video)
        info = _describe(job, source, pipeline.provider)
        frames, t_s = 0, 0.0

        def taken() -> Iterator[Frame]:
            nonlocal t_s
            for frame, takes in _paced(source, first, job.fps):
                t_s = frame.t_s
                report(t_s)
                if takes:
                    yield frame

        begin = Begin(folder, info, first, made, live=False, video=job.video)
        with _given_up_whole(job, folder), _recording(begin) as recording:
            for result in pipeline.process_each(taken(), still=source.stills):
                remarks += [event.note for event in result.events if event.name == "provider_failed"]
                recording.write([Shot(result, job.options.blur_faces)], result.events)
                while recording.drawing:
                    recording.draw_next()
                recording.keep_up()
                frames += 1
            if not content == content_of(job.path)[0] == job.basis.content:
                raise SourceError(f"{job.path.name}: changed while it was read; run again when it is whole")
            if len(remarks) > _MOST_REMARKS:
                remarks[_MOST_REMARKS:] = [f"and {len(remarks) - _MOST_REMARKS} more"]
            recording.end("; ".join(remarks), ())
    return frames, t_s


@contextlib.contextmanager
def _given_up_whole(job: Job, folder: Path) -> Iterator[None]:
    """Tell of a recording that ends early what is true here: nothing of it is kept."""
    try:
        yield
    except RecordingError as error:
        # FOLDER: reason; what a live recording does about it
        reason = str(error).removeprefix(str(folder)).partition(": ")[2].partition(";")[0]
        if isinstance(error, PictureError):
            raise SourceError(f"{job.path.name}: {reason}; read it without --video") from error
        if isinstance(error, FolderGoneError):
            raise RecordingError(f"{job.out}: {reason}; run again, which makes it anew") from error
        raise RecordingError(
            f"{job.out}: {reason}; what was read of {job.path.name} is removed, what was finished is kept; "
            "make room or give another --out, and run again"
        ) from error


@contextlib.contextmanager
def _recording(begin: Begin) -> Iterator[Recording]:
    """A recording that is given up where it is not ended."""
    annotator = Annotator()
    recording = Recording(begin, lambda shot: annotator.draw(shot.result, blur=shot.blur), lambda _shot: None)
    try:
        yield recording
    except BaseException:
        recording.abandon("", ())
        raise


def _paced(source: Source, first: Frame, fps: float | None) -> Iterator[tuple[Frame, bool]]:
    """All frames of a source, and whether each is one to be read. Images are, all of them."""
    pace = Pace(None if source.stills else fps)
    frame: Frame | None = first
    while frame is not None:
        yield frame, pace.takes(frame.t_s)
        frame = source.read()


def _describe(job: Job, source: Source, provider: str) -> SessionInfo:
    of_what = "first image" if source.stills else "file"
    settings = dict(job.basis.settings) | {"started_utc_is": f"the time when the {of_what} was last modified"}
    return SessionInfo(_printable(source.name), provider, settings, versions(), job.basis.models)


def _finish(job: Job, partial: Path, summary: dict[str, str]) -> list[str]:
    """Make the partial folder the result; return what is to be told, a line each.

    Raises:
        RecordingError: that cannot be done.
    """
    final = job.out / job.name
    # called as what a run that is killed leaves behind, so that the next one removes it
    before = job.out / f"{job.name}.{secrets.token_hex(4)}{PARTIAL}"
    told = []
    try:
        write_result(partial, Result(job.basis, summary))
        # an earlier result, which --again replaces, is kept until the new one is whole
        if final.exists():
            told = _carry_over(job, final, partial)
            final.rename(before)
        partial.rename(final)
    except OSError as error:
        if before.exists() and not final.exists():
            before.rename(final)
        raise RecordingError(f"{final}: cannot be written ({error.strerror or error})") from error
    shutil.rmtree(before, ignore_errors=True)
    return told


def _carry_over(job: Job, final: Path, partial: Path) -> list[str]:
    """Copy what the user has put beside an earlier result, notes among it; return what is to be told.

    A report has the earlier numbers, and is left behind.

    Raises:
        OSError: that cannot be done.
    """
    for path in final.iterdir():
        if path.name in (READINGS, EVENTS, SESSION, VIDEO, BASIS, REPORT):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.copytree(path, partial / path.name, symlinks=True)
        else:
            shutil.copy2(path, partial / path.name, follow_symlinks=False)
    if (final / REPORT).exists():
        return [f"{job.name}: {REPORT} was of the earlier reading, and is gone; 'mien report' makes it anew"]
    return []


def _printable(text: str) -> str:
    """The name of a file that is no valid UTF-8 has parts that no file can be written with."""
    return text.encode("utf-8", "replace").decode("utf-8")
