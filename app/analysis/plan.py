"""What is still to be read, and how."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.analysis.basis import Basis, content_of, read_result, settings_of
from app.analysis.found import session_name
from app.analysis.job import PARTIAL, Job
from app.capture.sources import VIDEO_SUFFIXES
from app.capture.stills import IMAGE_SUFFIXES, images_in
from app.capture.video import video_duration_s
from app.session.folder import check_video_name
from app.types import RecordingError, SourceError
from app.vision.pipeline import PipelineOptions


@dataclass(frozen=True, slots=True)
class Wish:
    """How the user wants it.

    Attributes:
        out: the folder of all sessions; absolute.
        options: of the reading.
        models: file name → sha256, here.
        fps: frames to read of a second; None reads all.
        video: keep an annotated video beside each session.
        again: read anew what was read from other content, or with other settings.
    """

    out: Path
    options: PipelineOptions
    models: Mapping[str, str]
    fps: float | None = None
    video: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done.

    Attributes:
        jobs: what is to be read.
        finished: how many sources are read already.
        left: how many sources are not read, for what is complained of.
        complaints: what cannot be done, a line each.
    """

    jobs: list[Job] = field(default_factory=list)
    finished: int = 0
    left: int = 0
    complaints: list[str] = field(default_factory=list)


def make_plan(paths: Sequence[Path], wish: Wish) -> Plan:
    """Compare what is wanted with what is finished in ``wish.out``.

    Raises:
        RecordingError: what is there cannot be looked at.
    """
    settings = settings_of(wish.options, fps=wish.fps, video=wish.video)
    jobs: list[Job] = []
    complaints: list[str] = []
    outdated: dict[str, list[Path]] = {}
    finished = 0
    for path in paths:
        name = session_name(path)
        try:
            basis = Basis(str(path), content_of(path)[0], settings, dict(wish.models))
            state = _state(wish.out / name, basis)
            if state is None or (state and wish.again):
                jobs.append(_job(len(jobs), path, name, basis, wish))
                continue
        except SourceError as error:
            complaints.append(str(error))
            continue
        if state:
            outdated.setdefault(state, []).append(path)
        else:
            finished += 1
    complaints += [_outdated(reason, paths) for reason, paths in outdated.items()]
    return Plan(jobs, finished, len(paths) - len(jobs) - finished, complaints)


def _job(number: int, path: Path, name: str, basis: Basis, wish: Wish) -> Job:
    return Job(number, path, wish.out, name, basis, wish.options, wish.fps, wish.video, media_s=_length_s(path))


def prepare_out(out: Path, *, video: bool) -> None:
    """Make the folder, of sessions with a ``video`` or without.

    Raises:
        RecordingError: it cannot be made or written, or its name is none for a video.
    """
    if video:
        check_video_name(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise RecordingError(f"{out}: cannot be written ({error.strerror or error}); give another --out") from error
    except ValueError as error:
        raise RecordingError(f"{str(out)!r}: no folder's name ({error}); give another --out") from error


def clear_unfinished(out: Path, jobs: Sequence[Job]) -> None:
    """Remove what processes that were killed left of these jobs, none of which is under way: see ``only_run``.

    Raises:
        RecordingError: that cannot be done.
    """
    names = {job.name for job in jobs}
    try:
        for folder in out.glob(f"*{PARTIAL}"):
            # NAME.token.partial
            if folder.stem.rpartition(".")[0] in names:
                shutil.rmtree(folder)
    except OSError as error:
        raise RecordingError(f"{out}: cannot be cleared ({error.strerror or error}); give another --out") from error


def _state(folder: Path, basis: Basis) -> str | None:
    """None where nothing is finished; an empty text where it still holds, else why it does not.

    Raises:
        SourceError: the folder is not one of ours.
        RecordingError: it cannot be looked at.
    """
    try:
        if not folder.exists():
            return None
    except OSError as error:
        raise RecordingError(f"{folder}: cannot be written ({error.strerror or error}); give another --out") from error
    result = read_result(folder)
    if result is None or result.basis.source != basis.source:
        raise SourceError(f"{folder}: not an analysis of {basis.source}, so it is left alone; move it away")
    return basis.changes(result.basis)


def _outdated(reason: str, paths: Sequence[Path]) -> str:
    others = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f"{paths[0]}{others}: analysed before, {reason}; --again does it anew, another --out keeps both"


def _length_s(path: Path) -> float:
    if path.is_dir():
        return float(len(images_in(path)))
    if path.suffix.lower() in IMAGE_SUFFIXES - VIDEO_SUFFIXES:
        return 1.0
    return video_duration_s(path) or 0.0
